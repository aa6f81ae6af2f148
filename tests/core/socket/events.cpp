// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <stdexcept>

#include "socket/event_table.h"

using mortise::EventHandler;
using mortise::Json;
using mortise::socket::EventTable;
using mortise::socket::PluginEvents;

namespace {

const EventHandler nothing = [](mortise::Socket&, const mortise::Message&) { return Json(); };

}  // namespace

TEST_CASE("what a plugin says about an event is kept with its name") {
    PluginEvents chat("chat");
    chat.add("chat:send", nothing).summary("Sends").requires_user().limit("message");
    chat.add("chat:read", nothing).inline_handler();

    const EventTable table({&chat});
    const auto* send = table.find("chat:send");
    REQUIRE(send);
    CHECK(send->plugin == "chat");
    CHECK(send->summary == "Sends");
    CHECK(send->requires_user);
    CHECK(send->limit == "message");
    CHECK_FALSE(send->is_inline);
    CHECK(table.find("chat:read")->is_inline);
    CHECK(table.find("chat:gone") == nullptr);
}

TEST_CASE("events are listed in the order of the plugins and of their registration") {
    PluginEvents chat("chat"), calls("calls");
    chat.add("z", nothing);
    chat.add("a", nothing);
    calls.add("m", nothing);
    const EventTable table({&chat, &calls});
    std::string names;
    for (const auto* event : table.all()) names += event->event;
    CHECK(names == "zam");
}

TEST_CASE("every event that is registered twice is told at once") {
    PluginEvents chat("chat"), calls("calls");
    chat.add("ring", nothing);
    chat.add("wave", nothing);
    chat.add("wave", nothing);
    calls.add("ring", nothing);
    REQUIRE_THROWS_WITH((EventTable{{&chat, &calls}}),
                        "chat registers the event 'wave' twice\n"
                        "chat and calls both register the event 'ring'");
}

TEST_CASE("names that no client may send are refused") {
    PluginEvents chat("chat");
    CHECK_THROWS_AS(chat.add("", nothing), std::invalid_argument);
    CHECK_THROWS_AS(chat.add("disconnect", nothing), std::invalid_argument);
    CHECK_THROWS_AS(chat.add("x", EventHandler()), std::invalid_argument);
    CHECK(chat.declarations().empty());
}

TEST_CASE("an event registered after start is a fault of the program") {
    PluginEvents chat("chat");
    chat.close();
    CHECK_THROWS_AS(chat.add("late", nothing), std::logic_error);
}
