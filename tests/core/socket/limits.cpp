// SPDX-License-Identifier: Apache-2.0
// Slow readers, garbage, silence and haste, against a whole server.
#include <catch2/catch.hpp>

#include <mortise/testing/fake_clock.h>

#include "client_frames.h"
#include "socket_fixture.h"

using namespace mortise;
using namespace socket_tests;

namespace {

/// A server whose clients may join the room "hall".
struct Hall {
    explicit Hall(socket::SocketSettings settings = {}, const Clock* clock = nullptr)
        : server(std::move(settings), 2, clock) {
        server.plugin
            .add("join",
                 [](Socket& socket, const Message&) {
                     socket.join("hall");
                     return Arguments();
                 })
            .inline_handler();
        server.start();
    }
    void enter(WebClient& client) const {
        client.read();
        client.send("40");
        client.read();
        client.send("421[\"join\"]");
        client.read();
    }

    Server server;
};

}  // namespace

TEST_CASE("a reader that stops is closed and counted, and the others of its room hear everything") {
    socket::SocketSettings settings;
    settings.max_outbox = 300'000;
    settings.close_timeout = 20ms;
    Hall hall(settings);
    WebClient slow(hall.server.port(), WebClient::socket_io, "", 4096);
    WebClient good(hall.server.port());
    PollClient poller(hall.server.port());
    hall.enter(slow);
    hall.enter(good);
    CHECK(poller.post("40\x1e"
                      "421[\"join\"]") == 200);
    for (bool is_in = false; !is_in;)
        for (const std::string& packet : poller.poll()) is_in = is_in || packet == "431[]";

    // The kernel takes some megabytes for the slow one, but nowhere near all of this.
    constexpr int count = 400;
    const std::string text(50'000, 'x');
    int heard = 0;
    int polled = 0;
    for (int number = 0; number < count; ++number) {
        hall.server.plugin.to_room("hall").emit("heard", number, text);
        const Json event = event_in(good.read().value_or(""));
        if (event.is_array() && event.as_array()[1].to_number<int>() == number) ++heard;
        while (polled <= number) {
            const auto packets = poller.poll();
            if (packets.empty()) break;
            polled += static_cast<int>(packets.size());
        }
    }
    CHECK(heard == count);
    CHECK(polled == count);
    CHECK(wait_until([&] { return hall.server.hub.figures().closed_slow == 1; }));
    CHECK(wait_until([&] { return hall.server.sessions() == 2; }));
    CHECK(hall.server.hub.has_members("/", "hall"));
    // What the kernel had taken is there, then the connection ends: it never waited for this reader.
    int left = 0;
    while (slow.read()) ++left;
    CHECK(left < count);
}

TEST_CASE("a slow reader that reads on after all is told why it was closed") {
    socket::SocketSettings settings;
    settings.max_outbox = 300'000;
    settings.close_timeout = 30s;
    Hall hall(settings);
    WebClient slow(hall.server.port(), WebClient::socket_io, "", 4096);
    hall.enter(slow);
    const std::string text(50'000, 'x');
    REQUIRE(wait_until([&] {
        hall.server.plugin.to_room("hall").emit("heard", text);
        hall.server.settle();
        return hall.server.hub.figures().closed_slow == 1;
    }));
    CHECK(slow.closed_with() == 1008);
    CHECK(slow.close_reason == "slow reader");
}

TEST_CASE("a client that never polls is closed when too much waits for it") {
    socket::SocketSettings settings;
    settings.max_outbox = 100'000;
    Hall hall(settings);
    PollClient client(hall.server.port());
    CHECK(client.post("40\x1e"
                      "42[\"join\"]") == 200);
    const std::string text(10'000, 'x');
    for (int number = 0; number < 20; ++number) hall.server.plugin.to_room("hall").emit("heard", text);
    CHECK(wait_until([&] { return hall.server.sessions() == 0; }));
    CHECK(hall.server.hub.figures().closed_slow == 1);
    CHECK(client.poll().empty());
    CHECK_FALSE(hall.server.hub.has_members("/", "hall"));
}

TEST_CASE("what may be discarded is, for a client that is not ready; what may not is kept for it") {
    Hall hall;
    PollClient client(hall.server.port());
    CHECK(client.post("40\x1e"
                      "421[\"join\"]") == 200);
    for (bool is_in = false; !is_in;)
        for (const std::string& packet : client.poll()) is_in = is_in || packet == "431[]";
    hall.server.plugin.to_room("hall").emit("kept", 1);
    hall.server.plugin.to_room("hall").discardable().emit("lost", 2);
    hall.server.plugin.to_room("hall").emit("kept", 3);
    hall.server.settle();
    CHECK(client.poll() == std::vector<std::string>{"42[\"kept\",1]", "42[\"kept\",3]"});
    CHECK(hall.server.hub.figures().discarded == 1);
}

TEST_CASE("garbage closes its own connection and nothing else") {
    Hall hall;
    WebClient witness(hall.server.port());
    hall.enter(witness);
    const std::vector<std::pair<std::string, int>> garbage{
        {"\xff\xff\xff\xff", 1002},  // reserved bits
        {client_frames::frame(socket::Opcode::text, "40", {.is_masked = false}), 1002},
        {client_frames::text("\xc3\x28"), 1007},       // no UTF-8
        {client_frames::text("9"), 1000},              // no packet of Engine.IO
        {client_frames::text("4abc"), 1000},           // none of Socket.IO
        {client_frames::text("42[\"early\"]"), 1000},  // before its CONNECT
        {client_frames::text("40") + client_frames::text("42{}"), 1000},
        {client_frames::text("40") + client_frames::text("40"), 1000},
        {client_frames::text("40") + client_frames::frame(socket::Opcode::binary, "bytes"), 1000},
        {client_frames::text("40") + client_frames::text("451-[\"x\",{\"_placeholder\":true,\"num\":7}]"),
         1000},
        {client_frames::text("40") + client_frames::text("42[\"x\"," + std::string(5'000, '[')), 1000},
        {client_frames::text("2"), 1000},  // the server asks, not the client
    };
    for (const auto& [bytes, code] : garbage) {
        WebClient client(hall.server.port());
        client.read();
        client.line.send(bytes);
        CAPTURE(bytes);
        CHECK(client.closed_with() == code);
    }
    hall.server.plugin.to_room("hall").emit("still", "here");
    CHECK(witness.read() == "42[\"still\",\"here\"]");
    CHECK(wait_until([&] { return hall.server.sessions() == 1; }));
}

TEST_CASE("an oversize message is answered by 1009 before the close, an oversize POST by 413") {
    socket::SocketSettings settings;
    settings.max_payload = 10'000;
    Hall hall(settings);
    WebClient client(hall.server.port());
    client.read();
    const bool is_fragmented = GENERATE(false, true);
    const std::string half(6'000, 'x');
    if (is_fragmented)
        client.line.send(client_frames::first(half) + client_frames::more(half));
    else
        client.send(half + half);
    CHECK(client.closed_with() == 1009);
    CHECK(wait_until([&] { return hall.server.sessions() == 0; }));

    PollClient poller(hall.server.port());
    CHECK(poller.post("4" + half + half) == 413);
    CHECK(poller.post("40") == 200);
}

TEST_CASE("who does not answer its ping is closed when its time is over, and not before") {
    testing::FakeClock clock;
    socket::SocketSettings settings;
    settings.ping_interval = 25s;
    settings.ping_timeout = 20s;
    Hall hall(settings, &clock);
    WebClient client(hall.server.port());
    client.answers_pings = false;
    hall.enter(client);
    const auto turn = [&](std::chrono::milliseconds by) {
        clock.advance(by);
        hall.server.settle();
    };
    turn(24'999ms);
    CHECK_FALSE(client.has_more());
    turn(1ms);
    CHECK(client.read() == "2");
    client.send("3");
    hall.server.settle();
    // The pong has been read for certain when the answer to what follows it is here.
    client.send("422[\"join\"]");
    CHECK(client.read() == "432[]");
    turn(25s);
    CHECK(client.read() == "2");
    turn(19'999ms);
    CHECK(hall.server.sessions() == 1);
    turn(1ms);
    CHECK(client.closed_with() == 1000);
    CHECK(hall.server.sessions() == 0);
    CHECK_FALSE(hall.server.hub.has_members("/", "hall"));
}

TEST_CASE("who opens a session and says no more is closed, over a WebSocket and over polling") {
    testing::FakeClock clock;
    Hall hall({}, &clock);
    WebClient silent(hall.server.port());
    silent.read();
    PollClient forgotten(hall.server.port());
    WebClient half_a_frame(hall.server.port());
    half_a_frame.line.send("\x81");
    half_a_frame.read();
    REQUIRE(hall.server.sessions() == 3);
    for (int second = 0; second < 48; ++second) {
        clock.advance(1s);
        hall.server.settle();
    }
    CHECK(hall.server.sessions() == 0);
    CHECK(silent.closed_with() == 1000);
}

TEST_CASE("a thousand clients that come and go one after the other leave nothing behind") {
    Hall hall;
    for (int count = 0; count < 1'000; ++count) {
        WebClient client(hall.server.port());
        client.line.send(client_frames::text("40") + client_frames::text("421[\"join\"]"));
        if (count % 3 == 0) hall.server.plugin.to_room("hall").emit("heard", count);
        if (count % 2 == 0) client.line.cut();
    }
    CHECK(wait_until([&] { return hall.server.sessions() == 0 && hall.server.sockets() == 0; }));
    CHECK_FALSE(hall.server.hub.has_members("/", "hall"));
}

TEST_CASE("a server that goes away says so, and nobody is left") {
    Hall hall;
    WebClient client(hall.server.port());
    hall.enter(client);
    PollClient poller(hall.server.port());
    hall.server.stop();
    CHECK(client.closed_with() == 1001);
    CHECK(client.close_reason == "server shutting down");
    CHECK(hall.server.sessions() == 0);
    CHECK(hall.server.sockets() == 0);
}
