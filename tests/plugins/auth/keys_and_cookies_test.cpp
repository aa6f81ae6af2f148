// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <stdlib.h>

#include <map>

#include <mortise/base64.h>
#include <mortise/text.h>

#include "plugins/auth/es256_key.h"
#include "site.h"
#include "support/temporary_folder.h"

using auth::test::Site;

namespace {

const std::string with_cookies = "cookies: { enabled: true }\n";

// Cookies as a browser keeps them, without their attributes.
std::map<std::string, std::string> cookies_of(const mortise::testing::TestResponse& answer) {
    std::map<std::string, std::string> cookies;
    for (const auto& [name, value] : answer.headers) {
        if (!mortise::equals_ignoring_case(name, "set-cookie")) continue;
        const std::size_t equals = value.find('=');
        cookies[value.substr(0, equals)] = value.substr(equals + 1, value.find(';') - equals - 1);
    }
    return cookies;
}

std::string attributes_of(const mortise::testing::TestResponse& answer, const std::string& cookie) {
    for (const auto& [name, value] : answer.headers)
        if (mortise::equals_ignoring_case(name, "set-cookie") && value.starts_with(cookie + "="))
            return value.substr(value.find(';'));
    return "none";
}

}  // namespace

TEST_CASE("cookies sign in, scripts can read the CSRF token only") {
    Site site(with_cookies);
    const auto answer = site.register_as("ann");
    CHECK(attributes_of(answer, "access_token") == "; Path=/; Max-Age=900; SameSite=Lax; Secure; HttpOnly");
    CHECK(attributes_of(answer, "refresh_token") ==
          "; Path=/api/v1/auth; Max-Age=2592000; SameSite=Lax; Secure; HttpOnly");
    CHECK(attributes_of(answer, "csrf_token") == "; Path=/; Max-Age=2592000; SameSite=Lax; Secure");
    const auto cookies = cookies_of(answer);
    CHECK(site.host.get("/api/v1/auth/me")
              .header("Cookie", "access_token=" + cookies.at("access_token"))
              .send()
              .status == 200);
}

TEST_CASE("a change by cookie needs the CSRF token of the same session; a change by Bearer does not") {
    Site site(with_cookies);
    const auto ann = cookies_of(site.register_as("ann"));
    const auto bob = cookies_of(site.register_as("bob"));
    const std::string cookie = "access_token=" + ann.at("access_token");
    const auto log_out = [&](const std::string& token) {
        auto request = site.host.post("/api/v1/auth/logout").header("Cookie", cookie);
        if (!token.empty()) request.header("X-CSRF-Token", token);
        return request.send();
    };
    CHECK(log_out("").status == 401);
    CHECK(log_out("nonsense").status == 401);
    CHECK(log_out(bob.at("csrf_token")).status == 401);
    const auto answer = log_out(ann.at("csrf_token"));
    CHECK(answer.status == 204);
    CHECK(cookies_of(answer).at("access_token").empty());
    CHECK(attributes_of(answer, "refresh_token").find("Max-Age=0") != std::string::npos);
    CHECK(site.host.post("/api/v1/auth/logout").bearer(bob.at("access_token")).send().status == 204);
}

TEST_CASE("a refresh by cookie needs the CSRF token too") {
    Site site(with_cookies);
    const auto ann = cookies_of(site.register_as("ann"));
    const auto refresh = [&](const std::string& token) {
        return site.host.post("/api/v1/auth/refresh")
            .header("Cookie", "refresh_token=" + ann.at("refresh_token"))
            .header("X-CSRF-Token", token)
            .json(mortise::JsonObject{})
            .send();
    };
    CHECK(refresh("nonsense").status == 401);
    const auto answer = refresh(ann.at("csrf_token"));
    CHECK(answer.status == 200);
    CHECK(cookies_of(answer).at("refresh_token") == Site::tokens_of(answer).refresh);
}

TEST_CASE("without the option cookies identify nobody") {
    Site site;
    const auto ann = site.sign_up("ann");
    CHECK(site.host.get("/api/v1/auth/me").header("Cookie", "access_token=" + ann.access).send().status ==
          401);
}

TEST_CASE("with HS256 tokens are signed with the shared secret and no key is published") {
    ::setenv("AUTH_TEST_SECRET", "0123456789abcdef0123456789abcdef", 1);
    Site site("access_token: { algorithm: HS256, secret: \"${AUTH_TEST_SECRET}\" }\n");
    const auto ann = site.sign_up("ann");
    CHECK(site.me(ann.access).status == 200);
    const auto head = mortise::base64url_decode(ann.access.substr(0, ann.access.find('.')));
    CHECK(head->find("\"HS256\"") != std::string::npos);
    CHECK(site.host.get("/.well-known/jwks.json").send().json().at("keys").as_array().empty());
}

TEST_CASE("a token signed with the secret before is accepted until it ends") {
    ::setenv("AUTH_TEST_SECRET", "0123456789abcdef0123456789abcdef", 1);
    ::setenv("AUTH_TEST_NEW_SECRET", "fedcba9876543210fedcba9876543210", 1);
    Site before("access_token: { algorithm: HS256, secret: \"${AUTH_TEST_SECRET}\" }\n");
    const auto ann = before.sign_up("ann");
    Site after(
        "access_token: { algorithm: HS256, secret: \"${AUTH_TEST_NEW_SECRET}\", "
        "previous_secrets: [{ secret: \"${AUTH_TEST_SECRET}\" }] }\n");
    Site without("access_token: { algorithm: HS256, secret: \"${AUTH_TEST_NEW_SECRET}\" }\n");
    after.host.start();
    without.host.start();
    CHECK(after.host.find<mortise::Identity>()->identify_token(ann.access).user);
    CHECK(without.host.find<mortise::Identity>()->identify_token(ann.access).fault == "invalid");
}

TEST_CASE("two servers with one key file accept each other's tokens") {
    const mortise::test::TemporaryFolder folder;
    const auto file = folder.write("key.pem", auth::Es256Key::make_pem());
    const std::string options = "access_token: { key_file: \"" + file.string() + "\" }\n";
    Site one(options), other(options), stranger;
    const auto ann = one.sign_up("ann");
    other.host.start();
    stranger.host.start();
    CHECK(other.host.find<mortise::Identity>()->identify_token(ann.access).user);
    CHECK(stranger.host.find<mortise::Identity>()->identify_token(ann.access).fault == "invalid");
}

TEST_CASE("options that make no sense together refuse the start") {
    CHECK_THROWS_WITH(Site("access_token: { algorithm: HS256 }\n").host.start(),
                      Catch::Matchers::Contains("access_token.secret"));
    CHECK_THROWS_WITH(Site("access_token: { key_file: /nowhere/key.pem }\n").host.start(),
                      Catch::Matchers::Contains("/nowhere/key.pem"));
    CHECK_THROWS_WITH(Site("reset: { url: \"https://app.example.org/reset\" }\n").host.start(),
                      Catch::Matchers::Contains("{token}"));
    CHECK_THROWS_WITH(Site("cookies: { enabled: true, same_site: none, secure: false }\n").host.start(),
                      Catch::Matchers::Contains("secure"));
}
