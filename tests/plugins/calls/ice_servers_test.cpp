// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <cstdlib>

#include "plugins/calls/turn_credentials.h"
#include "site.h"

using namespace calls::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* with_turn =
    "turn: { urls: [\"turn:turn.example.org:3478?transport=udp\", \"turns:turn.example.org\"], "
    "secret: \"${CALLS_TEST_SECRET}\", lifetime: 10m }\n"
    "stun: { urls: [\"stun:stun.example.org\"] }\n";

// Options take a secret from outside only.
void set_secret() {
    ::setenv("CALLS_TEST_SECRET", "a secret of sixteen bytes or more", 1);
}

std::string hex(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes)
        for (const int nibble : {(byte >> 4) & 15, byte & 15}) text += "0123456789abcdef"[nibble];
    return text;
}

std::string fault_of(const std::string& options) {
    try {
        TestHost host("calls", options);
        host.start();
    } catch (const std::exception& fault) {
        return fault.what();
    }
    return "";
}

}  // namespace

TEST_CASE("HMAC-SHA1 as RFC 2202 has it") {
    using calls::hmac_sha1;
    CHECK(hex(hmac_sha1(std::string(20, '\x0b'), "Hi There")) == "b617318655057264e28bc0b6fb378c8ef146be00");
    CHECK(hex(hmac_sha1("Jefe", "what do ya want for nothing?")) ==
          "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    CHECK(hex(hmac_sha1(std::string(20, '\xaa'), std::string(50, '\xdd'))) ==
          "125d7342b9ac11cd91a39af48aa17b4f63f175d3");
    CHECK(hex(hmac_sha1(std::string(80, '\xaa'),
                        "Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data")) ==
          "e8e99d0f45237d786d6bbaa7965c7808bbff1a91");
}

TEST_CASE("TURN credentials name their end and their person, and are nobody else's") {
    const mortise::Time end{1'900'000'000'999ms};
    const auto made = calls::turn_credentials("north", "ann", end);
    CHECK(made.username == "1900000000:ann");
    // printf 1900000000:ann | openssl dgst -sha1 -hmac north -binary | base64
    CHECK(made.credential == "9fghp0viD5JsdCV/MFOkjie9ysk=");
    CHECK(calls::turn_credentials("north", "ben", end).credential != made.credential);
    CHECK(calls::turn_credentials("south", "ann", end).credential != made.credential);
}

TEST_CASE("whoever is signed in is told the servers, with credentials for a while") {
    set_secret();
    TestHost host("calls", with_turn);
    const auto answer = host.get("/api/v1/calls/ice-servers").as("ann").send();
    REQUIRE(answer.status == 200);
    CHECK(answer.header("cache-control") == "no-store");
    const Json json = answer.json();
    CHECK(json.at("ttl") == 600);
    CHECK(json.at("expiresAt") == "2030-01-01T12:10:00.000Z");
    const JsonArray& servers = json.at("iceServers").as_array();
    REQUIRE(servers.size() == 2);
    CHECK(servers[0] == Json{{"urls", JsonArray{"stun:stun.example.org"}}});
    CHECK(servers[1].at("urls") ==
          Json(JsonArray{"turn:turn.example.org:3478?transport=udp", "turns:turn.example.org"}));
    CHECK(servers[1].at("username") == "1893499800:ann");
    CHECK(text_of(servers[1].at("credential")).size() == 28);
    CHECK(answer.body.find("sixteen") == std::string::npos);
    host.clock().advance(1min);
    CHECK(host.get("/api/v1/calls/ice-servers").as("ann").send().json().at("iceServers") !=
          json.at("iceServers"));
    CHECK(host.get("/api/v1/calls/ice-servers").send().status == 401);
}

TEST_CASE("without servers of one's own there are none to tell") {
    TestHost host("calls");
    const Json json = host.get("/api/v1/calls/ice-servers").as("ann").send().json();
    CHECK(json == Json{{"iceServers", JsonArray{}}, {"ttl", nullptr}, {"expiresAt", nullptr}});
    TestHost other("calls", "stun: { urls: [\"stun:[2001:db8::1]:3478\", \"stuns:192.0.2.1:5349\"] }\n");
    CHECK(other.get("/api/v1/calls/ice-servers").as("ann").send().json().at("iceServers") ==
          Json(JsonArray{{{"urls", JsonArray{"stun:[2001:db8::1]:3478", "stuns:192.0.2.1:5349"}}}}));
}

TEST_CASE("servers that can't be are refused at the start") {
    set_secret();
    const std::string secret = "secret: \"${CALLS_TEST_SECRET}\"";
    for (const char* url : {"turn:", "turn://turn.example.org", "turn:turn.example.org:0", "turn:h:70000",
                            "turn:h:", "turn:h?transport=sctp", "turn:h?x", "turn:h?", "turn:a b",
                            "turn:[::1", "turn:user@h", "stun:h", "http://h", "h"}) {
        INFO(url);
        const std::string fault =
            fault_of("turn: { urls: [\"" + std::string(url) + "\"], " + secret + " }\n");
        CHECK(fault.find("turn") != std::string::npos);
        CHECK(fault.find("urls") != std::string::npos);
    }
    CHECK(fault_of("stun: { urls: [\"stun:h?transport=udp\"] }\n").find("stun.urls: 'stun:h?") !=
          std::string::npos);
    CHECK(fault_of("turn: { urls: [\"turn:h\"] }\n").find("belong together") != std::string::npos);
    CHECK(fault_of("turn: { " + secret + " }\n").find("belong together") != std::string::npos);
    CHECK(fault_of("turn: { urls: [\"turn:h\"], " + secret + ", lifetime: 2h }\n").find("lifetime") !=
          std::string::npos);
    CHECK(fault_of("turn: { urls: [\"turn:h\"], secret: in-the-file-itself-yes }\n").find("secret") !=
          std::string::npos);
    CHECK(fault_of("turn: { urls: [\"turn:h\", \"turns:h-1.example.org:443?transport=tcp\"], " + secret +
                   " }\n") == "");
}
