// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <mortise/services/database.h>
#include <mortise/services/files.h>
#include <mortise/testing/test_host.h>

#include "support/postgres.h"

/// The suite is run once for each: `Site site(EACH_BACKEND);`
#define EACH_BACKEND GENERATE(as<std::string>{}, "sqlite", "postgresql")

namespace posts::test {

using mortise::Json;
using mortise::JsonArray;
using mortise::JsonObject;
using mortise::testing::TestResponse;

/// Two files of ann's.
class FakeFiles final : public mortise::Files {
public:
    std::vector<mortise::FileFacts> find_many(const std::vector<std::string>& ids) const override {
        std::vector<mortise::FileFacts> found;
        for (const std::string& id : ids)
            if (id == "cat" || id == "dog") found.push_back({id, "ann", id + ".png", "image/png", 7, "", {}});
        return found;
    }
    bool may_read(std::string_view, const mortise::User*) const override { return false; }
    mortise::Response send(std::string_view id) const override {
        return mortise::Response::bytes("image/png", "bytes of " + std::string(id));
    }
};

/// A server with nothing but posts, and words for what its clients do.
class Site {
public:
    explicit Site(const std::string& backend, std::string options = {}) : host("posts", std::move(options)) {
        if (backend == "postgresql") host.on_database(mortise::test::Postgres::shared().fresh_database());
    }

    TestResponse write(const std::string& user, JsonObject body) {
        if (!body.contains("body")) body["body"] = "Some words.";
        return host.post("/api/v1/posts").as(user).json(body).send();
    }
    /// The id of a new post with this title.
    std::string post(const std::string& user, const std::string& title, JsonObject more = {}) {
        more["title"] = title;
        return std::string(write(user, std::move(more)).json().at("id").as_string());
    }
    std::string draft(const std::string& user, const std::string& title) {
        return post(user, title, {{"status", "draft"}});
    }
    TestResponse get(const std::string& path, const std::string& user = {}) {
        auto request = host.get("/api/v1/posts" + path);
        if (!user.empty()) request.as(user);
        return request.send();
    }
    Json show(const std::string& id) { return get("/" + id).json(); }
    TestResponse change(const std::string& user, const std::string& id, const JsonObject& body) {
        return host.patch("/api/v1/posts/" + id).as(user).json(body).send();
    }
    TestResponse comment(const std::string& user, const std::string& id, const std::string& body) {
        return host.post("/api/v1/posts/" + id + "/comments").as(user).json({{"body", body}}).send();
    }
    int like(const std::string& user, const std::string& id) {
        return host.put("/api/v1/posts/" + id + "/like").as(user).send().status;
    }
    /// The titles of a list, with blanks between.
    std::string titles(const std::string& path, const std::string& user = {}) {
        return each(get(path, user).json().at("data"), "title");
    }

    static std::string each(const Json& list, std::string_view member) {
        std::string all;
        for (const Json& item : list.as_array()) {
            const Json& value = item.at(member);
            all += (all.empty() ? "" : " ") +
                   (value.is_string() ? std::string(value.as_string()) : mortise::to_text(value));
        }
        return all;
    }
    /// The pointers of errors[], with blanks between.
    static std::string faults_of(const TestResponse& answer) {
        const Json json = answer.json();
        return each(json.at("errors"), "pointer");
    }

    FakeFiles files;
    mortise::testing::TestHost host;
};

}  // namespace posts::test
