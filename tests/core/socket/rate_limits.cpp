// SPDX-License-Identifier: Apache-2.0
// What becomes of events and connects that a limiter refuses, at once or later.
#include <catch2/catch.hpp>

#include <deque>

#include "socket_fixture.h"

using namespace mortise;
using namespace socket_tests;

namespace {

/// A server with an event under the policy "message", one without, and notes of what was handled.
struct Office {
    Office() {
        const auto handle = [this](Socket&, const Message& message) {
            const std::scoped_lock lock(mutex);
            handled.push_back(message.event());
            return Arguments::of(message.event());
        };
        server.plugin.add("send", handle).limit("message");
        server.plugin.add("shout", handle).limit("message").inline_handler();
        server.plugin.add("free", handle).inline_handler();
    }
    void enter(WebClient& client) {
        client.read();
        client.send("40");
        REQUIRE(client.read().value_or("").starts_with("40{\"sid\""));
    }
    std::mutex mutex;
    std::vector<std::string> handled;
    Server server{{}, 1};
    test::TestLimiter::Policy& policy = server.limiter["message"];
};

}  // namespace

TEST_CASE("a refused event is answered in its acknowledgement, or told by rate_limited") {
    Office office;
    office.policy.say(test::refused);
    office.server.start();
    WebClient client(office.server.port());
    office.enter(client);
    const std::string error =
        R"({"code":"rate_limited","message":"This came too often; try again in 42 s.","retryAfter":42})";
    for (const std::string_view event : {"send", "shout"}) {
        client.send("427[\"" + std::string(event) + "\",\"hello\"]");
        CHECK(client.read() == R"(437[{"ok":false,"error":)" + error + "}]");
        client.send("42[\"" + std::string(event) + "\"]");
        CHECK(
            client.read() ==
            R"(42["rate_limited",{"event":")" + std::string(event) +
                R"(","policy":"message","message":"This came too often; try again in 42 s.","retryAfter":42}])");
    }
    client.send("428[\"free\"]");
    CHECK(client.read() == R"(438["free"])");
    CHECK(office.handled == std::vector<std::string>{"free"});
}

TEST_CASE("events are counted for who is signed in, else for their address") {
    Office office;
    office.policy.say(test::admitted);
    office.server.start();
    WebClient ann(office.server.port()), nobody(office.server.port());
    ann.read();
    ann.send(R"(40{"token":"ann:1"})");
    ann.read();
    office.enter(nobody);
    ann.send("421[\"send\"]");
    CHECK(ann.read() == R"(431["send"])");
    nobody.send("421[\"send\"]");
    CHECK(nobody.read() == R"(431["send"])");
    CHECK(office.policy.visitors() == std::vector<std::string>{"ann", "127.0.0.1"});
}

TEST_CASE("an event that waits for its decision keeps its place, and holds no loop") {
    Office office;
    office.policy.is_slow = true;
    office.server.start();
    WebClient client(office.server.port()), other(office.server.port());
    office.enter(client);
    office.enter(other);
    client.send("421[\"send\"]");
    client.send("422[\"free\"]");
    client.send("423[\"shout\"]");
    other.send("421[\"free\"]");
    CHECK(other.read() == R"(431["free"])");
    REQUIRE(wait_until([&] { return office.policy.visitors().size() == 2; }));
    REQUIRE(office.policy.waiting() == 1);

    SECTION("let through") {
        office.policy.reply(test::admitted);
        CHECK(client.read() == R"(431["send"])");
        CHECK(client.read() == R"(432["free"])");
        REQUIRE(wait_until([&] { return office.policy.waiting() == 2; }));
        office.policy.reply(test::admitted);
        CHECK(client.read() == R"(433["shout"])");
    }
    SECTION("refused, then forgotten") {
        office.policy.reply(test::refused);
        CHECK(event_in("42" + client.read()->substr(3)).at(0).at("error").at("code") == "rate_limited");
        CHECK(client.read() == R"(432["free"])");
        REQUIRE(wait_until([&] { return office.policy.waiting() == 2; }));
        office.policy.forget();
        CHECK(event_in("42" + client.read()->substr(3)).at(0).at("error").at("code") == "unavailable");
    }
    SECTION("decided when the client is gone") {
        client.line.cut();
        REQUIRE(wait_until([&] { return office.server.sockets() == 1; }));
        office.policy.reply(test::refused);
        REQUIRE(wait_until([&] { return office.policy.waiting() == 2; }));
        office.policy.reply(test::admitted);
        other.send("422[\"free\"]");
        CHECK(other.read() == R"(432["free"])");
    }
    SECTION("never decided: the server stops all the same") {}
}

TEST_CASE("a client that connects too often is refused with the time to wait, and may try again") {
    Office office;
    auto& connect = office.server.limiter["connect"];
    connect.is_slow = GENERATE(false, true);
    connect.say(test::refused);
    office.server.start();
    const auto decide = [&](std::size_t count, const LimitDecision& decision) {
        connect.say(decision);
        if (!connect.is_slow) return;
        REQUIRE(wait_until([&] { return connect.waiting() == count; }));
        connect.reply(decision);
    };
    WebClient client(office.server.port());
    client.read();
    client.send("40");
    decide(1, test::refused);
    CHECK(client.read() == R"(44{"message":"This came too often; try again in 42 s.",)"
                           R"("data":{"code":"rate_limited","retryAfter":42}})");
    connect.say(test::admitted);
    client.send("40");
    decide(2, test::admitted);
    CHECK(client.read().value_or("").starts_with("40{\"sid\""));
    CHECK(connect.visitors().size() == 2);
    client.send("41");
    connect.say(test::refused);
    client.send("40");
    decide(3, test::refused);
    CHECK(client.read().value_or("").starts_with("44"));
}

TEST_CASE("a connection counts once, however many namespaces it comes into") {
    Office office;
    auto& connect = office.server.limiter["connect"];
    office.server.plugin.space("/admin").add("x", [](Socket&, const Message&) { return Arguments(); });
    office.server.start();
    WebClient client(office.server.port());
    office.enter(client);
    client.send("40/admin,");
    CHECK(client.read().value_or("").starts_with("40/admin,{\"sid\""));
    const PollClient not_in_yet(office.server.port());
    CHECK(connect.visitors().size() == 1);
}

TEST_CASE("a token that is not accepted counts for the address it came from") {
    Office office;
    auto& connect = office.server.limiter["connect"];
    connect.say(test::admitted);
    office.server.start();
    WebClient client(office.server.port());
    client.read();
    for (int count = 0; count < 2; ++count) {
        client.send(R"(40{"token":"old"})");
        CHECK(client.read().value_or("").find("unauthenticated") != std::string::npos);
    }
    CHECK(connect.visitors() == std::vector<std::string>{"127.0.0.1", "127.0.0.1"});
}

TEST_CASE("a raw WebSocket that connects too often is refused before the handshake") {
    Office office;
    office.server.limiter["connect"].say(test::refused);
    office.server.plugin.add_raw("/ws", [](RawSocket&, const RawMessage&) {});
    office.server.start();
    WebClient client(office.server.port(), "/ws");
    CHECK(client.handshake.status == 429);
}
