// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include <catch2/catch.hpp>

#include <mortise/services/database.h>

#include "groups.h"

using namespace calls::test;
using namespace std::chrono_literals;

TEST_CASE("a device that lost its connection comes back into the call by itself") {
    GroupSite site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben"), cay = site.connect("cay"),
         phone = site.connect("ann", "phone");
    join(ann), join(ben), join(cay);
    ben.emit("groupcall:webrtc-offer", {{"roomId", "r-1"}, {"offer", "o"}, {"targetUserId", "ann"}});
    forget(ann), forget(ben), forget(cay), forget(phone);
    ann.disconnect();
    for (TestSocket* other : {&ben, &cay, &phone})
        CHECK(one(*other, "groupcall:participant-away") ==
              Json{{"roomId", "r-1"}, {"userId", "ann"}, {"until", "2030-01-01T12:00:20.000Z"}});
    CHECK(error_of(ben, ben.emit("groupcall:webrtc-ice-candidate",
                                 {{"roomId", "r-1"}, {"candidate", "c"}, {"targetUserId", "ann"}})) ==
          "The other side is not connected");
    CHECK(ben.emit("groupcall:webrtc-ice-candidate", {{"roomId", "r-1"}, {"candidate", "c"}}).at("ok") ==
          true);
    CHECK(one(cay, "groupcall:webrtc-ice-candidate").at("senderId") == "ben");
    auto dan = site.connect("dan");
    CHECK(each(join(dan).at("participants"), "isAway") == "true false false");
    forget(ben), forget(cay);

    site.pass(19s);
    auto other_device = site.connect("ann", "laptop");
    CHECK(other_device.waiting().empty());
    auto back = site.connect("ann");
    const Json resumed = one(back, "groupcall:resume");
    CHECK(resumed.at("roomId") == "r-1");
    CHECK(each(resumed.at("participants"), "userId") == "ben cay dan");
    CHECK(resumed.at("roomState").at("totalParticipants") == 4);
    for (TestSocket* other : {&ben, &cay})
        CHECK(one(*other, "groupcall:participant-back") == Json{{"roomId", "r-1"}, {"userId", "ann"}});
    site.pass(60s);
    CHECK(ben.waiting().empty());  // nobody has left
    // An offer that the lost page never saw does not stand in the way of hers.
    CHECK(back.emit("groupcall:webrtc-offer", {{"roomId", "r-1"}, {"offer", "o"}, {"targetUserId", "ben"}})
              .at("ok") == true);
    CHECK(one(ben, "groupcall:webrtc-offer").at("senderId") == "ann");
}

TEST_CASE("whoever does not come back in time has left") {
    GroupSite site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben");
    join(ann), join(ben);
    site.host.clock().advance(5s);
    forget(ann), forget(ben);
    ann.disconnect();
    site.pass(20s);
    CHECK(ben.take("groupcall:participant-away").size() == 1);
    CHECK(one(ben, "groupcall:participant-left") == Json{{"roomId", "r-1"}, {"userId", "ann"}});
    const Json record = site.host.get("/api/v1/calls").as("ann").send().json().at("data").at(0);
    CHECK(record.at("reason") == "Connection lost");
    CHECK(record.at("duration") == 5);  // until she was last heard of
    auto again = site.connect("ann");
    CHECK(one(again, "groupcall:participant-left").at("userId") == "ann");
    CHECK(error_of(again, leave(again)) == "You are not in this call");
    ben.disconnect();
    site.pass(20s);
    CHECK(site.rows("calls_live") == 0);
    CHECK(site.rows("calls_seats") == 0);
}

TEST_CASE("another device acts for who is away, and moves the call when it enters") {
    GroupSite site(EACH_BACKEND);
    auto phone = site.connect("ann"), laptop = site.connect("ann", "laptop"), ben = site.connect("ben");
    join(phone), join(ben);
    forget(phone), forget(ben), forget(laptop);
    const JsonObject tracks{{"roomId", "r-1"}, {"tracks", JsonObject{}}};
    CHECK(refused(laptop.emit("groupcall:update-tracks", tracks)) == "answered_elsewhere");
    CHECK(refused(leave(laptop)) == "answered_elsewhere");
    forget(laptop);
    join(laptop);
    CHECK(one(phone, "groupcall:error").at("error") == "Joined on another device");
    CHECK(one(ben, "groupcall:participant-back").at("userId") == "ann");
    CHECK(one(ben, "groupcall:tracks-updated").at("tracks") == Json{{"audio", true}, {"video", true}});
    CHECK(one(ben, "groupcall:screen-share-stopped").at("userId") == "ann");
    CHECK(refused(phone.emit("groupcall:update-tracks", tracks)) == "answered_elsewhere");
    phone.disconnect();  // holds nothing any more
    CHECK(ben.waiting().empty());
    laptop.disconnect();
    CHECK(ben.take("groupcall:participant-away").size() == 1);
    auto tablet = site.connect("ann", "tablet");
    CHECK(tablet.waiting().empty());
    CHECK(tablet.emit("groupcall:update-tracks", tracks).at("ok") == true);
    CHECK(one(ben, "groupcall:participant-back").at("userId") == "ann");
    CHECK(site.rows("calls_seats") == 2);
}

TEST_CASE("somebody in a group call is busy for calls of two") {
    GroupSite site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben");
    join(ann);
    CHECK(refused(ben.emit("call:initiate", {{"callId", "c-1"}, {"receiverId", "ann"}})) == "busy");
    leave(ann);
    call(ben, "ann", "c-2");
}

TEST_CASE("a node that is lost takes its devices along, out of group calls too") {
    GroupSite site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben");
    join(ann), join(ben);
    forget(ann), forget(ben);
    site.host.add_node("other");
    site.host.database().execute("UPDATE calls_seats SET node_id = 'other' WHERE user_id = 'ann'");
    site.host.lose_node("other");
    while (ben.waiting().empty()) std::this_thread::yield();  // it is looked after by a worker
    CHECK(one(ben, "groupcall:participant-away").at("userId") == "ann");
    site.pass(20s);
    CHECK(ben.take("groupcall:participant-left").size() == 1);
    CHECK(site.rows("calls_seats") == 1);
}
