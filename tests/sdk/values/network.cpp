// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/network.h>

using mortise::Network;

TEST_CASE("an address belongs to a network or not, IPv4 and IPv6 apart") {
    const auto contains = [](const char* network, const char* address) {
        return Network::parse(network)->contains(*Network::parse(address));
    };
    CHECK(contains("127.0.0.0/8", "127.200.3.4"));
    CHECK_FALSE(contains("127.0.0.0/8", "128.0.0.1"));
    CHECK(contains("10.1.2.3", "10.1.2.3"));
    CHECK_FALSE(contains("10.1.2.3", "10.1.2.4"));
    CHECK(contains("10.1.2.0/23", "10.1.3.255"));
    CHECK_FALSE(contains("10.1.2.0/23", "10.1.4.0"));
    CHECK(contains("2001:db8::/33", "2001:db8:7fff::1"));
    CHECK_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
    CHECK(contains("0.0.0.0/0", "8.8.8.8"));
    CHECK_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
    CHECK(contains("10.0.0.0/8", "::ffff:10.2.3.4"));
    CHECK(contains("::/0", "2001:db8::1"));
    CHECK(contains("::/0", "8.8.8.8"));
    for (const char* bad : {"", "*", "localhost", "1.2.3", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x",
                            "::1/129", "10.0.0.0/-1", "10.0.0.1/8", "2001:db8::1/64"})
        CHECK_FALSE(Network::parse(bad));
    CHECK_FALSE(Network::parse(std::string_view("10.0.0.1\0", 9)));
    CHECK_FALSE(Network::parse_address("10.0.0.0/8"));
    CHECK(Network::parse_address("2001:0DB8:0::1")->text() == "2001:db8::1");
    CHECK(Network::parse_address("::ffff:10.1.2.3")->text() == "10.1.2.3");
}

TEST_CASE("customers are IPv4 addresses and the /64 of IPv6") {
    const auto customer = [](const char* address) { return Network::parse(address)->customer(); };
    CHECK(customer("10.1.2.3") != customer("10.1.2.4"));
    CHECK(customer("2001:db8:1:2:3::4") == customer("2001:db8:1:2:5::6"));
    CHECK(customer("2001:db8:1:2::1") != customer("2001:db8:1:3::1"));
    CHECK(customer("::ffff:10.1.2.3") == customer("10.1.2.3"));
}
