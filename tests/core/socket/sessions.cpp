// SPDX-License-Identifier: Apache-2.0
// Single clients that do what no good client does, against a whole server.
#include <catch2/catch.hpp>

#include <future>
#include <latch>

#include "client_frames.h"
#include "socket_fixture.h"

using namespace mortise;
using namespace socket_tests;

namespace {

Arguments echo(Socket&, const Message& message) {
    Arguments same;
    for (const Argument& argument : message.arguments()) same.add(argument);
    return same;
}

std::string payload_v3(std::string_view packet) {
    return std::to_string(packet.size()) + ":" + std::string(packet);
}

}  // namespace

TEST_CASE("an upgrade that was given up hears nothing more, whatever comes in the same bytes") {
    Server server;
    server.start();
    const auto bad = GENERATE(std::string("x"), std::string("2other"), std::string("40"));
    PollClient client(server.port());
    WebClient second(server.port(), client.target("websocket"));
    REQUIRE(second.handshake.status == 101);
    second.line.send(client_frames::text("2probe") + client_frames::text(bad) + client_frames::text("5"));
    CHECK(second.read() == "3probe");
    CHECK(second.closed_with() == 1000);
    CHECK(client.post("40") == 200);
    CHECK(client.poll().front().starts_with("40{"));
    CHECK(server.hub.figures().upgrades == 0);
}

TEST_CASE("a second upgrade takes the place of one that has not come to its end") {
    Server server;
    server.start();
    PollClient client(server.port());
    WebClient first(server.port(), client.target("websocket"));
    first.send("2probe");
    CHECK(first.read() == "3probe");
    WebClient second(server.port(), client.target("websocket"));
    CHECK(first.closed_with() == 1000);
    second.line.send(client_frames::text("2probe") + client_frames::text("5") + client_frames::text("40"));
    CHECK(second.read() == "3probe");
    CHECK(second.read().value_or("").starts_with("40{"));
    CHECK(server.hub.figures().upgrades == 1);
}

TEST_CASE("a session that ends takes its upgrade along") {
    Server server;
    server.start();
    PollClient client(server.port());
    WebClient second(server.port(), client.target("websocket"));
    second.send("2probe");
    CHECK(second.read() == "3probe");
    CHECK(client.post("1") == 200);
    CHECK(second.closed_with() == 1000);
    CHECK(client.post("40") == 400);
    CHECK(server.sessions() == 0);
}

TEST_CASE("pings of version 3 that nobody polls the answers of do not pile up without end") {
    socket::SocketSettings settings;
    settings.max_outbox = 100'000;
    Server server(settings);
    server.start();
    PollClient client(server.port(), "3");
    const std::string ping = payload_v3("2" + std::string(60'000, 'x'));
    int posts = 0;
    while (posts < 10 && client.post(ping) == 200) ++posts;
    CHECK(posts == 3);  // two fit, if barely; the third finds too much waiting
    CHECK(server.hub.figures().closed_slow == 1);
    CHECK(server.sessions() == 0);
}

TEST_CASE("the end of the stream is noticed when it comes with the last bytes") {
    std::promise<void> arrived;
    std::promise<void> released;
    Server server({}, 1);
    server.plugin
        .add_raw("/ws",
                 [&](RawSocket&, const RawMessage& message) {
                     if (message.bytes != "hold") return;
                     arrived.set_value();
                     released.get_future().wait();
                 })
        .inline_handler();
    server.start();
    WebClient client(server.port(), "/ws");
    client.send("hold");
    arrived.get_future().wait();
    client.send("last");
    client.line.finish_sending();
    released.set_value();
    CHECK(wait_until([&] { return server.hub.figures().raw_closed == 1; }));
}

TEST_CASE("who posts on while a POST is held back is closed, and what it sent is not taken") {
    socket::SocketSettings settings;
    settings.max_pending_events = 2;
    std::latch released(1);
    std::atomic<int> handled{0};
    Server server(settings);
    server.plugin.add("slow", [&](Socket&, const Message&) {
        released.wait();
        ++handled;
        return Arguments();
    });
    server.start();
    PollClient client(server.port());
    CHECK(client.post("40") == 200);
    CHECK(client.poll().front().starts_with("40{"));
    const std::string events =
        "42[\"slow\"]\x1e"
        "42[\"slow\"]\x1e"
        "42[\"slow\"]\x1e"
        "42[\"slow\"]";
    auto held = std::async(std::launch::async, [&] { return client.post(events); });
    REQUIRE(wait_until([&] { return server.hub.figures().events_in == 4; }));
    server.settle();
    CHECK(client.post(events) == 400);
    CHECK(held.get() == 200);
    CHECK(server.sessions() == 0);
    CHECK(server.hub.figures().events_in == 4);
    released.count_down();
}

TEST_CASE("a client that sends more than is handled is read on when half of it is done") {
    socket::SocketSettings settings;
    settings.max_pending_events = GENERATE(1u, 2u, 50u);
    settings.max_pending_bytes = GENERATE(100u, 1'000'000u);
    Server server(settings);
    server.plugin.add("echo", echo);
    server.start();
    WebClient client(server.port());
    client.send("40");
    client.read();
    client.read();
    constexpr int count = 500;
    std::string events;
    for (int number = 0; number < count; ++number)
        events +=
            client_frames::text("42" + std::to_string(number) + "[\"echo\"," + std::to_string(number) + "]");
    client.line.send(events);
    int in_order = 0;
    while (in_order < count) {
        const std::string number = std::to_string(in_order);
        if (client.read() != "43" + number + "[" + number + "]") break;
        ++in_order;
    }
    CHECK(in_order == count);
}

TEST_CASE("a refused client is in no room that a hook put it into") {
    Server server;
    server.plugin.hooks().before_connect = [](Socket& socket) {
        socket.join("lobby");
        throw Error(Code::forbidden, "No.");
    };
    server.start();
    WebClient client(server.port());
    client.send("40");
    client.read();
    CHECK(client.read().value_or("").starts_with("44{\"message\":\"No.\""));
    CHECK_FALSE(server.hub.has_members("/", "lobby"));
}

TEST_CASE("an answer that a plugin cannot bear does not take the server along") {
    Server server;
    server.plugin
        .add("ask me",
             [](Socket& socket, const Message&) {
                 socket.ask_then(30s, "question", Arguments(),
                                 [](const auto&) { throw std::runtime_error("unbearable"); });
                 return Arguments();
             })
        .inline_handler();
    server.plugin.add("echo", echo).inline_handler();
    server.start();
    WebClient client(server.port());
    client.send("40");
    client.read();
    client.read();
    client.send("42[\"ask me\"]");
    CHECK(client.read() == "420[\"question\"]");
    client.send("430[]");
    client.send("421[\"echo\",1]");
    CHECK(client.read() == "431[1]");
    client.send("42[\"ask me\"]");
    CHECK(client.read() == "421[\"question\"]");
    client.line.close();  // nobody answers this one
    CHECK(wait_until([&] { return server.sessions() == 0; }));
}

TEST_CASE("a socket of protocol 4 outside the default namespace is reached by its id") {
    Server server;
    Space& space = server.plugin.space("/custom");
    space.add("me", [&](Socket& socket, const Message&) {
        space.to_socket(socket.id()).emit("you");
        return Arguments();
    });
    server.start();
    WebClient client(server.port(), "/socket.io/?EIO=3&transport=websocket");
    client.read();  // 0{...}
    CHECK(client.read() == "40");
    client.send("40/custom");
    CHECK(client.read() == "40/custom,");
    client.send("42/custom,[\"me\"]");
    CHECK(client.read() == "42/custom,[\"you\"]");
}

TEST_CASE("whose session is ended is closed at once, with all namespaces") {
    Server server;
    server.start();
    WebClient ended(server.port()), other(server.port());
    for (WebClient* client : {&ended, &other}) client->read();
    ended.send(R"(40{"token":"ann:1"})");
    other.send(R"(40{"token":"ann:2"})");
    CHECK(ended.read().value_or("").starts_with("40{"));
    CHECK(other.read().value_or("").starts_with("40{"));
    server.events.publish("", parse_json(R"({"userId":"ann","sessionId":"1"})"), Reach::all_nodes);
    CHECK(ended.read() == "41");
    CHECK(ended.closed_with() == 1000);
    CHECK(server.sessions() == 1);
    CHECK(server.hub.has_members("/", "user:ann"));
}

TEST_CASE("who signs out before its client is in does not get in") {
    std::latch hooked(1);
    std::latch released(1);
    Server server;
    server.plugin.hooks().before_connect = [&](Socket&) {
        hooked.count_down();
        released.wait();
    };
    server.start();
    WebClient client(server.port(), WebClient::socket_io, "Authorization: Bearer ann:1\r\n");
    client.read();
    client.send("40");
    hooked.wait();
    server.events.publish("", parse_json(R"({"userId":"ann","sessionId":"1"})"), Reach::all_nodes);
    released.count_down();
    CHECK(client.read().value_or("").starts_with(R"(44{"message":"The access token is not valid.")"));
    client.send("40");  // nor with what it told when it came
    CHECK(client.read().value_or("").starts_with("44{"));
    CHECK_FALSE(server.hub.has_members("/", "user:ann"));
    client.send(R"(40{"token":"ann:2"})");
    CHECK(client.read().value_or("").starts_with("40{"));
    CHECK(server.sockets() == 1);
}

TEST_CASE("a page of another origin cannot use the cookies of who visits it") {
    socket::SocketSettings settings;
    settings.cookie_origins = {"https://app.example"};
    Server server(settings);
    server.plugin.add_raw("/ws", [](RawSocket& socket, const RawMessage&) { socket.send_text("in"); })
        .requires_user();
    server.start();
    const auto [headers, is_in] = GENERATE(table<std::string, bool>({
        {"", true},
        {"Origin: http://here\r\n", true},
        {"Origin: https://app.example\r\n", true},
        {"Origin: https://elsewhere.example\r\nSec-Fetch-Site: same-origin\r\n", true},
        {"Origin: https://elsewhere.example\r\n", false},
        {"Origin: https://elsewhere.example\r\nSec-Fetch-Site: cross-site\r\n", false},
        {"Origin: null\r\n", false},
    }));
    const std::string all = "Cookie: token=ann:1\r\n" + headers;
    WebClient client(server.port(), WebClient::socket_io, all);
    client.read();
    client.send("40");
    CHECK(client.read().value_or("").starts_with(is_in ? "40{" : "44{"));
    CHECK(server.hub.has_members("/", "user:ann") == is_in);
    client.send(R"(40{"token":"bob:2"})");  // a token of one's own is another matter
    if (!is_in) CHECK(client.read().value_or("").starts_with("40{"));

    CHECK(WebClient(server.port(), "/ws", all).handshake.status == (is_in ? 101 : 403));
    CHECK(WebClient(server.port(), "/ws", "Authorization: Bearer ann:1\r\n" + headers).handshake.status ==
          101);
}
