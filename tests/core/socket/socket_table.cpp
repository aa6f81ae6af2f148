// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <stdexcept>

#include "socket/socket_table.h"

using mortise::EventHandler;
using mortise::socket::DeadSwitchboard;
using mortise::socket::PluginSockets;
using mortise::socket::SocketTable;

namespace {

const EventHandler nothing = [](mortise::Socket&, const mortise::Message&) { return mortise::Arguments(); };
DeadSwitchboard nobody;

}  // namespace

TEST_CASE("what a plugin says about an event is kept with its name") {
    PluginSockets chat("chat", nobody);
    chat.add("chat:send", nothing).summary("Sends").requires_user().limit("message");
    chat.add("chat:read", nothing).inline_handler();

    const SocketTable table({{&chat}});
    const auto* send = table.find("/", "chat:send");
    REQUIRE(send);
    CHECK(send->plugin == "chat");
    CHECK(send->summary == "Sends");
    CHECK(send->requires_user);
    CHECK(send->limit == "message");
    CHECK_FALSE(send->is_inline);
    CHECK(table.find("/", "chat:read")->is_inline);
    CHECK(table.find("/", "chat:gone") == nullptr);
}

TEST_CASE("events are listed in the order of the plugins and of their registration") {
    PluginSockets chat("chat", nobody), calls("calls", nobody);
    chat.add("z", nothing);
    chat.add("a", nothing);
    calls.add("m", nothing);
    const SocketTable table({{&chat}, {&calls}});
    std::string names;
    for (const auto* event : table.events()) names += event->event;
    CHECK(names == "zam");
}

TEST_CASE("every event that is registered twice is told at once") {
    PluginSockets chat("chat", nobody), calls("calls", nobody);
    chat.add("ring", nothing);
    chat.add("wave", nothing);
    chat.add("wave", nothing);
    calls.add("ring", nothing);
    REQUIRE_THROWS_WITH((SocketTable{{{&chat}, {&calls}}}),
                        "chat registers the event 'wave' twice\n"
                        "chat and calls both register the event 'ring'");
}

TEST_CASE("names that no client may send are refused") {
    PluginSockets chat("chat", nobody);
    CHECK_THROWS_AS(chat.add("", nothing), std::invalid_argument);
    CHECK_THROWS_AS(chat.add("disconnect", nothing), std::invalid_argument);
    CHECK_THROWS_AS(chat.add("x", EventHandler()), std::invalid_argument);
    CHECK(chat.events().empty());
}

TEST_CASE("an event registered after start is a fault of the program") {
    PluginSockets chat("chat", nobody);
    chat.close();
    CHECK_THROWS_AS(chat.add("late", nothing), std::logic_error);
}

TEST_CASE("one name may be handled in two namespaces") {
    PluginSockets chat("chat", nobody), calls("calls", nobody);
    chat.add("ring", nothing);
    calls.space("/calls").add("ring", nothing);
    const SocketTable table({{&chat}, {&calls}});
    CHECK(table.find("/", "ring")->plugin == "chat");
    CHECK(table.find("/calls", "ring")->plugin == "calls");
    CHECK(table.find("/other") == nullptr);
}

TEST_CASE("events that the server emits are listed, but no client may send them") {
    PluginSockets chat("chat", nobody), calls("calls", nobody);
    chat.emits("told").summary("Something was told");
    calls.emits("told");
    const SocketTable table({{&chat}, {&calls}});
    CHECK(table.events().size() == 2);
    CHECK(table.find("/", "told") == nullptr);
}

TEST_CASE("a namespace has a name that fits in a packet") {
    PluginSockets chat("chat", nobody);
    CHECK_THROWS_AS(chat.space("admin"), std::invalid_argument);
    CHECK_THROWS_AS(chat.space("/a,b"), std::invalid_argument);
    CHECK(&chat.space("/admin") == &chat.space("/admin"));
}
