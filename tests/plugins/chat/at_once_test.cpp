// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <thread>

#include "site.h"

using namespace chat::test;

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
