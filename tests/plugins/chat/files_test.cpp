// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/services/files.h>

#include "site.h"

using namespace chat::test;

namespace {

// One file of ann's.
class FakeFiles final : public mortise::Files {
public:
    std::vector<mortise::FileFacts> find_many(const std::vector<std::string>& ids) const override {
        std::vector<mortise::FileFacts> found;
        if (ids.front() == "cat") found.push_back({"cat", "ann", "cat.png", "image/png", 7, "", {}});
        return found;
    }
    bool may_read(std::string_view, const mortise::User*) const override { return false; }
    mortise::Response send(std::string_view id) const override {
        return mortise::Response::bytes("image/png", "bytes of " + std::string(id));
    }
};

}  // namespace

TEST_CASE("members read the files their owners have sent, and only while the message is there") {
    Site site(EACH_BACKEND);
    FakeFiles files;
    site.host.provide<mortise::Files>(files);
    const std::string chat = site.direct("ann", "ben");
    const std::string path = "/api/v1/chats/" + chat + "/files/cat";
    const JsonObject carrying{{"text", "Look"},
                              {"attachments", JsonArray{JsonObject{{"url", "/api/v1/uploads/cat/content"}}}}};
    const auto status = [&](const std::string& user) { return site.host.get(path).as(user).send().status; };

    CHECK(status("ben") == 404);
    site.send("ben", chat, carrying);  // ben knows its address, and that helps nobody
    CHECK(status("ben") == 404);
    CHECK(status("ann") == 404);
    const auto sent = site.send("ann", chat, carrying);
    REQUIRE(sent.status == 201);
    CHECK(site.host.get(path).as("ben").send().body == "bytes of cat");
    CHECK(status("ann") == 200);
    CHECK(status("cat") == 404);
    CHECK(site.host.get(path).send().status == 401);
    CHECK(site.host.get("/api/v1/chats/" + chat + "/files/dog").as("ben").send().status == 404);
    const std::string other = site.direct("ann", "cat");
    CHECK(site.host.get("/api/v1/chats/" + other + "/files/cat").as("cat").send().status == 404);

    auto ann = site.host.connect("ann");
    ann.emit("chat:delete", {{"messageId", sent.json().at("id")}, {"scope", "forEveryone"}});
    CHECK(status("ben") == 404);
}

TEST_CASE("without a keeper of files there are none in a conversation") {
    Site site("sqlite");
    const std::string chat = site.direct("ann", "ben");
    CHECK(site.host.get("/api/v1/chats/" + chat + "/files/cat").as("ben").send().status == 404);
}
