// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "site.h"

using namespace chat::test;

TEST_CASE("a message comes back whole") {
    Site site(EACH_BACKEND);
    const std::string chat = site.direct("ann", "ben");
    const JsonObject link{{"url", "/files/7"}, {"name", "cat.png"}, {"type", "image/png"}, {"size", 1200}};
    const auto sent = site.send(
        "ann", chat,
        {{"text", "Grüße 🌱"}, {"clientId", "c-1"}, {"senderId", "ben"}, {"attachments", JsonArray{link}}});
    REQUIRE(sent.status == 201);
    const Json message = sent.json();
    CHECK(text_of(message.at("chatId")) == chat);
    CHECK(message.at("seq") == 1);
    CHECK(message.at("senderId") == "ann");  // as the token says
    CHECK(message.at("text") == "Grüße 🌱");
    CHECK(message.at("clientId") == "c-1");
    CHECK(message.at("createdAt") == "2030-01-01T12:00:00.000Z");
    CHECK(message.at("attachments") == Json(JsonArray{link}));
    CHECK(message.at("replyTo").is_null());
    CHECK(message.at("reactions") == Json(JsonArray{}));
    CHECK(site.history("ben", chat).json().at("data") == Json(JsonArray{message}));
}

TEST_CASE("a message sent twice with one client id is stored once and answered the same") {
    Site site(EACH_BACKEND);
    const std::string chat = site.direct("ann", "ben");
    const auto first = site.send("ann", chat, {{"text", "once"}, {"clientId", "c-1"}});
    const auto again = site.send("ann", chat, {{"text", "twice"}, {"clientId", "c-1"}});
    CHECK(first.status == 201);
    CHECK(again.status == 200);
    CHECK(again.json() == first.json());
    CHECK(site.send("ben", chat, {{"text", "mine"}, {"clientId", "c-1"}}).json().at("seq") == 2);
    CHECK(site.say("ann", chat, "no client id").json().at("seq") == 3);
    CHECK(site.say("ann", chat, "no client id").json().at("seq") == 4);
}

TEST_CASE("history walks both ways and always ascends") {
    Site site(EACH_BACKEND);
    const std::string chat = site.direct("ann", "ben");
    for (int number = 1; number <= 7; ++number) site.say("ann", chat, std::to_string(number));
    const auto [query, seqs, has_more] = GENERATE(table<std::string, std::string, bool>({
        {"", "1 2 3 4 5 6 7", false},
        {"?limit=3", "5 6 7", true},
        {"?limit=3&beforeSeq=5", "2 3 4", true},
        {"?limit=3&beforeSeq=3", "1 2", false},
        {"?limit=3&afterSeq=0", "1 2 3", true},
        {"?limit=3&afterSeq=4", "5 6 7", false},
        {"?afterSeq=7", "", false},
        {"?beforeSeq=1", "", false},
    }));
    CAPTURE(query);
    const Json page = site.history("ben", chat, query).json();
    CHECK(each(page.at("data"), "seq") == seqs);
    CHECK(page.at("hasMore") == has_more);
    CHECK(page.at("lastSeq") == 7);
}

TEST_CASE("a history's query with values that are not allowed is refused") {
    Site site("sqlite");
    const std::string chat = site.direct("ann", "ben");
    const auto [query, pointer] =
        GENERATE(table<std::string, std::string>({{"?limit=0", "query:limit"},
                                                  {"?limit=101", "query:limit"},
                                                  {"?afterSeq=-1", "query:afterSeq"},
                                                  {"?beforeSeq=x", "query:beforeSeq"},
                                                  {"?beforeSeq=2&afterSeq=1", "query:beforeSeq"}}));
    CAPTURE(query);
    const auto refused = site.history("ann", chat, query);
    REQUIRE(refused.status == 422);
    CHECK(faults_of(refused) == pointer);
}

TEST_CASE("every fault of a message is told with its pointer and nothing is stored") {
    Site site("sqlite", "text_length: 5\nattachments: 1\n");
    const std::string chat = site.direct("ann", "ben");
    const JsonObject link{{"url", "https://example.org"}};
    CHECK(faults_of(site.send("ann", chat, {{"text", "123456"}})) == "/text");
    CHECK(faults_of(site.send("ann", chat, {{"text", ""}})) == "/text");
    CHECK(faults_of(site.send("ann", chat, {})) == "/text");
    CHECK(faults_of(site.send("ann", chat, {{"text", 7}, {"clientId", ""}})) == "/text /clientId");
    CHECK(faults_of(site.send("ann", chat, {{"text", "x"}, {"replyTo", "nothing"}})) == "/replyTo");
    CHECK(faults_of(site.send("ann", chat, {{"attachments", JsonArray{link, link}}})) == "/attachments");
    CHECK(faults_of(
              site.send("ann", chat, {{"attachments", JsonArray{JsonObject{{"url", "javascript:x"}}}}})) ==
          "/attachments/0/url");
    CHECK(faults_of(site.send("ann", chat, {{"attachments", JsonArray{JsonObject{{"url", "//evil"}}}}})) ==
          "/attachments/0/url");
    CHECK(site.host.post("/api/v1/chats/" + chat + "/messages").json({{"text", "x"}}).send().status == 401);
    CHECK(site.info("ann", chat).json().at("lastSeq") == 0);
    CHECK(site.send("ann", chat, {{"attachments", JsonArray{link}}}).status == 201);
}

TEST_CASE("a reply names a message of the same conversation") {
    Site site(EACH_BACKEND);
    const std::string chat = site.direct("ann", "ben");
    const std::string target = text_of(site.say("ann", chat, "question").json().at("id"));
    CHECK(text_of(site.send("ben", chat, {{"text", "answer"}, {"replyTo", target}}).json().at("replyTo")) ==
          target);
    const std::string elsewhere = site.direct("ben", "cay");
    CHECK(faults_of(site.send("ben", elsewhere, {{"text", "answer"}, {"replyTo", target}})) == "/replyTo");
}
