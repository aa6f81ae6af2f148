// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include <catch2/catch.hpp>

#include <mortise/services/database.h>
#include <mortise/services/nodes.h>

#include "site.h"

using namespace calls::test;
using namespace std::chrono_literals;

namespace {

void begin(TestSocket& ann, TestSocket& ben) {
    call(ann, "ben");
    answer(ben);
    for (TestSocket* each : {&ann, &ben})
        for (const char* event : {"call:ringing", "call:incoming", "call:answered"}) each->take(event);
}

}  // namespace

TEST_CASE("a device whose connection was lost comes back into its call") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann", "desk"), ben = site.connect("ben");
    begin(ann, ben);
    CHECK(ann.emit("call:mute-status", {{"callId", "c-1"}, {"isMuted", true}}).at("ok") == true);
    ben.take("call:mute-status");
    ann.disconnect();
    CHECK(one(ben, "call:peer-away") ==
          Json{{"callId", "c-1"}, {"userId", "ann"}, {"until", "2030-01-01T12:00:20.000Z"}});
    CHECK(refused(ben.emit("webrtc:ice-candidate", {{"callId", "c-1"}, {"candidate", "x"}})) == "peer_away");
    ben.take("call:failed");
    site.pass(19s);
    auto back = site.connect("ann", "desk");
    const Json resumed = one(back, "call:resume");
    CHECK(resumed.at("callId") == "c-1");
    CHECK(resumed.at("role") == "caller");
    CHECK(resumed.at("peerId") == "ben");
    CHECK(resumed.at("state") == "answered");
    CHECK(resumed.at("isMuted") == true);
    CHECK(resumed.at("peerIsMuted") == false);
    CHECK(one(ben, "call:peer-back") == Json{{"callId", "c-1"}, {"userId", "ann"}});
    site.pass(60s);
    CHECK(ben.waiting().empty());
    CHECK(back.emit("webrtc:offer", {{"callId", "c-1"}, {"offer", "x"}}).at("ok") == true);
    CHECK(ben.take("webrtc:offer").size() == 1);
}

TEST_CASE("whoever does not come back in time is out of the call, and learns it when they do") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann", "desk"), ben = site.connect("ben");
    begin(ann, ben);
    site.host.clock().advance(10s);
    ann.disconnect();
    site.pass(20s);
    ben.take("call:peer-away");
    CHECK(one(ben, "call:ended") == Json{{"callId", "c-1"}, {"reason", "Connection lost"}, {"duration", 30}});
    auto phone = site.connect("ann", "phone");
    CHECK(phone.waiting().empty());
    auto back = site.connect("ann", "desk");
    CHECK(one(back, "call:ended").at("reason") == "Connection lost");
    CHECK(refused(back.emit("call:resume", {{"callId", "c-1"}})) == "not_found");
    call(ben, "ann", "c-2");
}

TEST_CASE("another device of the same person comes into the call only when it asks or acts") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann", "desk"), ben = site.connect("ben"), phone = site.connect("ann", "phone");
    begin(ann, ben);
    CHECK(refused(phone.emit("call:resume", {{"callId", "c-1"}})) == "answered_elsewhere");
    phone.take("call:failed");
    ann.disconnect();
    auto tablet = site.connect("ann", "tablet");
    CHECK(tablet.waiting().empty());
    CHECK(phone.emit("call:resume", {{"callId", "c-1"}}).at("peerId") == "ben");
    CHECK(one(ben, "call:peer-back").at("userId") == "ann");
    auto desk = site.connect("ann", "desk");
    CHECK(desk.waiting().empty());
    CHECK(refused(desk.emit("call:end", {{"callId", "c-1"}})) == "answered_elsewhere");
    phone.disconnect();
    CHECK(desk.emit("webrtc:offer", {{"callId", "c-1"}, {"offer", "x"}}).at("ok") == true);
    CHECK(ben.take("webrtc:offer").size() == 1);
}

TEST_CASE("a caller whose connection is lost may come back while it rings, and else has given up") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann", "desk"), ben = site.connect("ben");
    call(ann, "ben");
    ann.disconnect();
    site.pass(10s);
    auto back = site.connect("ann", "desk");
    CHECK(one(back, "call:resume").at("state") == "ringing");
    answer(ben);
    CHECK(back.take("call:answered").size() == 1);
    CHECK(back.emit("call:end", {{"callId", "c-1"}}).at("ok") == true);

    call(back, "ben", "c-2");
    back.disconnect();
    ben.take("call:ended"), ben.take("call:incoming");
    site.pass(20s);
    CHECK(one(ben, "call:ended").at("callId") == "c-2");
}

TEST_CASE("a call that is answered while the caller is away waits for them") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann", "desk"), ben = site.connect("ben");
    call(ann, "ben");
    ann.disconnect();
    answer(ben);
    auto back = site.connect("ann", "desk");
    CHECK(one(back, "call:resume").at("state") == "answered");
}

TEST_CASE("when both are gone the call is over, and who comes back is not in it") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben");
    begin(ann, ben);
    ann.disconnect();
    ben.disconnect();
    site.pass(20s);
    auto back = site.connect("ben");
    CHECK(one(back, "call:ended").at("callId") == "c-1");
    CHECK(site.rows("calls_live") == 0);
    CHECK(site.rows("calls_seats") == 0);
}

TEST_CASE("a client that is connected anew has its place back at its word, before its old socket is missed") {
    Site site(EACH_BACKEND);
    auto old = site.connect("ann", "desk"), ben = site.connect("ben");
    begin(old, ben);
    auto fresh = site.connect("ann", "desk");
    CHECK(fresh.waiting().empty());  // it may be another tab
    CHECK(refused(fresh.emit("call:mute-status", {{"callId", "c-1"}, {"isMuted", true}})) ==
          "answered_elsewhere");
    fresh.take("call:failed");
    CHECK(fresh.emit("call:resume", {{"callId", "c-1"}}).at("ok") == true);
    CHECK(one(ben, "call:peer-back").at("userId") == "ann");
    CHECK(refused(old.emit("call:end", {{"callId", "c-1"}})) == "answered_elsewhere");
    old.disconnect();
    site.pass(60s);
    CHECK(ben.waiting().empty());
    CHECK(fresh.emit("call:mute-status", {{"callId", "c-1"}, {"isMuted", true}}).at("ok") == true);
}

TEST_CASE("one's other devices learn that the one in the call is away") {
    Site site("sqlite");
    auto desk = site.connect("ann", "desk"), phone = site.connect("ann", "phone"), ben = site.connect("ben"),
         tablet = site.connect("ben", "tablet");
    begin(desk, ben);
    tablet.take("call:incoming"), tablet.take("call:ended");
    desk.disconnect();
    CHECK(one(phone, "call:peer-away").at("userId") == "ann");
    CHECK(tablet.waiting().empty());
}

TEST_CASE("an offer that a lost device never saw does not stand in the way of its own") {
    Site site("sqlite");
    auto ann = site.connect("ann", "desk"), ben = site.connect("ben");
    begin(ann, ben);
    CHECK(ben.emit("webrtc:offer", {{"callId", "c-1"}, {"offer", "x"}}).at("ok") == true);
    ann.disconnect();
    auto back = site.connect("ann", "desk");
    CHECK(back.emit("webrtc:offer", {{"callId", "c-1"}, {"offer", "y"}}).at("ok") == true);
    CHECK(one(ben, "webrtc:offer").at("offer") == "y");
}

TEST_CASE("a node that was taken for lost gives its devices their places back") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben");
    begin(ann, ben);
    const std::string self = site.host.nodes().self();
    site.host.database().execute("UPDATE calls_seats SET away_since = ?", site.host.clock().now());
    ben.disconnect();  // he really is
    site.host.lose_node(self);
    while (site.host.database().query("SELECT 1 FROM calls_seats WHERE away_since IS NULL").empty())
        std::this_thread::yield();  // a worker looks after it
    auto back = site.connect("ben");
    CHECK(one(ann, "call:peer-back").at("userId") == "ben");
    CHECK(ann.emit("call:mute-status", {{"callId", "c-1"}, {"isMuted", true}}).at("ok") == true);
}
