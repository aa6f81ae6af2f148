// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <thread>

#include <mortise/services/nodes.h>
#include <mortise/services/store.h>

#include "site.h"

using namespace chat::test;
using mortise::testing::TestSocket;

namespace {

Json subscribe(TestSocket& socket, const JsonArray& ids) {
    const Json answer = socket.emit("presence:subscribe", {{"userIds", ids}});
    REQUIRE(answer.at("ok") == true);
    return answer.at("presence");
}

}  // namespace

TEST_CASE("who asked is told when somebody comes and goes") {
    Site site(EACH_BACKEND);
    site.direct("ann", "ben");
    auto ann = site.host.connect("ann");
    CHECK(subscribe(ann, {"ben"}) ==
          Json(JsonArray{JsonObject{{"userId", "ben"}, {"online", false}, {"lastSeen", nullptr}}}));
    auto phone = site.host.connect("ben");
    auto laptop = site.host.connect("ben");
    auto news = ann.take("presence:update");
    REQUIRE(news.size() == 1);
    CHECK(news[0].at("online") == true);
    CHECK(each(subscribe(ann, {"ben"}), "online") == "true");
    phone.disconnect();
    CHECK(ann.waiting().empty());
    site.host.clock().advance(std::chrono::hours(1));
    laptop.disconnect();
    news = ann.take("presence:update");
    REQUIRE(news.size() == 1);
    CHECK(news[0] == Json{{"userId", "ben"}, {"online", false}, {"lastSeen", "2030-01-01T13:00:00.000Z"}});
    CHECK(each(subscribe(ann, {"ben"}), "lastSeen") == "2030-01-01T13:00:00.000Z");
    CHECK(ann.emit("presence:unsubscribe", {{"userIds", JsonArray{"ben"}}}).at("ok") == true);
    auto again = site.host.connect("ben");
    CHECK(ann.waiting().empty());
}

TEST_CASE("presence is for those one talks to, and not for those one has blocked") {
    Site site(EACH_BACKEND);
    site.direct("ann", "ben");
    site.direct("ann", "dan");
    site.block("dan", "ann");
    auto ann = site.host.connect("ann");
    CHECK(each(subscribe(ann, {"ben", "cay", "dan"}), "userId") == "ben");
    auto cay = site.host.connect("cay");
    auto dan = site.host.connect("dan");
    CHECK(ann.waiting().empty());
    auto ben = site.host.connect("ben");
    CHECK(ann.take("presence:update").size() == 1);
    site.block("ben", "ann");
    ben.disconnect();
    CHECK(ann.waiting().empty());
    CHECK(subscribe(ann, {"ben"}) == Json(JsonArray{}));
}

TEST_CASE("a subscription with values that are not allowed is refused") {
    Site site("sqlite");
    auto ann = site.host.connect("ann");
    JsonArray many;
    for (int number = 0; number < 101; ++number) many.emplace_back("x" + std::to_string(number));
    for (const JsonArray& ids : {JsonArray{}, JsonArray{7}, many})
        CHECK(ann.emit("presence:subscribe", {{"userIds", ids}}).at("error").at("code") == "unprocessable");
}

TEST_CASE("people of a node that is lost are gone, once for all who watch, unless they are elsewhere too") {
    Site site("sqlite");
    site.direct("ann", "ben");
    site.direct("ann", "cay");
    auto ann = site.host.connect("ann");
    auto cay = site.host.connect("cay");
    mortise::Store& store = site.host.store();
    site.host.add_node("another");
    for (const char* id : {"ben", "cay"}) {
        store.set_add("chat:online:" + std::string(id), "another");
        store.set_add("chat:people:another", id);
    }
    CHECK(each(subscribe(ann, {"ben", "cay"}), "online") == "true true");
    site.host.lose_node("another");
    site.host.lose_node("another");
    while (store.exists("chat:online:ben")) std::this_thread::yield();
    while (ann.waiting().empty()) std::this_thread::yield();
    const auto news = ann.take("presence:update");
    REQUIRE(news.size() == 1);
    CHECK(news[0] == Json{{"userId", "ben"}, {"online", false}, {"lastSeen", "2030-01-01T12:00:00.000Z"}});
    CHECK(each(subscribe(ann, {"ben", "cay"}), "online") == "false true");
}

TEST_CASE("a node that was only cut off brings its people back") {
    Site site("sqlite");
    site.direct("ann", "ben");
    auto ann = site.host.connect("ann");
    auto ben = site.host.connect("ben");
    subscribe(ann, {"ben"});
    mortise::Store& store = site.host.store();
    const std::string& here = site.host.nodes().self();
    store.remove("chat:online:ben");  // as another node does, which holds this one for lost
    site.host.lose_node(here);
    while (ann.waiting().empty()) std::this_thread::yield();
    CHECK(ann.take("presence:update").at(0).at("online") == true);
    CHECK(store.set_contains("chat:people:" + here, "ben"));
}
