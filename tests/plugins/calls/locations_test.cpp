// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "groups.h"

using namespace calls::test;
using namespace std::chrono_literals;

namespace {

const JsonObject berlin{{"lat", 52.52}, {"lng", 13.405}};

Json update(TestSocket& socket, const JsonObject& whereabouts = berlin) {
    return socket.emit("location:update", whereabouts);
}

Json enter(TestSocket& socket, const std::string& room) {
    return socket.emit("location:join", {{"roomId", room}});
}

// What comes of asking: the position, or "offline".
Json ask(TestSocket& asker, const std::string& target) {
    REQUIRE(asker.emit("location:request", {{"targetUserId", target}}).at("ok") == true);
    auto offline = asker.take("location:offline");
    if (offline.empty()) return one(asker, "location:response");
    CHECK(offline == std::vector<Json>{{{"userId", target}}});
    return "offline";
}

}  // namespace

TEST_CASE("where somebody is goes to their contacts, and to nobody else") {
    GroupSite site("sqlite");
    auto ann = site.connect("ann"), tablet = site.connect("ann", "tablet");
    auto ben = site.connect("ben"), eve = site.connect("eve");
    CHECK(update(ann, {{"lat", -90}, {"lng", 180}, {"speed", 1.5}, {"heading", 360}, {"accuracy", nullptr}})
              .at("ok") == true);
    const Json heard = one(ben, "location:peer");
    CHECK(heard == Json{{"userId", "ann"},
                        {"lat", -90},
                        {"lng", 180},
                        {"speed", 1.5},
                        {"heading", 360},
                        {"accuracy", nullptr},
                        {"timestamp", "2030-01-01T12:00:00.000Z"},
                        {"user", JsonObject{{"fullname", nullptr}, {"profilePic", nullptr}}}});
    CHECK(one(ann, "location:confirmed") == heard);
    for (TestSocket* other : {&ann, &tablet, &ben, &eve}) CHECK(other->waiting().empty());
}

TEST_CASE("a device that has joined a room tells those who have, and no other contact") {
    GroupSite site(EACH_BACKEND);
    site.groups.add("g-2", {"ann", "eve"});
    auto ann = site.connect("ann"), ben = site.connect("ben"), cay = site.connect("cay"),
         eve = site.connect("eve");
    CHECK(enter(ann, "g-1").at("ok") == true);
    CHECK(enter(ben, "g-1").at("ok") == true);
    update(ann);
    CHECK(one(ben, "location:peer").at("userId") == "ann");
    CHECK(cay.waiting().empty());
    CHECK(eve.waiting().empty());
    update(ben);
    CHECK(one(ann, "location:peer").at("userId") == "ben");
    CHECK(enter(ann, "g-2").at("ok") == true);
    CHECK(enter(eve, "g-2").at("ok") == true);
    update(ann);  // both rooms
    CHECK(ben.take("location:peer").size() == 1);
    CHECK(eve.take("location:peer").size() == 1);
    CHECK(ann.emit("location:leave", {{"roomId", "g-2"}}).at("ok") == true);
    update(ann);
    CHECK(ben.take("location:peer").size() == 1);
    CHECK(eve.waiting().empty());
    CHECK(ann.emit("location:leave", {{"roomId", "g-1"}}).at("ok") == true);
    CHECK(ann.emit("location:leave", {{"roomId", "never-there"}}).at("ok") == true);
    update(ann);  // contacts again
    CHECK(cay.take("location:peer").size() == 1);
}

TEST_CASE("only a group of one's own and a call one is in are rooms to join") {
    GroupSite site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben"), eve = site.connect("eve");
    join(ann);
    CHECK(refused(enter(eve, "g-1")) == "not_found");
    CHECK(refused(enter(eve, "r-1")) == "not_found");
    CHECK(refused(enter(ben, "r-1")) == "not_found");  // a member of the group, but not in the call
    CHECK(refused(enter(ann, "r-2")) == "not_found");
    CHECK(enter(ann, "r-1").at("ok") == true);
    join(ben);
    CHECK(enter(ben, "r-1").at("ok") == true);
    forget(ann), forget(ben);
    update(ann);
    CHECK(ben.take("location:peer").size() == 1);
    CHECK(ben.emit("groupcall:leave", {{"roomId", "r-1"}}).at("ok") == true);
    update(ann);
    CHECK(ben.waiting().empty());
    CHECK(eve.waiting().empty());
}

TEST_CASE("whoever is expelled from a group neither hears nor tells positions there any more") {
    GroupSite site("sqlite");
    auto ann = site.connect("ann"), ben = site.connect("ben"), cay = site.connect("cay");
    for (TestSocket* socket : {&ann, &ben, &cay}) CHECK(enter(*socket, "g-1").at("ok") == true);
    site.groups.expel("g-1", "ben");
    update(ann);
    CHECK(ben.waiting().empty());
    CHECK(cay.take("location:peer").size() == 1);
    update(ben);
    CHECK(ann.take("location:peer").empty());
    CHECK(cay.waiting().empty());
    CHECK(ask(ben, "ann") == "offline");
    CHECK(ask(cay, "ben") == "offline");
}

TEST_CASE("the last known position is told to whom it was told, for a while") {
    GroupSite site(EACH_BACKEND, "location: { kept: 1m }\n");
    site.groups.add("d-1", {"ann", "fay"}, false);
    auto ann = site.connect("ann"), ben = site.connect("ben"), eve = site.connect("eve"),
         fay = site.connect("fay");
    CHECK(ask(ben, "ann") == "offline");  // never said
    update(ann);
    forget(ben), forget(fay);
    CHECK(ask(ben, "ann").at("lat") == 52.52);
    CHECK(ask(fay, "ann").at("userId") == "ann");
    CHECK(ask(ann, "ann").at("lng") == 13.405);
    CHECK(ask(eve, "ann") == "offline");  // a stranger
    CHECK(ask(ben, "nobody") == "offline");
    ann.disconnect();
    site.host.clock().advance(59s);
    CHECK(ask(ben, "ann").at("timestamp") == "2030-01-01T12:00:00.000Z");
    site.host.clock().advance(2s);
    CHECK(ask(ben, "ann") == "offline");

    auto again = site.connect("ann");
    enter(again, "g-1");
    update(again);
    CHECK(ask(ben, "ann").at("userId") == "ann");
    CHECK(ask(fay, "ann") == "offline");  // a contact, but not of this room
}

TEST_CASE("a position that can't be is refused") {
    GroupSite site("sqlite");
    auto ann = site.connect("ann"), ben = site.connect("ben");
    const std::vector<std::pair<std::string, JsonObject>> refusals{
        {"/lat", {{"lng", 1}}},
        {"/lng", {{"lat", 1}}},
        {"/lat", {{"lat", 90.1}, {"lng", 1}}},
        {"/lat", {{"lat", "52"}, {"lng", 1}}},
        {"/lng", {{"lat", 1}, {"lng", -180.1}}},
        {"/speed", {{"lat", 1}, {"lng", 1}, {"speed", -1}}},
        {"/heading", {{"lat", 1}, {"lng", 1}, {"heading", 361}}},
        {"/accuracy", {{"lat", 1}, {"lng", 1}, {"accuracy", -0.1}}},
    };
    for (const auto& [pointer, payload] : refusals) {
        INFO(mortise::to_text(payload));
        const Json done = update(ann, payload);
        CHECK(refused(done) == "unprocessable");
        CHECK(each(done.at("error").at("errors"), "pointer") == pointer);
    }
    auto nobody = site.host.connect();
    for (const char* event : {"location:update", "location:join", "location:leave", "location:request"})
        CHECK(refused(nobody.emit(event, berlin)) == "unauthenticated");
    CHECK(ann.waiting().empty());
    CHECK(ben.waiting().empty());
}

TEST_CASE("without groups nobody is anybody's contact") {
    Site site("sqlite");
    auto ann = site.connect("ann"), ben = site.connect("ben");
    CHECK(update(ann).at("ok") == true);
    CHECK(ben.waiting().empty());
    CHECK(ask(ben, "ann") == "offline");
    CHECK(ask(ann, "ann").at("userId") == "ann");
    CHECK(refused(enter(ann, "g-1")) == "not_found");
}
