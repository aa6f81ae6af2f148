// SPDX-License-Identifier: Apache-2.0
// How Redis is found, signed in to and understood.
#include <csignal>
#include <stdexcept>

#include "core/net/certificate.h"
#include "core/service/loopback_server.h"
#include "core/service/redis_node.h"
#include "support/free_port.h"
#include "support/redis_server.h"

using namespace mortise;
using namespace mortise::service;
using namespace mortise::tests;
using namespace std::string_literals;
using RedisClock = test::RedisServer::Clock;

TEST_CASE("a server is named by an URL") {
    const auto plain = RedisAddress::parse("redis://cache.example.org");
    CHECK(plain.host == "cache.example.org");
    CHECK(plain.port == 6379);
    CHECK(plain.database == 0);
    CHECK_FALSE(plain.tls);
    CHECK(plain.password.empty());
    const auto whole = RedisAddress::parse("rediss://ann:p%40ss%3A/w@[::1]:7000/3");
    CHECK(whole.host == "::1");
    CHECK(whole.port == 7000);
    CHECK(whole.tls);
    CHECK(whole.user == "ann");
    CHECK(whole.password == "p@ss:/w");
    CHECK(whole.database == 3);
    CHECK(whole.shown() == "[::1]:7000/3");
    CHECK(RedisAddress::parse("redis://:secret@h").password == "secret");
    const auto socket = RedisAddress::parse("unix:///run/redis.sock?database=2&password=s%20t");
    CHECK(socket.path == "/run/redis.sock");
    CHECK(socket.database == 2);
    CHECK(socket.password == "s t");
}

TEST_CASE("what is no URL of Redis is refused, and no password told") {
    for (const char* url : {"",
                            "http://h",
                            "redis://",
                            "redis://:70000",
                            "redis://h:0",
                            "redis://h:x",
                            "redis://h/x",
                            "redis://h/-1",
                            "redis://user@h",
                            "redis://u:@h",
                            "redis://:%4@h",
                            "redis://:%zz@h",
                            "redis://[::1",
                            "redis://[::1]x",
                            "unix:",
                            "unix:/",
                            "unix:redis.sock",
                            "unix:/s?database",
                            "unix:/s?colour=red",
                            "redis://:secret@h:port"}) {
        INFO(url);
        try {
            RedisAddress::parse(url);
            FAIL("it was accepted");
        } catch (const std::invalid_argument& fault) {
            CHECK(std::string(fault.what()).find("secret") == std::string::npos);
        }
    }
}

TEST_CASE("replies are read however they are cut, and what is cut off is no reply") {
    const std::string bytes = "*5\r\n$5\r\na\0\r\nb\r\n:-7\r\n$-1\r\n*0\r\n*1\r\n+OK\r\n-ERR no\r\n"s;
    for (std::size_t piece : {1u, 2u, 3u, 7u, 100u}) {
        std::size_t at = 0;
        RedisReader reader([&](std::span<char> room) -> std::size_t {
            if (at == bytes.size()) throw std::runtime_error("no more");
            const std::size_t size = std::min({piece, room.size(), bytes.size() - at});
            bytes.copy(room.data(), size, at);
            at += size;
            return size;
        });
        const RedisReply reply = reader.read();
        const auto* items = reply.list();
        REQUIRE(items);
        REQUIRE(items->size() == 5);
        CHECK(*(*items)[0].text() == std::string("a\0\r\nb", 5));
        CHECK(*(*items)[1].number() == -7);
        CHECK(std::holds_alternative<RedisReply::Nothing>((*items)[2].value));
        CHECK((*items)[3].list()->empty());
        CHECK(*(*items)[4].list()->front().text() == "OK");
        CHECK(reader.read().failure()->text == "ERR no");
        CHECK_THROWS_WITH(reader.read(), "no more");
    }
    for (std::size_t size = 0; size < bytes.size() - 9; ++size) {
        bool given = false;
        RedisReader reader([&](std::span<char> room) -> std::size_t {
            if (std::exchange(given, true) || size == 0) throw std::runtime_error("no more");
            return bytes.copy(room.data(), size);
        });
        INFO(size);
        CHECK_THROWS_WITH(reader.read(), "no more");
    }
}

TEST_CASE("who answers but is not Redis is told from a store that holds nothing") {
    for (const char* nonsense :
         {"HTTP/1.1 400 Bad Request\r\n\r\n", "$x\r\n", ":\r\n", "*1\r\n!\r\n", "\r\n"}) {
        LoopbackServer server([&](Poco::Net::StreamSocket& socket, int) {
            read_until(socket, "SETNAME");
            say(socket, nonsense);
            read_until(socket, "never");
        });
        Node node(settings_for("redis://127.0.0.1:" + std::to_string(server.port())));
        INFO(nonsense);
        CHECK(node.fault().find("not Redis") != std::string::npos);
    }
}

TEST_CASE("a value whose end is lost with the connection is no value") {
    LoopbackServer server([&](Poco::Net::StreamSocket& socket, int) {
        read_until(socket, "SETNAME");
        say(socket, "+OK\r\n");
        read_until(socket, "test:k");
        say(socket, "$8\r\nhalf");
    });
    Node node(settings_for("redis://127.0.0.1:" + std::to_string(server.port())));
    CHECK(node.fault().find("closed") != std::string::npos);
}

TEST_CASE("a server that does not shake hands, or says nothing after, is waited for no longer than told") {
    LoopbackServer server([&](Poco::Net::StreamSocket& socket, int) { read_until(socket, "never"); });
    for (const char* scheme : {"rediss", "redis"}) {
        Node node(impatient(std::string(scheme) + "://localhost:" + std::to_string(server.port())));
        CHECK_FALSE(node.fault().empty());
    }
}

TEST_CASE("password, user and database are those of the URL") {
    test::RedisServer server(RedisClock::stands_still, {"--requirepass", "s3cret"});
    server.command("AUTH s3cret\r\nACL SETUSER ann on >h%i ~test:* &test:* +@all -@dangerous");
    CHECK(Node(settings_for(server.url())).fault().find("NOAUTH") != std::string::npos);
    CHECK(Node(settings_for(server.url() + "?password=wrong")).fault().find("WRONGPASS") !=
          std::string::npos);
    CHECK(Node(settings_for(server.url() + "?password=s3cret&database=99")).fault().find("out of range") !=
          std::string::npos);
    Node boss(settings_for(server.url() + "?password=s3cret&database=3"));
    boss.store.set("k", "three");
    Node ann(settings_for(server.url() + "?user=ann&password=h%25i&database=3"));
    CHECK(ann.store.get("k") == "three");
    CHECK_FALSE(Node(settings_for(server.url() + "?password=s3cret")).store.get("k"));
    Tally heard;
    const auto subscription = ann.store.subscribe("news", [&](std::string_view) { ++heard; });
    boss.store.publish("news", "");
    heard.wait_for(1);
}

TEST_CASE("TLS shows and checks certificates") {
    std::signal(SIGPIPE, SIG_IGN);  // as the program does
    const TestCertificate ours("localhost");
    const TestCertificate theirs("elsewhere");
    const std::string port = test::free_port();
    const test::RedisServer server(
        RedisClock::stands_still,
        {"--tls-port", port, "--tls-cert-file", ours.certificate(), "--tls-key-file", ours.key(),
         "--tls-ca-cert-file", ours.certificate(), "--tls-auth-clients", "yes"});
    RedisSettings settings = settings_for("rediss://localhost:" + port);
    settings.tls = {.authorities = ours.certificate(), .certificate = ours.certificate(), .key = ours.key()};
    Node node(settings);
    const std::string large(100'000, 'x');
    node.store.set("k", large);
    CHECK(node.store.get("k") == large);
    Tally heard;
    const auto subscription = node.store.subscribe("c", [&](std::string_view message) {
        if (message == large) ++heard;
    });
    for (int number = 0; number < 20; ++number) node.store.publish("c", large);
    heard.wait_for(20);

    settings.tls.authorities = theirs.certificate();
    CHECK_FALSE(Node(settings).fault().empty());
    settings.tls = {.authorities = ours.certificate(), .certificate = {}, .key = {}};
    CHECK_FALSE(Node(settings).fault().empty());
    CHECK_FALSE(Node(settings_for("redis://localhost:" + port)).fault().empty());
}
