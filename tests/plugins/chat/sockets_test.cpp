// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "site.h"

using namespace chat::test;

namespace {

const Json& message_in(const Json& acknowledgement) {
    REQUIRE(acknowledgement.at("ok") == true);
    return acknowledgement.at("message");
}

std::string refused(const Json& acknowledgement) {
    REQUIRE(acknowledgement.at("ok") == false);
    return text_of(acknowledgement.at("error").at("code"));
}

}  // namespace

TEST_CASE(
    "a message sent over a socket reaches every device of both, and the acknowledgement is the message") {
    Site site(EACH_BACKEND);
    auto phone = site.host.connect("ann");
    auto laptop = site.host.connect("ann");
    auto ben = site.host.connect("ben");
    auto cay = site.host.connect("cay");
    const Json sent = phone.emit("chat:send", {{"to", "ben"}, {"text", "hello"}, {"clientId", "c-1"}});
    const Json& message = message_in(sent);
    CHECK(message.at("seq") == 1);
    CHECK(message.at("senderId") == "ann");
    CHECK(message.at("clientId") == "c-1");
    CHECK(phone.take("chat:message") == std::vector<Json>{message});
    CHECK(laptop.take("chat:message") == std::vector<Json>{message});
    CHECK(ben.take("chat:message") == std::vector<Json>{message});
    CHECK(cay.waiting().empty());
    const Json answered = ben.emit("chat:send", {{"chatId", message.at("chatId")}, {"text", "hi"}});
    CHECK(message_in(answered).at("seq") == 2);
    CHECK(site.history("ann", text_of(message.at("chatId"))).json().at("lastSeq") == 2);
}

TEST_CASE("a message sent over HTTP reaches the sockets too") {
    Site site("sqlite");
    const std::string chat = site.group("ann", {"ben"});
    auto ben = site.host.connect("ben");
    const Json sent = site.say("ann", chat, "hello").json();
    CHECK(ben.take("chat:message") == std::vector<Json>{sent});
}

TEST_CASE("a message sent again is acknowledged with the stored one and delivered once") {
    Site site(EACH_BACKEND);
    auto ann = site.host.connect("ann");
    auto ben = site.host.connect("ben");
    const JsonObject message{{"to", "ben"}, {"text", "once"}, {"clientId", "c-1"}};
    const Json first = ann.emit("chat:send", message);
    CHECK(ann.emit("chat:send", message) == first);
    CHECK(ben.take("chat:message").size() == 1);
}

TEST_CASE("what is not allowed is refused in the acknowledgement and delivered to nobody") {
    Site site("sqlite");
    const std::string chat = site.group("ann", {"ben"});
    auto ann = site.host.connect("ann");
    auto ben = site.host.connect("ben");
    auto cay = site.host.connect("cay");
    auto nobody = site.host.connect();
    CHECK(refused(nobody.emit("chat:send", {{"to", "ben"}, {"text", "x"}})) == "unauthenticated");
    CHECK(refused(nobody.emit("presence:subscribe", {{"userIds", JsonArray{"ben"}}})) == "unauthenticated");
    CHECK(refused(cay.emit("chat:send", {{"chatId", chat}, {"text", "x"}})) == "not_found");
    CHECK(refused(cay.emit("chat:history", {{"chatId", chat}})) == "not_found");
    CHECK(refused(cay.emit("chat:join", {{"chatId", chat}})) == "not_found");
    CHECK(refused(cay.emit("chat:typing", {{"chatId", chat}})) == "not_found");
    CHECK(refused(cay.emit("chat:read", {{"chatId", chat}, {"seq", 1}})) == "not_found");
    CHECK(refused(ann.emit("chat:send", {{"text", "to whom?"}})) == "unprocessable");
    CHECK(refused(ann.emit("chat:send", {{"text", "x"}, {"to", "ben"}, {"chatId", chat}})) ==
          "unprocessable");
    CHECK(refused(ann.emit_arguments("chat:send", {"hello"})) == "unprocessable");
    CHECK(refused(ann.emit_arguments("chat:send", {})) == "unprocessable");
    const Json faulty = ann.emit("chat:send", {{"chatId", chat}, {"text", 7}, {"clientId", ""}});
    CHECK(each(faulty.at("error").at("errors"), "pointer") == "/text /clientId");
    CHECK(ben.waiting().empty());
    CHECK(site.info("ann", chat).json().at("lastSeq") == 0);
}

TEST_CASE("a sender edits a message for a while, nobody else does") {
    Site site(EACH_BACKEND, "change_window: 1m\n");
    auto ann = site.host.connect("ann");
    auto ben = site.host.connect("ben");
    const Json sent = ann.emit("chat:send", {{"to", "ben"}, {"text", "helo"}});
    const JsonObject edit{{"messageId", sent.at("message").at("id")}, {"text", "hello"}};
    CHECK(refused(ben.emit("chat:edit", edit)) == "not_the_sender");
    const Json edited = ann.emit("chat:edit", edit);
    CHECK(message_in(edited).at("text") == "hello");
    CHECK(message_in(edited).at("editedAt").is_string());
    const auto news = ben.take("chat:edited");
    REQUIRE(news.size() == 1);
    CHECK(news[0].at("text") == "hello");
    CHECK(news[0].at("seq") == 1);
    CHECK(news[0].at("messageId") == sent.at("message").at("id"));
    CHECK(ann.take("chat:edited").size() == 1);
    CHECK(refused(ann.emit("chat:edit", {{"messageId", sent.at("message").at("id")}, {"text", ""}})) ==
          "unprocessable");
    site.host.clock().advance(std::chrono::minutes(2));
    CHECK(refused(ann.emit("chat:edit", edit)) == "too_late");
    CHECK(refused(ann.emit("chat:edit", {{"messageId", "nothing"}, {"text", "x"}})) == "not_found");
}

TEST_CASE("a message deleted for everyone keeps its place and nothing else") {
    Site site(EACH_BACKEND);
    auto ann = site.host.connect("ann");
    auto ben = site.host.connect("ben");
    const Json sent = ann.emit(
        "chat:send",
        {{"to", "ben"}, {"text", "secret"}, {"attachments", JsonArray{JsonObject{{"url", "/files/1"}}}}});
    const std::string chat = text_of(sent.at("message").at("chatId"));
    const JsonObject deletion{{"messageId", sent.at("message").at("id")}, {"scope", "forEveryone"}};
    ben.emit("chat:react", {{"messageId", sent.at("message").at("id")}, {"emoji", "👍"}});
    CHECK(refused(ben.emit("chat:delete", deletion)) == "not_the_sender");
    CHECK(ann.emit("chat:delete", deletion).at("ok") == true);
    CHECK(ann.emit("chat:delete", deletion).at("ok") == true);  // once more is no news
    const auto news = ben.take("chat:deleted");
    REQUIRE(news.size() == 1);
    CHECK(news[0].at("deleted") == "forEveryone");
    const auto history = site.history("ben", chat);
    CHECK(history.body.find("secret") == std::string::npos);
    CHECK(history.body.find("files") == std::string::npos);
    CHECK(each(history.json().at("data"), "deleted") == "forEveryone");
    CHECK(history.json().at("data").at(0).at("reactions") == Json(JsonArray{}));
    CHECK(site.list("ben").body.find("secret") == std::string::npos);
    CHECK(refused(ann.emit("chat:edit", {{"messageId", sent.at("message").at("id")}, {"text", "x"}})) ==
          "message_deleted");
    CHECK(refused(ben.emit("chat:react", {{"messageId", sent.at("message").at("id")}, {"emoji", "👍"}})) ==
          "message_deleted");
}

TEST_CASE("a message deleted for oneself is still there for the others") {
    Site site(EACH_BACKEND);
    auto ann = site.host.connect("ann");
    auto phone = site.host.connect("ben");
    auto laptop = site.host.connect("ben");
    const Json sent = ann.emit("chat:send", {{"to", "ben"}, {"text", "boring"}});
    const std::string chat = text_of(sent.at("message").at("chatId"));
    CHECK(phone.emit("chat:delete", {{"messageId", sent.at("message").at("id")}}).at("ok") == true);
    CHECK(laptop.take("chat:deleted").size() == 1);
    CHECK(ann.take("chat:deleted").empty());
    CHECK(each(site.history("ben", chat).json().at("data"), "deleted") == "forMe");
    CHECK(site.history("ben", chat).body.find("boring") == std::string::npos);
    CHECK(site.list("ben").body.find("boring") == std::string::npos);
    CHECK(each(site.history("ann", chat).json().at("data"), "text") == "boring");
}

TEST_CASE("an admin of a group deletes anybody's message for everyone") {
    Site site("sqlite");
    const std::string chat = site.group("ann", {"ben", "cay"});
    auto ann = site.host.connect("ann");
    auto cay = site.host.connect("cay");
    const Json message = site.say("ben", chat, "rude").json();
    CHECK(refused(cay.emit("chat:delete", {{"messageId", message.at("id")}, {"scope", "forEveryone"}})) ==
          "not_the_sender");
    CHECK(ann.emit("chat:delete", {{"messageId", message.at("id")}, {"scope", "forEveryone"}}).at("ok") ==
          true);
    CHECK(cay.take("chat:deleted").size() == 1);
}

TEST_CASE("reactions are counted, told, and taken back") {
    Site site(EACH_BACKEND, "reactions: 2\n");
    const std::string chat = site.group("ann", {"ben", "cay"});
    auto ann = site.host.connect("ann");
    auto ben = site.host.connect("ben");
    auto dan = site.host.connect("dan");
    const Json message = site.say("ann", chat, "news").json();
    const auto react = [&](auto& socket, const char* emoji, bool remove = false) {
        return socket.emit("chat:react",
                           {{"messageId", message.at("id")}, {"emoji", emoji}, {"remove", remove}});
    };
    CHECK(react(ann, "👍").at("ok") == true);
    CHECK(react(ben, "👍").at("ok") == true);
    CHECK(react(ben, "👍").at("ok") == true);  // once more is no news
    site.host.clock().advance(std::chrono::seconds(1));
    CHECK(react(ben, "🌱").at("ok") == true);
    CHECK(refused(react(ben, "🔥")) == "unprocessable");
    CHECK(refused(react(dan, "👍")) == "not_found");
    const auto news = ann.take("chat:reaction");
    REQUIRE(news.size() == 3);
    CHECK(news[1].at("userId") == "ben");
    CHECK(news[1].at("count") == 2);
    const Json seen = site.history("ann", chat).json();
    CHECK(seen.at("data").at(0).at("reactions") ==
          Json(JsonArray{JsonObject{{"emoji", "👍"}, {"count", 2}, {"mine", true}},
                         JsonObject{{"emoji", "🌱"}, {"count", 1}, {"mine", false}}}));
    CHECK(react(ben, "👍", true).at("ok") == true);
    CHECK(ann.take("chat:reaction").back().at("removed") == true);
    CHECK(react(ben, "🔥").at("ok") == true);
}

TEST_CASE("receipts only rise, and tell how many are unread") {
    Site site(EACH_BACKEND);
    const std::string chat = site.direct("ann", "ben");
    for (int number = 0; number < 4; ++number) site.say("ann", chat, "x");
    auto ann = site.host.connect("ann");
    auto ben = site.host.connect("ben");
    const auto mark = [&](const char* event, int seq) {
        return ben.emit(event, {{"chatId", chat}, {"seq", seq}});
    };
    CHECK(mark("chat:delivered", 4).at("unreadCount") == 4);
    CHECK(mark("chat:read", 3).at("unreadCount") == 1);
    const Json late = mark("chat:read", 2);
    CHECK(late.at("readSeq") == 3);
    CHECK(late.at("deliveredSeq") == 4);
    CHECK(refused(mark("chat:read", 5)) == "unprocessable");
    CHECK(refused(mark("chat:read", 0)) == "unprocessable");
    const auto news = ann.take("chat:receipt");
    REQUIRE(news.size() == 2);
    CHECK(news[0].at("deliveredSeq") == 4);
    CHECK(news[0].at("readSeq") == 0);
    CHECK(news[1].at("readSeq") == 3);
    CHECK(news[1].at("userId") == "ben");
    CHECK(site.list("ben").json().at("data").at(0).at("unreadCount") == 1);
    const Json members = site.info("ann", chat).json().at("members");
    CHECK(each(members, "readSeq") == "4 3");
}

TEST_CASE("in a large group a receipt goes to the reader's own devices only") {
    Site site("sqlite", "receipts_up_to: 2\n");
    const std::string chat = site.group("ann", {"ben", "cay"});
    site.say("ann", chat, "x");
    auto ann = site.host.connect("ann");
    auto phone = site.host.connect("ben");
    auto laptop = site.host.connect("ben");
    phone.emit("chat:read", {{"chatId", chat}, {"seq", 1}});
    CHECK(laptop.take("chat:receipt").size() == 1);
    CHECK(ann.waiting().empty());
    CHECK(each(site.info("ann", chat).json().at("members"), "readSeq") == "1 1 0");
}

TEST_CASE("typing is told to everybody else") {
    Site site(EACH_BACKEND);
    const std::string chat = site.direct("ann", "ben");
    auto phone = site.host.connect("ann");
    auto laptop = site.host.connect("ann");
    auto ben = site.host.connect("ben");
    CHECK(phone.emit("chat:typing", {{"chatId", chat}}).at("ok") == true);
    CHECK(phone.emit("chat:typing", {{"chatId", chat}, {"isTyping", false}}).at("ok") == true);
    const auto news = ben.take("chat:typing");
    REQUIRE(news.size() == 2);
    CHECK(news[0] == Json{{"chatId", chat}, {"userId", "ann"}, {"isTyping", true}});
    CHECK(news[1].at("isTyping") == false);
    CHECK(laptop.take("chat:typing").size() == 2);
    CHECK(phone.waiting().empty());
}

TEST_CASE("who is blocked can neither write, nor edit, nor react, nor be seen typing") {
    Site site(EACH_BACKEND);
    auto ann = site.host.connect("ann");
    auto ben = site.host.connect("ben");
    const Json sent = ben.emit("chat:send", {{"to", "ann"}, {"text", "hey"}});
    const Json id = sent.at("message").at("id");
    site.block("ann", "ben");
    ann.take("chat:message");
    ann.take("new_message");
    CHECK(refused(ben.emit("chat:send", {{"to", "ann"}, {"text", "hey!"}})) == "blocked");
    CHECK(refused(ben.emit("chat:edit", {{"messageId", id}, {"text", "hey!"}})) == "blocked");
    CHECK(refused(ben.emit("chat:react", {{"messageId", id}, {"emoji", "x"}})) == "blocked");
    CHECK(refused(ben.emit("chat:typing", {{"chatId", sent.at("message").at("chatId")}})) == "blocked");
    CHECK(ben.emit("chat:delete", {{"messageId", id}, {"scope", "forEveryone"}}).at("ok") == true);
    CHECK(ann.waiting() == std::vector<std::string>{"chat:deleted"});
}

TEST_CASE("opening a conversation tells its members, its history comes in pages") {
    Site site(EACH_BACKEND);
    const std::string chat = site.direct("ann", "ben");
    for (int number = 0; number < 5; ++number) site.say("ann", chat, "x");
    auto ben = site.host.connect("ben");
    const Json opened = ben.emit("chat:join", {{"chatId", chat}});
    CHECK(opened.at("ok") == true);
    CHECK(opened.at("chat").at("unreadCount") == 5);
    CHECK(each(opened.at("chat").at("members"), "userId") == "ann ben");
    const Json page = ben.emit("chat:history", {{"chatId", chat}, {"afterSeq", 1}, {"limit", 3}});
    CHECK(each(page.at("messages"), "seq") == "2 3 4");
    CHECK(page.at("hasMore") == true);
    CHECK(page.at("lastSeq") == 5);
    CHECK(refused(ben.emit("chat:history", {{"chatId", chat}, {"afterSeq", 1}, {"beforeSeq", 3}})) ==
          "unprocessable");
}

TEST_CASE("members hear of members") {
    Site site("sqlite");
    auto ann = site.host.connect("ann");
    auto ben = site.host.connect("ben");
    auto cay = site.host.connect("cay");
    const std::string chat = site.group("ann", {"ben", "ben", "ann"});
    const std::string path = "/api/v1/chats/" + chat;
    CHECK(ben.take("chat:member").at(0).at("userIds") == Json(JsonArray{"ann", "ben"}));
    site.host.post(path + "/members").as("ann").json({{"userIds", JsonArray{"cay", "ben"}}}).send();
    const auto added = cay.take("chat:member");
    REQUIRE(added.size() == 1);
    CHECK(added[0].at("change") == "added");
    CHECK(added[0].at("userIds") == Json(JsonArray{"cay"}));
    CHECK(added[0].at("by") == "ann");
    CHECK(ben.take("chat:member").size() == 1);
    site.host.patch(path).as("ann").json({{"title", "Roof"}}).send();
    CHECK(ben.take("chat:updated").at(0).at("title") == "Roof");
    site.host.patch(path + "/members/ben").as("ann").json({{"role", "admin"}}).send();
    CHECK(ben.take("chat:member").at(0).at("role") == "admin");
    site.host.del(path + "/members/cay").as("ann").send();
    CHECK(cay.take("chat:member").back().at("change") == "removed");
    site.host.post(path + "/leave").as("ann").send();
    CHECK(ben.take("chat:member").back().at("change") == "left");
    site.say("ben", chat, "alone");
    CHECK(ann.take("chat:message").empty());
    CHECK(cay.take("chat:message").empty());
}
