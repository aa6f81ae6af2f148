// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mortise/services/people.h>
#include <mortise/testing/test_host.h>

#include <string>

namespace auth::test {

/// A server with nothing but auth, cheap hashes, and words for what its clients do.
class Site {
public:
    explicit Site(const std::string& options = {})
        : host("auth", "password: { memory: 8MiB, passes: 1 }\n" + options) {}

    struct Tokens {
        std::string access, refresh, user_id;
    };
    static Tokens tokens_of(const mortise::testing::TestResponse& answer) {
        const auto json = answer.json();
        return {std::string(json.at("accessToken").as_string()),
                std::string(json.at("refreshToken").as_string()),
                std::string(json.at("user").at("id").as_string())};
    }

    mortise::testing::TestResponse register_as(const std::string& name,
                                               const std::string& password = "password123") {
        return host.post("/api/v1/auth/register")
            .json({{"email", name + "@example.org"}, {"username", name}, {"password", password}})
            .send();
    }
    Tokens sign_up(const std::string& name) { return tokens_of(register_as(name)); }

    mortise::testing::TestResponse login(const std::string& email,
                                         const std::string& password = "password123",
                                         const std::string& address = "10.0.0.1") {
        return host.post("/api/v1/auth/login")
            .json({{"email", email}, {"password", password}})
            .from(address)
            .send();
    }
    Tokens sign_in(const std::string& name) { return tokens_of(login(name + "@example.org")); }

    mortise::testing::TestResponse refresh(const std::string& token) {
        return host.post("/api/v1/auth/refresh").json({{"refreshToken", token}}).send();
    }
    mortise::testing::TestResponse me(const std::string& access) {
        return host.get("/api/v1/auth/me").bearer(access).send();
    }
    mortise::People& people() { return *host.find<mortise::People>(); }

    mortise::testing::TestHost host;
};

inline std::string code_of(const mortise::testing::TestResponse& answer) {
    return std::string(answer.json().at("code").as_string());
}

/// The pointers of errors[], with blanks between.
inline std::string faults_of(const mortise::testing::TestResponse& answer) {
    const auto json = answer.json();
    std::string pointers;
    for (const auto& fault : json.at("errors").as_array()) {
        if (!pointers.empty()) pointers += ' ';
        pointers += std::string(fault.at("pointer").as_string());
    }
    return pointers;
}

}  // namespace auth::test
