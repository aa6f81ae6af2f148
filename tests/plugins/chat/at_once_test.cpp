// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <set>
#include <thread>

#include "site.h"

using namespace chat::test;

TEST_CASE("two people who begin at once meet in one conversation") {
    Site site(EACH_BACKEND);
    site.host.start();
    std::vector<TestResponse> answers(8);
    {
        std::vector<std::jthread> people;
        for (std::size_t place = 0; place < answers.size(); ++place)
            people.emplace_back([&, place] {
                answers[place] = place % 2 == 0 ? site.open("ann", "ben") : site.open("ben", "ann");
            });
    }
    std::set<std::string> ids;
    int begun = 0;
    for (const TestResponse& answer : answers) {
        ids.insert(text_of(answer.json().at("id")));
        begun += answer.status == 201;
    }
    CHECK(ids.size() == 1);
    CHECK(begun == 1);
}

TEST_CASE("a group never has more members than allowed") {
    Site site(EACH_BACKEND, "group_members: 3\n");
    const std::string chat = site.group("ann", {"ben"});
    const auto add = [&](const std::string& who) {
        return site.host.post("/api/v1/chats/" + chat + "/members")
            .as("ann")
            .json({{"userIds", JsonArray{who}}})
            .send();
    };
    site.host.start();
    std::vector<TestResponse> answers(4);
    {
        std::vector<std::jthread> threads;
        for (std::size_t place = 0; place < answers.size(); ++place)
            threads.emplace_back([&, place] { answers[place] = add("guest" + std::to_string(place)); });
    }
    int accepted = 0;
    for (const TestResponse& answer : answers) accepted += answer.status == 200;
    CHECK(accepted == 1);
    CHECK(site.info("ann", chat).json().at("members").as_array().size() == 3);
}

TEST_CASE("however many send at once, seq has no gap and no client id is stored twice") {
    Site site(EACH_BACKEND);
    const std::string chat = site.group("user0", {"user1", "user2", "user3"});
    constexpr int each_sends = 20;
    std::vector<std::string> faults(4);
    {
        std::vector<std::jthread> users;
        for (std::size_t user = 0; user < 4; ++user)
            users.emplace_back([&, user] {
                for (int number = 0; number < each_sends; ++number) {
                    // two of them are one person who sends everything from both devices
                    const std::string name = "user" + std::to_string(user % 3);
                    const auto sent =
                        site.send(name, chat, {{"text", "x"}, {"clientId", std::to_string(number)}});
                    if (sent.status != 201 && sent.status != 200) faults[user] = sent.body;
                }
            });
    }
    CHECK(faults == std::vector<std::string>(4));
    std::vector<int> seqs;
    for (std::int64_t after = 0; true; after = seqs.back()) {
        const Json page = site.history("user3", chat, "?limit=7&afterSeq=" + std::to_string(after)).json();
        for (const Json& message : page.at("data").as_array())
            seqs.push_back(message.at("seq").to_number<int>());
        if (!page.at("hasMore").as_bool()) break;
    }
    std::vector<int> expected;
    for (int seq = 1; seq <= 3 * each_sends; ++seq) expected.push_back(seq);
    CHECK(seqs == expected);
}

TEST_CASE("however an edit and a deletion meet, a deleted text never comes back") {
    Site site(EACH_BACKEND);
    const std::string chat = site.direct("ann", "ben");
    auto phone = site.host.connect("ann");
    auto laptop = site.host.connect("ann");
    for (int round = 0; round < 10; ++round) {
        const Json id = site.say("ann", chat, "before").json().at("id");
        Json deleted;
        {
            const std::jthread edits([&] {
                phone.emit("chat:edit", {{"messageId", id}, {"text", "after"}});
            });
            const std::jthread deletes([&] {
                deleted = laptop.emit("chat:delete", {{"messageId", id}, {"scope", "forEveryone"}});
            });
        }
        REQUIRE(deleted.at("ok") == true);
    }
    const Json history = site.history("ben", chat).json();
    for (const Json& message : history.at("data").as_array()) {
        CHECK(message.at("text") == "");
        CHECK(message.at("deleted") == "forEveryone");
    }
}

TEST_CASE("marks from many devices at once leave the highest") {
    Site site(EACH_BACKEND);
    const std::string chat = site.direct("ann", "ben");
    for (int number = 0; number < 20; ++number) site.say("ann", chat, "x");
    {
        std::vector<mortise::testing::TestSocket> devices;
        for (int device = 0; device < 4; ++device) devices.push_back(site.host.connect("ben"));
        std::vector<std::jthread> hands;
        for (int device = 0; device < 4; ++device)
            hands.emplace_back([&, device] {
                for (int step = 0; step < 10; ++step)  // in no order, 20 among them
                    devices[static_cast<std::size_t>(device)].emit(
                        "chat:read", {{"chatId", chat}, {"seq", 1 + (step * 7 + device * 5 + 3) % 20}});
            });
    }
    CHECK(each(site.info("ben", chat).json().at("members"), "readSeq") == "20 20");
    CHECK(site.info("ben", chat).json().at("unreadCount") == 0);
}

TEST_CASE("a message and the leaving of its sender at once: it is stored, or refused, never half") {
    Site site(EACH_BACKEND);
    for (int round = 0; round < 5; ++round) {
        const std::string chat = site.group("ann", {"ben"});
        auto ben = site.host.connect("ben");
        Json sent;
        {
            const std::jthread sends([&] {
                sent = ben.emit("chat:send", {{"chatId", chat}, {"text", "bye"}});
            });
            const std::jthread leaves(
                [&] { site.host.post("/api/v1/chats/" + chat + "/leave").as("ben").send(); });
        }
        const bool is_stored = sent.at("ok") == true;
        CHECK(site.info("ann", chat).json().at("lastSeq") == (is_stored ? 1 : 0));
        CHECK(each(site.history("ann", chat).json().at("data"), "text") == (is_stored ? "bye" : ""));
        CHECK(each(site.info("ann", chat).json().at("members"), "userId") == "ann");
    }
}
