// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <mortise/testing/test_host.h>

#include "support/postgres.h"

/// The suite is run once for each: `Site site(EACH_BACKEND);`
#define EACH_BACKEND GENERATE(as<std::string>{}, "sqlite", "postgresql")

namespace chat::test {

using mortise::Json;
using mortise::JsonArray;
using mortise::JsonObject;
using mortise::testing::TestResponse;

/// A server with nothing but chat, and words for what its clients do.
class Site {
public:
    explicit Site(const std::string& backend, std::string options = {}) : host("chat", std::move(options)) {
        if (backend == "postgresql") host.on_database(mortise::test::Postgres::shared().fresh_database());
    }

    TestResponse open(const std::string& user, const std::string& other) {
        return host.post("/api/v1/chats")
            .as(user)
            .json({{"type", "direct"}, {"memberIds", JsonArray{other}}})
            .send();
    }
    /// The id of the direct conversation.
    std::string direct(const std::string& user, const std::string& other);
    /// The id of a new group with these beside its creator.
    std::string group(const std::string& creator, const std::vector<std::string>& others);

    TestResponse send(const std::string& user, const std::string& chat, JsonObject body) {
        return host.post("/api/v1/chats/" + chat + "/messages").as(user).json(body).send();
    }
    TestResponse say(const std::string& user, const std::string& chat, const std::string& text) {
        return send(user, chat, {{"text", text}});
    }
    TestResponse history(const std::string& user, const std::string& chat, const std::string& query = {}) {
        return host.get("/api/v1/chats/" + chat + "/messages" + query).as(user).send();
    }
    TestResponse info(const std::string& user, const std::string& chat) {
        return host.get("/api/v1/chats/" + chat).as(user).send();
    }
    TestResponse list(const std::string& user, const std::string& query = {}) {
        return host.get("/api/v1/chats" + query).as(user).send();
    }
    TestResponse block(const std::string& user, const std::string& other) {
        return host.put("/api/v1/chats/blocks/" + other).as(user).send();
    }

    mortise::testing::TestHost host;
};

/// A member of an object, or of the items of a list, as text: "1 2 3".
std::string text_of(const Json& value);
std::string each(const Json& list, std::string_view member);
std::string code_of(const TestResponse& answer);
/// The pointers of errors[], with blanks between.
std::string faults_of(const TestResponse& answer);

}  // namespace chat::test
