// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/services/database.h>

#include "site.h"

using namespace chat::test;

TEST_CASE("two people have one conversation, whoever begins it") {
    Site site(EACH_BACKEND);
    const auto begun = site.open("ann", "ben");
    REQUIRE(begun.status == 201);
    const Json chat = begun.json();
    CHECK(chat.at("type") == "direct");
    CHECK(chat.at("peerId") == "ben");
    CHECK(chat.at("title").is_null());
    CHECK(chat.at("unreadCount") == 0);
    CHECK(each(chat.at("members"), "userId") == "ann ben");
    CHECK(begun.header("location") == "/api/v1/chats/" + text_of(chat.at("id")));
    const auto again = site.open("ben", "ann");
    CHECK(again.status == 200);
    CHECK(again.json().at("id") == chat.at("id"));
    CHECK(again.json().at("peerId") == "ann");
}

TEST_CASE("a conversation is begun by who signed in, with somebody else") {
    Site site("sqlite");
    CHECK(site.host.post("/api/v1/chats").json({{"type", "direct"}}).send().status == 401);
    CHECK(site.host.get("/api/v1/chats").send().status == 401);
    const auto create = [&](const JsonObject& body) {
        return site.host.post("/api/v1/chats").as("ann").json(body).send();
    };
    CHECK(faults_of(site.open("ann", "ann")) == "/memberIds/0");
    CHECK(faults_of(site.open("ann", "")) == "/memberIds/0");
    CHECK(faults_of(create({{"type", "direct"}, {"memberIds", JsonArray{"ben", "cay"}}})) == "/memberIds");
    CHECK(faults_of(create({{"type", "group"}, {"memberIds", JsonArray{"ben"}}})) == "/title");
    CHECK(faults_of(create({{"type", "channel"}, {"memberIds", "ben"}})) == "/type /memberIds");
    CHECK(each(site.list("ann").json().at("data"), "id").empty());
}

TEST_CASE("strangers can't tell whether a conversation exists") {
    Site site(EACH_BACKEND);
    const std::string chat = site.group("ann", {"ben"});
    site.say("ann", chat, "hello");
    const std::string path = "/api/v1/chats/" + chat;
    CHECK(site.info("cay", chat).status == 404);
    CHECK(site.history("cay", chat).status == 404);
    CHECK(site.say("cay", chat, "hello").status == 404);
    CHECK(site.host.post(path + "/leave").as("cay").send().status == 404);
    CHECK(site.host.patch(path).as("cay").json({{"title", "Mine"}}).send().status == 404);
    CHECK(site.host.post(path + "/members").as("cay").json({{"userIds", JsonArray{"cay"}}}).send().status ==
          404);
    CHECK(site.host.del(path + "/members/ben").as("cay").send().status == 404);
    CHECK(site.info("cay", chat).body.find("Garden") == std::string::npos);
    CHECK(site.info("ann", chat).json().at("lastSeq") == 1);
    CHECK(each(site.list("cay").json().at("data"), "id").empty());
}

TEST_CASE("admins of a group add, remove and appoint; others don't") {
    Site site(EACH_BACKEND);
    const std::string chat = site.group("ann", {"ben"});
    const std::string path = "/api/v1/chats/" + chat;
    const auto add = [&](const std::string& user, const std::string& who) {
        return site.host.post(path + "/members").as(user).json({{"userIds", JsonArray{who}}}).send();
    };
    CHECK(code_of(add("ben", "cay")) == "admins_only");
    CHECK(code_of(site.host.del(path + "/members/ann").as("ben").send()) == "admins_only");
    CHECK(code_of(site.host.patch(path).as("ben").json({{"title", "Roof"}}).send()) == "admins_only");

    const auto added = add("ann", "cay");
    REQUIRE(added.status == 200);
    CHECK(added.json().at("members").as_array().size() == 3);
    CHECK(add("ann", "cay").status == 200);  // once more changes nothing
    CHECK(site.info("cay", chat).status == 200);

    const auto role = [&](const std::string& user, const std::string& who, const std::string& role) {
        return site.host.patch(path + "/members/" + who).as(user).json({{"role", role}}).send();
    };
    CHECK(code_of(role("ben", "ben", "admin")) == "admins_only");
    CHECK(code_of(role("ann", "ann", "member")) == "last_admin");
    CHECK(role("ann", "dan", "admin").status == 404);
    CHECK(role("ann", "ben", "admin").status == 200);
    CHECK(site.host.del(path + "/members/ann").as("ben").send().status == 204);
    CHECK(site.info("ann", chat).status == 404);
    CHECK(site.host.del(path + "/members/ann").as("ben").send().status == 404);
    CHECK(site.host.patch(path).as("ben").json({{"title", "Roof"}}).send().json().at("title") == "Roof");
}

TEST_CASE("when the last admin leaves, the one who was there longest takes over") {
    Site site(EACH_BACKEND);
    const std::string chat = site.group("ann", {"cay"});
    const std::string path = "/api/v1/chats/" + chat;
    site.host.clock().advance(std::chrono::seconds(1));
    site.host.post(path + "/members").as("ann").json({{"userIds", JsonArray{"ben"}}}).send();
    CHECK(site.host.post(path + "/leave").as("ann").send().status == 204);
    const Json left = site.info("ben", chat).json();
    CHECK(each(left.at("members"), "userId") == "cay ben");
    CHECK(each(left.at("members"), "role") == "admin member");
}

TEST_CASE("a group everybody has left is cleared away") {
    Site site(EACH_BACKEND);
    const std::string chat = site.group("ann", {});
    site.say("ann", chat, "alone");
    CHECK(site.host.post("/api/v1/chats/" + chat + "/leave").as("ann").send().status == 204);
    CHECK(site.host.run_jobs() == 1);
    CHECK(site.host.database().query("SELECT 1 FROM chat_messages").empty());
    CHECK(site.host.database().query("SELECT 1 FROM chat_conversations").empty());
}

TEST_CASE("nobody leaves or joins a direct conversation") {
    Site site("sqlite");
    const std::string path = "/api/v1/chats/" + site.direct("ann", "ben");
    CHECK(code_of(site.host.post(path + "/leave").as("ann").send()) == "direct_chat");
    CHECK(code_of(site.host.post(path + "/members").as("ann").json({{"userIds", JsonArray{"cay"}}}).send()) ==
          "direct_chat");
    CHECK(code_of(site.host.del(path + "/members/ben").as("ann").send()) == "direct_chat");
}

TEST_CASE("somebody new reads everything, or what comes after they joined") {
    const auto [options, seqs, count] = GENERATE(
        table<std::string, std::string, int>({{"", "1 2", 0}, {"new_members_see: from_joining\n", "2", 0}}));
    Site site(EACH_BACKEND, options);
    const std::string chat = site.group("ann", {"ben"});
    site.say("ann", chat, "before");
    site.host.post("/api/v1/chats/" + chat + "/members")
        .as("ann")
        .json({{"userIds", JsonArray{"cay"}}})
        .send();
    CHECK(site.info("cay", chat).json().at("unreadCount") == count);
    site.say("ann", chat, "after");
    CHECK(each(site.history("cay", chat).json().at("data"), "seq") == seqs);
    CHECK(site.info("cay", chat).json().at("unreadCount") == count + 1);
}
