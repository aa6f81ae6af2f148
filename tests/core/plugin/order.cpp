// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "plugin/order.h"

using mortise::plugin::Offer;
using mortise::plugin::order_faults;
using Lines = std::vector<std::string>;

TEST_CASE("a list whose providers come first has no faults") {
    CHECK(order_faults({{"auth", {"identity", "people"}, {}}, {"tasks", {}, {"identity", "store"}}},
                       {"store"}) == Lines{});
}

TEST_CASE("a provider that comes later is told with the move that helps") {
    CHECK(order_faults({{"tasks", {}, {"identity"}}, {"auth", {"identity"}, {}}}) ==
          Lines{"tasks requires identity, which auth provides: move auth before tasks in plugins:"});
}

TEST_CASE("a service nobody provides is told, with a plugin that could be switched on") {
    CHECK(order_faults({{"tasks", {}, {"identity"}}}, {}, {{"auth", {"identity"}, {}}}) ==
          Lines{"tasks requires identity, which no plugin in plugins: provides: add auth before tasks"});
    CHECK(order_faults({{"tasks", {}, {"identity"}}}) ==
          Lines{"tasks requires identity, which no plugin in plugins: provides"});
}

TEST_CASE("two providers of one service and plugins named twice are told once each") {
    CHECK(order_faults({{"auth", {"identity"}, {}},
                        {"ldap", {"identity"}, {}},
                        {"cache", {}, {}},
                        {"cache", {}, {}},
                        {"cache", {}, {}}}) ==
          Lines{"cache stands more than once in plugins:",
                "auth and ldap both provide identity: only one of them may stand in plugins:"});
}

TEST_CASE("plugins that wait for each other are not told to move") {
    CHECK(
        order_faults({{"a", {"x"}, {"y"}}, {"b", {"y"}, {"z"}}, {"c", {"z"}, {"x"}}, {"d", {"w"}, {"w"}}}) ==
        Lines{"a requires y, which b provides, and b in turn can't start before a",
              "b requires z, which c provides, and c in turn can't start before b",
              "d requires w, which it is to provide itself"});
}
