// SPDX-License-Identifier: Apache-2.0
#include "net/listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <latch>
#include <set>

#include "net/acceptor.h"
#include "net/connection_count.h"
#include "net/loop_group.h"

using mortise::net::Acceptor;
using mortise::net::Address;
using mortise::net::ConnectionCount;
using mortise::net::Descriptor;
using mortise::net::EventLoop;
using mortise::net::ListenAddress;
using mortise::net::Listener;
using mortise::net::LoopGroup;

namespace {

Descriptor connect_to(std::uint16_t port) {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) socket.reset();
    return socket;
}

}  // namespace

TEST_CASE("listen addresses are read as people write them") {
    CHECK(ListenAddress::parse("127.0.0.1:8080").host == "127.0.0.1");
    CHECK(ListenAddress::parse("127.0.0.1:8080").port == 8080);
    CHECK(ListenAddress::parse("[::1]:80").host == "::1");
    CHECK(ListenAddress::parse(":0").host.empty());
    CHECK(ListenAddress::parse("localhost:1").host == "localhost");
    CHECK(ListenAddress::parse("unix:/run/a.sock").path == "/run/a.sock");
}

TEST_CASE("a listen address that is none is refused by name") {
    const auto text = GENERATE("", "8080", "localhost", "1.2.3.4:", "1.2.3.4:99999", "1.2.3.4:-1",
                               "1.2.3.4:80x", "::1:80", "[::1:80", "[]:80", "unix:");
    CHECK_THROWS_WITH(ListenAddress::parse(text),
                      Catch::StartsWith("cannot listen on '" + std::string(text) + "'"));
}

TEST_CASE("port 0 takes a free port and tells it") {
    const Listener listener(ListenAddress::parse("127.0.0.1:0"), 2);
    CHECK(listener.port() != 0);
    CHECK(listener.text() == "127.0.0.1:" + std::to_string(listener.port()));
    CHECK(listener.descriptor(0) != listener.descriptor(1));
    CHECK(connect_to(listener.port()));
}

TEST_CASE("an empty host listens on every address") {
    const Listener listener(ListenAddress::parse(":0"), 1);
    CHECK(connect_to(listener.port()));
}

TEST_CASE("a port that another server has is refused although ports are shared between loops") {
    const Listener first(ListenAddress::parse("127.0.0.1:0"), 2);
    CHECK_THROWS_WITH(Listener(ListenAddress::parse(first.text()), 2),
                      Catch::Contains(first.text()) && Catch::Contains("in use"));
}

TEST_CASE("a host name without an address is told as such") {
    CHECK_THROWS_WITH(Listener(ListenAddress::parse("no-such-host.invalid:0"), 1),
                      Catch::Contains("no-such-host.invalid"));
}

TEST_CASE("a unix socket is listened on, its file removed at the end, and a dead server's file replaced") {
    const auto path =
        (std::filesystem::temp_directory_path() / ("mortise-test-" + std::to_string(::getpid()))).string();
    {
        Descriptor dead(::socket(AF_UNIX, SOCK_STREAM, 0));
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        std::strncpy(at.sun_path, path.c_str(), sizeof at.sun_path - 1);
        REQUIRE(::bind(dead.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
    }
    {
        const Listener listener(ListenAddress::parse("unix:" + path), 2);
        CHECK(listener.text() == "unix:" + path);
        CHECK(listener.descriptor(0) == listener.descriptor(1));
        CHECK_THROWS_WITH(Listener(ListenAddress::parse("unix:" + path), 1),
                          Catch::Contains("another process"));
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("every loop accepts for itself and every connection is accepted once") {
    constexpr int count = 64;
    LoopGroup loops(2);
    loops.start();
    Listener listener(ListenAddress::parse("127.0.0.1:0"), loops.size());
    std::latch all(count);
    std::mutex mutex;
    std::set<std::uint16_t> peers;
    std::vector<Descriptor> accepted;
    std::vector<std::unique_ptr<Acceptor>> acceptors(loops.size());
    loops.on_each([&](std::size_t number, EventLoop& loop) {
        acceptors[number] = std::make_unique<Acceptor>(loop, listener.descriptor(number),
                                                       [&](Descriptor fd, const Address& peer) {
                                                           const std::lock_guard lock(mutex);
                                                           CHECK(loop.in_loop());
                                                           CHECK(peer.host() == "127.0.0.1");
                                                           peers.insert(peer.port());
                                                           accepted.push_back(std::move(fd));
                                                           all.count_down();
                                                       });
    });
    std::vector<Descriptor> clients;
    for (int i = 0; i < count; ++i) clients.push_back(connect_to(listener.port()));
    all.wait();
    CHECK(peers.size() == count);
    loops.on_each([&](std::size_t number, EventLoop&) { acceptors[number].reset(); });
    listener.close();
    CHECK_FALSE(connect_to(listener.port()));
}

TEST_CASE("an acceptor that finds no descriptor left pauses and then goes on") {
    EventLoop loop;
    Listener listener(ListenAddress::parse("127.0.0.1:0"), 1);
    const auto client = connect_to(listener.port());
    bool accepted = false;
    Acceptor acceptor(loop, listener.descriptor(0), [&](Descriptor, const Address&) {
        accepted = true;
        loop.stop();
    });
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit none = before;
    none.rlim_cur = 1;  // no new descriptor, those that are open stay so
    ::setrlimit(RLIMIT_NOFILE, &none);
    struct Relief {
        EventLoop& loop;
        Acceptor& acceptor;
        rlimit normal;
        mortise::net::Timer timer = mortise::net::Timer::calling<&Relief::come>(this);
        void come() {
            CHECK(acceptor.pauses() > 0);
            ::setrlimit(RLIMIT_NOFILE, &normal);
        }
    } relief{loop, acceptor, before};
    loop.arm(relief.timer, Acceptor::pause / 2);
    loop.run();
    CHECK(accepted);
    CHECK(acceptor.pauses() == 1);
}

TEST_CASE("connections over the limit are refused and counted") {
    ConnectionCount count(2);
    CHECK(count.enter());
    CHECK(count.enter());
    CHECK_FALSE(count.enter());
    CHECK(count.refused() == 1);
    count.leave();
    CHECK(count.enter());
    CHECK(count.open() == 2);
    CHECK(count.accepted() == 3);
}

TEST_CASE("addresses show as people write them") {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(443);
    ::inet_pton(AF_INET6, "2001:db8::1", &v6.sin6_addr);
    CHECK(Address(reinterpret_cast<const sockaddr*>(&v6), sizeof v6).text() == "[2001:db8::1]:443");
    ::inet_pton(AF_INET6, "::ffff:10.1.2.3", &v6.sin6_addr);
    CHECK(Address(reinterpret_cast<const sockaddr*>(&v6), sizeof v6).text() == "10.1.2.3:443");
    CHECK(Address().text() == "unix");
}
