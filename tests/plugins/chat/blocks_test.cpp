// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "site.h"

using namespace chat::test;

TEST_CASE("somebody who is blocked can't write, and can again when let in") {
    Site site(EACH_BACKEND);
    const std::string chat = site.direct("ann", "ben");
    site.say("ben", chat, "hey");
    REQUIRE(site.block("ann", "ben").status == 204);
    CHECK(site.block("ann", "ben").status == 204);
    const auto refused = site.say("ben", chat, "hey!");
    CHECK(refused.status == 403);
    CHECK(code_of(refused) == "blocked");
    CHECK(site.info("ann", chat).json().at("lastSeq") == 1);
    CHECK(each(site.host.get("/api/v1/chats/blocks").as("ann").send().json().at("data"), "userId") == "ben");
    CHECK(each(site.host.get("/api/v1/chats/blocks").as("ben").send().json().at("data"), "userId").empty());
    CHECK(site.host.del("/api/v1/chats/blocks/ben").as("ann").send().status == 204);
    CHECK(site.say("ben", chat, "hey!").status == 201);
}

TEST_CASE("somebody who is blocked can begin nothing with whom blocked them") {
    Site site(EACH_BACKEND);
    site.block("ann", "ben");
    CHECK(code_of(site.open("ben", "ann")) == "blocked");
    const auto group = [&](const JsonArray& members) {
        return site.host.post("/api/v1/chats")
            .as("ben")
            .json({{"type", "group"}, {"title", "x"}, {"memberIds", members}})
            .send();
    };
    CHECK(code_of(group({"cay", "ann"})) == "blocked");
    const auto created = group({"cay"});
    REQUIRE(created.status == 201);
    CHECK(code_of(site.host.post("/api/v1/chats/" + text_of(created.json().at("id")) + "/members")
                      .as("ben")
                      .json({{"userIds", JsonArray{"ann"}}})
                      .send()) == "blocked");
    CHECK(each(site.list("ann").json().at("data"), "id").empty());
}

TEST_CASE("in a group both go on hearing each other") {
    Site site("sqlite");
    const std::string chat = site.group("ann", {"ben"});
    site.block("ann", "ben");
    CHECK(site.say("ben", chat, "all of you").status == 201);
}

TEST_CASE("a list of blocks comes in pages") {
    Site site(EACH_BACKEND);
    for (const char* name : {"a", "b", "c"}) site.block("ann", name);
    const Json first = site.host.get("/api/v1/chats/blocks?limit=2").as("ann").send().json();
    CHECK(each(first.at("data"), "userId") == "a b");
    const Json second =
        site.host.get("/api/v1/chats/blocks?limit=2&cursor=" + text_of(first.at("nextCursor")))
            .as("ann")
            .send()
            .json();
    CHECK(each(second.at("data"), "userId") == "c");
    CHECK(site.host.get("/api/v1/chats/blocks?cursor=x").as("ann").send().status == 422);
    CHECK(site.host.get("/api/v1/chats/blocks").send().status == 401);
    CHECK(site.block("ann", "ann").status == 403);
}
