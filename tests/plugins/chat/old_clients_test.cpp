// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "site.h"

using namespace chat::test;

TEST_CASE("old clients send and receive under the names they know") {
    Site site(EACH_BACKEND);
    auto ann = site.host.connect("ann");
    auto ben = site.host.connect("ben");
    const auto [person, text] = GENERATE(table<std::string, std::string>({{"recipientId", "message"},
                                                                          {"recipientId", "content"},
                                                                          {"receiver", "content"},
                                                                          {"receiver", "message"}}));
    const Json answer =
        ann.emit("send_message", {{person, "ben"}, {text, "hello"}, {"sender", "cay"}, {"tempId", 42}});
    REQUIRE(answer.at("ok") == true);
    CHECK(answer.at("message").at("text") == "hello");
    CHECK(answer.at("message").at("senderId") == "ann");

    const auto received = ben.take("new_message");
    REQUIRE(received.size() == 1);
    CHECK(received[0].at("sender") == "ann");  // as the token says
    CHECK(received[0].at("senderId") == "ann");
    CHECK(received[0].at("recipientId") == "ben");
    CHECK(received[0].at("receiver") == "ben");
    CHECK(received[0].at("message") == "hello");
    CHECK(received[0].at("content") == "hello");
    CHECK(received[0].at("tempId") == 42);
    CHECK(received[0].at("id") == answer.at("message").at("id"));
    CHECK(received[0].at("seq") == 1);
    CHECK(ben.take("chat:message") == std::vector<Json>{answer.at("message")});
    CHECK(ann.take("message_received") == received);
    CHECK(ann.take("new_message").empty());
    CHECK(ben.take("message_received").empty());
}

TEST_CASE("a socket that has sent a chat:* event is no old client any more") {
    Site site("sqlite");
    auto ann = site.host.connect("ann");
    auto old_device = site.host.connect("ben");
    auto new_device = site.host.connect("ben");
    new_device.emit("chat:join", {{"chatId", "whatever"}});
    ann.emit("chat:send", {{"to", "ben"}, {"text", "hello"}});
    CHECK(old_device.waiting() == std::vector<std::string>{"chat:message", "new_message"});
    CHECK(new_device.waiting() == std::vector<std::string>{"chat:message"});
    CHECK(ann.waiting() == std::vector<std::string>{"chat:message"});
    const Json received = old_device.take("new_message").at(0);
    CHECK(received.at("message") == "hello");
    CHECK(received.at("sender") == "ann");
}

TEST_CASE("an old client writes to a conversation, and a message sent again is confirmed again") {
    Site site("sqlite");
    const std::string chat = site.group("ann", {"ben"});
    auto ann = site.host.connect("ann");
    auto ben = site.host.connect("ben");
    const JsonObject message{{"chatId", chat}, {"message", "hello"}, {"clientId", "c-1"}};
    CHECK(ann.emit("send_message", message).at("ok") == true);
    CHECK(ann.emit("send_message", message).at("ok") == true);
    CHECK(ann.take("message_received").size() == 2);
    CHECK(ben.take("new_message").size() == 1);
}

TEST_CASE("an old client's faults are refused in the acknowledgement") {
    Site site("sqlite");
    auto ann = site.host.connect("ann");
    auto ben = site.host.connect("ben");
    const auto refused = [&](const JsonObject& message) {
        const Json answer = ann.emit("send_message", message);
        REQUIRE(answer.at("ok") == false);
        return text_of(answer.at("error").at("code"));
    };
    CHECK(refused({{"message", "to whom?"}}) == "unprocessable");
    CHECK(refused({{"recipientId", "ben"}}) == "unprocessable");
    CHECK(refused({{"recipientId", 7}, {"message", "x"}}) == "unprocessable");
    CHECK(refused({{"chatId", "nothing"}, {"message", "x"}}) == "not_found");
    CHECK(refused({{"recipientId", "ben"}, {"message", "x"}, {"extra", std::string(5000, 'x')}}) ==
          "unprocessable");
    CHECK(ann.emit_arguments("send_message", {"hello"}).at("ok") == false);
    CHECK(ben.waiting().empty());
}

TEST_CASE("the names of old clients are the operator's choice, and so is serving them") {
    Site renamed("sqlite", "old_clients: { send: say, received: said, sent: heard }\n");
    auto ann = renamed.host.connect("ann");
    auto ben = renamed.host.connect("ben");
    CHECK(ann.emit("say", {{"receiver", "ben"}, {"content", "hello"}}).at("ok") == true);
    CHECK(ben.take("said").size() == 1);
    CHECK(ann.take("heard").size() == 1);

    Site without("sqlite", "old_clients: { enabled: false }\n");
    auto cay = without.host.connect("cay");
    auto dan = without.host.connect("dan");
    CHECK_THROWS(cay.emit("send_message", {{"receiver", "dan"}, {"content", "hello"}}));
    cay.emit("chat:send", {{"to", "dan"}, {"text", "hello"}});
    CHECK(dan.waiting() == std::vector<std::string>{"chat:message"});
}
