// SPDX-License-Identifier: Apache-2.0
#include "socket/asyncapi.h"

#include <boost/describe.hpp>
#include <catch2/catch.hpp>

#include "socket/switchboard.h"

using mortise::Arguments;
using mortise::socket::DeadSwitchboard;
using mortise::socket::make_asyncapi;
using mortise::socket::PluginSockets;
using mortise::socket::SocketTable;

namespace {

struct Wave {
    std::string to;
};
BOOST_DESCRIBE_STRUCT(Wave, (), (to))

const mortise::EventHandler ignored = [](mortise::Socket&, const mortise::Message&) { return Arguments(); };

}  // namespace

TEST_CASE("every event is an operation on its namespace's channel") {
    DeadSwitchboard nobody;
    PluginSockets chat("chat", nobody);
    chat.add("chat:wave", ignored).payload<Wave>().requires_user().summary("Waves");
    chat.emits("chat:waved").payload<Wave>();
    chat.space("/admin").add("chat:wave", ignored);
    const auto document = make_asyncapi(SocketTable({{&chat}}), {"Test", "1.0.0"});

    CHECK(document.at("asyncapi") == "3.0.0");
    CHECK(document.at("channels").as_object().size() == 2);
    const auto& operations = document.at("operations").as_object();
    REQUIRE(operations.size() == 3);
    const auto& wave = operations.at("on_root_chat_wave").as_object();
    CHECK(wave.at("action") == "receive");
    CHECK(wave.contains("security"));
    CHECK(wave.at("reply").as_object().contains("messages"));
    CHECK(operations.at("emit_root_chat_waved").as_object().at("action") == "send");
    const auto& message =
        document.at("components").at("messages").as_object().at("root_chat_wave").as_object();
    CHECK(message.at("name") == "chat:wave");
    CHECK(mortise::to_text(message.at("payload").at("required")) == R"(["to"])");
}

TEST_CASE("events whose names differ only in what no key may hold are kept apart") {
    DeadSwitchboard nobody;
    PluginSockets chat("chat", nobody);
    chat.add("a:b", ignored);
    chat.add("a-b", ignored);
    chat.emits("a:b");
    const auto document = make_asyncapi(SocketTable({{&chat}}), {});
    CHECK(document.at("operations").as_object().size() == 3);
}
