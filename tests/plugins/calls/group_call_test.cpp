// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "groups.h"

using namespace calls::test;
using namespace std::chrono_literals;

TEST_CASE("the first to enter begins the call, and the group's members are invited") {
    GroupSite site(EACH_BACKEND);
    auto ann = site.connect("ann"), tablet = site.connect("ann", "tablet"), ben = site.connect("ben"),
         laptop = site.connect("ben", "laptop"), eve = site.connect("eve");
    const Json joined =
        ann.emit("groupcall:join", {{"roomId", "r-1"},
                                    {"groupId", "g-1"},
                                    {"callType", "video"},
                                    {"userInfo", JsonObject{{"fullname", "Ann"}, {"id", "eve"}}}});
    CHECK(joined == Json{{"ok", true},
                         {"roomId", "r-1"},
                         {"groupId", "g-1"},
                         {"participants", JsonArray{}},
                         {"callType", "video"},
                         {"roomState", JsonObject{{"totalParticipants", 1},
                                                  {"callType", "video"},
                                                  {"startedAt", "2030-01-01T12:00:00.000Z"}}}});
    CHECK(one(ann, "groupcall:joined") == joined);
    const Json invitation{{"roomId", "r-1"},
                          {"groupId", "g-1"},
                          {"callType", "video"},
                          {"callerInfo", JsonObject{{"fullname", "Ann"}, {"id", "ann"}}},
                          {"groupName", "Garden"}};
    CHECK(one(ben, "groupcall:invitation") == invitation);
    CHECK(one(laptop, "groupcall:invitation") == invitation);
    for (TestSocket* other : {&ann, &tablet, &ben, &laptop, &eve}) CHECK(other->waiting().empty());
}

TEST_CASE("who enters sees who is there, and they see who enters") {
    GroupSite site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben"), cay = site.connect("cay");
    join(ann);
    site.host.clock().advance(1s);
    ann.emit("groupcall:update-tracks",
             {{"roomId", "r-1"}, {"tracks", JsonObject{{"audio", false}, {"video", true}}}});
    ann.emit("groupcall:screen-share-start", {{"roomId", "r-1"}, {"trackId", "t-1"}});
    const Json first = try_join(ben);
    forget(ann), forget(cay);
    const Json joined = join(cay);
    CHECK(each(joined.at("participants"), "userId") == "ann ben");
    CHECK(joined.at("participants").at(0) == Json{{"userId", "ann"},
                                                  {"userInfo", JsonObject{{"id", "ann"}}},
                                                  {"tracks", JsonObject{{"audio", false}, {"video", true}}},
                                                  {"screenTrack", "t-1"},
                                                  {"isAway", false},
                                                  {"joinedAt", "2030-01-01T12:00:00.000Z"}});
    CHECK(joined.at("participants").at(1).at("tracks") == Json{{"audio", true}, {"video", false}});
    CHECK(joined.at("callType") == "video");  // as it was begun
    CHECK(joined.at("roomState").at("totalParticipants") == 3);
    for (TestSocket* other : {&ann, &ben}) {
        const Json news = one(*other, "groupcall:participant-joined");
        CHECK(news.at("roomId") == "r-1");
        CHECK(news.at("participant").at("userId") == "cay");
        CHECK(news.at("participant").at("userInfo") == Json{{"id", "cay"}});
        CHECK(news.at("participant").at("tracks") == Json{{"audio", true}, {"video", true}});
    }
    CHECK(each(first.at("participants"), "userId") == "ann");
    CHECK(cay.take("groupcall:invitation").empty());
}

TEST_CASE("entering again with the same device changes nothing for the others") {
    GroupSite site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben");
    join(ann), join(ben);
    ben.emit("groupcall:update-tracks", {{"roomId", "r-1"}, {"tracks", JsonObject{{"audio", false}}}});
    forget(ann), forget(ben);
    CHECK(each(join(ben).at("participants"), "userId") == "ann");
    CHECK(ann.waiting().empty());
    CHECK(join(ann).at("participants").at(0).at("tracks") == Json{{"audio", false}});
    CHECK(site.rows("calls_seats") == 2);
}

TEST_CASE("whoever is no member stays out, and is told why") {
    GroupSite site(EACH_BACKEND);
    site.groups.add("d-1", {"ann", "eve"}, false);
    auto ann = site.connect("ann"), eve = site.connect("eve");
    CHECK(error_of(eve, try_join(eve)) == "You are not a member of this group");
    CHECK(error_of(eve, try_join(eve, "r-1", "g-2")) == "Group not found");
    CHECK(error_of(eve, try_join(eve, "r-1", "d-1")) == "Group not found");  // two people need no room
    join(ann);
    CHECK(error_of(eve, try_join(eve)) == "You are not a member of this group");
    CHECK(site.rows("calls_seats") == 1);

    Site alone("sqlite");
    auto somebody = alone.connect("ann");
    CHECK(error_of(somebody, try_join(somebody)) == "Group not found");
}

TEST_CASE("a stranger's events of a group call go nowhere") {
    GroupSite site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben"), eve = site.connect("eve");
    join(ann);
    forget(ann), forget(ben);
    const JsonObject payload{{"roomId", "r-1"}, {"offer", "x"},           {"answer", "x"},
                             {"trackId", "t"},  {"tracks", JsonObject{}}, {"candidate", "x"}};
    for (const char* event :
         {"groupcall:webrtc-offer", "groupcall:webrtc-answer", "groupcall:webrtc-ice-candidate",
          "groupcall:update-tracks", "groupcall:screen-share-start", "groupcall:screen-share-stop",
          "groupcall:leave"}) {
        INFO(event);
        for (TestSocket* outsider :
             {&ben, &eve}) {  // a member of the group who is not in the call is one too
            CHECK(error_of(*outsider, outsider->emit(event, payload)) == "You are not in this call");
            JsonObject aimed = payload;
            aimed["targetUserId"] = "ann";
            CHECK(error_of(*outsider, outsider->emit(event, aimed)) == "You are not in this call");
        }
        auto nobody = site.host.connect();
        CHECK(refused(nobody.emit(event, payload)) == "unauthenticated");
    }
    CHECK(ann.waiting().empty());
}

TEST_CASE("what is larger than allowed, or of the wrong kind, is refused") {
    GroupSite site("sqlite", "signal_size: 4KiB\ninfo_size: 256B\n");
    auto ann = site.connect("ann"), ben = site.connect("ben");
    join(ann), join(ben);
    forget(ann), forget(ben);
    const auto fault = [](const Json& done) { return each(done.at("error").at("errors"), "pointer"); };
    CHECK(fault(ann.emit("groupcall:update-tracks", {{"roomId", "r-1"}, {"tracks", "all"}})) == "/tracks");
    CHECK(fault(ann.emit("groupcall:update-tracks",
                         {{"roomId", "r-1"}, {"tracks", JsonObject{{"x", std::string(256, 'x')}}}})) ==
          "/tracks");
    CHECK(fault(ann.emit("groupcall:join", {{"roomId", "r-1"},
                                            {"groupId", "g-1"},
                                            {"userInfo", JsonObject{{"x", std::string(256, 'x')}}}})) ==
          "/userInfo");
    CHECK(fault(ann.emit("groupcall:join", {{"roomId", ""}, {"groupId", "g-1"}, {"callType", "fax"}})) ==
          "/roomId /callType");
    CHECK(fault(ann.emit("groupcall:screen-share-start", {{"roomId", "r-1"}, {"trackId", ""}})) ==
          "/trackId");
    const Json huge =
        ann.emit("groupcall:webrtc-offer", {{"roomId", "r-1"}, {"offer", std::string(5000, 'x')}});
    CHECK(refused(huge) == "payload_too_large");
    CHECK(ben.waiting().empty());
    CHECK(ben.emit("groupcall:webrtc-offer", {{"roomId", "r-1"}, {"offer", "x"}}).at("ok") == true);
}

TEST_CASE("a call has room for so many, and a person may be in so many") {
    GroupSite site(EACH_BACKEND, "participants: 2\nrooms_per_person: 2\n");
    site.groups.add("g-2", {"ann", "ben"});
    site.groups.add("g-3", {"ann", "ben"});
    auto ann = site.connect("ann"), ben = site.connect("ben"), cay = site.connect("cay");
    join(ann), join(ben);
    CHECK(error_of(cay, try_join(cay)) == "The call is full");
    CHECK(error_of(ann, try_join(ann, "r-1", "g-2")) == "Room id is in use");  // later events name it alone
    join(ann, "r-2", "g-2");
    CHECK(error_of(ann, try_join(ann, "r-3", "g-3"), "r-3") == "You are in too many calls");
    leave(ann, "r-2");
    join(ann, "r-3", "g-3");
    leave(ben);
    join(cay);
}

TEST_CASE("two groups may call their rooms the same") {
    GroupSite site(EACH_BACKEND);
    site.groups.add("g-2", {"eve", "fay"});
    auto ann = site.connect("ann"), ben = site.connect("ben"), eve = site.connect("eve"),
         fay = site.connect("fay");
    join(ann, "main"), join(ben, "main"), join(eve, "main", "g-2"), join(fay, "main", "g-2");
    for (TestSocket* socket : {&ann, &ben, &eve, &fay}) forget(*socket);
    ann.emit("groupcall:webrtc-ice-candidate", {{"roomId", "main"}, {"candidate", "c"}});
    CHECK(one(ben, "groupcall:webrtc-ice-candidate").at("senderId") == "ann");
    leave(eve, "main");
    CHECK(one(fay, "groupcall:participant-left").at("userId") == "eve");
    for (TestSocket* socket : {&ann, &ben, &eve, &fay}) CHECK(socket->waiting().empty());
}

TEST_CASE("who leaves is told of, has the call in history, and the room goes with the last") {
    GroupSite site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben");
    join(ann);
    site.host.clock().advance(10s);
    join(ben);
    forget(ann), forget(ben);
    site.host.clock().advance(20s);
    CHECK(leave(ann).at("ok") == true);
    CHECK(one(ben, "groupcall:participant-left") == Json{{"roomId", "r-1"}, {"userId", "ann"}});
    CHECK(error_of(ann, leave(ann)) == "You are not in this call");
    CHECK(site.rows("calls_live") == 1);
    CHECK(leave(ben).at("ok") == true);
    CHECK(site.rows("calls_live") == 0);
    CHECK(site.rows("calls_seats") == 0);
    const auto record_of = [&](const std::string& user) {
        Json list = site.host.get("/api/v1/calls").as(user).send().json().at("data");
        REQUIRE(list.as_array().size() == 1);
        return list.at(0);
    };
    Json anns = record_of("ann");
    anns.as_object().erase("id");
    CHECK(anns == Json{{"callId", "r-1"},
                       {"kind", "group"},
                       {"callType", "video"},
                       {"direction", "outgoing"},
                       {"peerId", nullptr},
                       {"groupId", "g-1"},
                       {"status", "answered"},
                       {"reason", nullptr},
                       {"startedAt", "2030-01-01T12:00:00.000Z"},
                       {"answeredAt", "2030-01-01T12:00:00.000Z"},
                       {"endedAt", "2030-01-01T12:00:30.000Z"},
                       {"duration", 30}});
    CHECK(record_of("ben").at("direction") == "incoming");
    CHECK(record_of("ben").at("duration") == 20);
    join(ben);  // a new call
    CHECK(ann.take("groupcall:invitation").size() == 1);
}

TEST_CASE("tracks and screens are told to those who are in the call") {
    GroupSite site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben"), cay = site.connect("cay");
    join(ann), join(ben);
    forget(ann), forget(ben), forget(cay);
    const JsonObject tracks{{"audio", true}, {"video", false}, {"extra", JsonArray{1, 2}}};
    CHECK(ann.emit("groupcall:update-tracks", {{"roomId", "r-1"}, {"tracks", tracks}}).at("ok") == true);
    CHECK(one(ben, "groupcall:tracks-updated") ==
          Json{{"roomId", "r-1"}, {"userId", "ann"}, {"tracks", tracks}});
    CHECK(ann.emit("groupcall:screen-share-start", {{"roomId", "r-1"}, {"trackId", "t"}}).at("ok") == true);
    CHECK(one(ben, "groupcall:screen-share-started") ==
          Json{{"roomId", "r-1"}, {"userId", "ann"}, {"trackId", "t"}});
    CHECK(ann.emit("groupcall:screen-share-stop", {{"roomId", "r-1"}}).at("ok") == true);
    CHECK(one(ben, "groupcall:screen-share-stopped") == Json{{"roomId", "r-1"}, {"userId", "ann"}});
    CHECK(join(cay).at("participants").at(0).at("screenTrack").is_null());
    CHECK(ann.take("groupcall:tracks-updated").empty());
    CHECK(cay.take("groupcall:tracks-updated").empty());
}

TEST_CASE("signals go to the one named, or to all others in the call") {
    GroupSite site(EACH_BACKEND);
    auto ann = site.connect("ann"), tablet = site.connect("ann", "tablet"), ben = site.connect("ben"),
         ben_phone = site.connect("ben", "phone"), cay = site.connect("cay"), dan = site.connect("dan");
    join(ann), join(ben), join(cay);
    for (TestSocket* socket : {&ann, &tablet, &ben, &ben_phone, &cay, &dan}) forget(*socket);

    const Json offer{{"type", "offer"}, {"sdp", "v=0"}};
    CHECK(ann.emit("groupcall:webrtc-offer", {{"roomId", "r-1"}, {"offer", offer}, {"targetUserId", "ben"}})
              .at("ok") == true);
    CHECK(one(ben, "groupcall:webrtc-offer") ==
          Json{{"roomId", "r-1"}, {"offer", offer}, {"senderId", "ann"}});
    CHECK(ben.emit("groupcall:webrtc-answer", {{"roomId", "r-1"}, {"answer", "a"}, {"targetUserId", "ann"}})
              .at("ok") == true);
    CHECK(one(ann, "groupcall:webrtc-answer") ==
          Json{{"roomId", "r-1"}, {"answer", "a"}, {"senderId", "ben"}});
    CHECK(cay.emit("groupcall:webrtc-ice-candidate", {{"roomId", "r-1"}, {"candidate", "c"}}).at("ok") ==
          true);
    for (TestSocket* other : {&ann, &ben})
        CHECK(one(*other, "groupcall:webrtc-ice-candidate") ==
              Json{{"roomId", "r-1"}, {"candidate", "c"}, {"senderId", "cay"}});
    CHECK(ann.emit("groupcall:webrtc-offer", {{"roomId", "r-1"}, {"offer", offer}}).at("ok") == true);
    for (TestSocket* other : {&ben, &cay})
        CHECK(one(*other, "groupcall:webrtc-offer").at("senderId") == "ann");

    const auto aimed_at = [&](const char* target) {
        return error_of(ann, ann.emit("groupcall:webrtc-offer",
                                      {{"roomId", "r-1"}, {"offer", offer}, {"targetUserId", target}}));
    };
    CHECK(aimed_at("dan") == "They are not in this call");
    CHECK(aimed_at("eve") == "They are not in this call");
    CHECK(aimed_at("ann") == "They are not in this call");
    for (TestSocket* socket : {&ann, &tablet, &ben, &ben_phone, &cay, &dan}) CHECK(socket->waiting().empty());
}

TEST_CASE("of two offers at once between two people the first counts, whatever the others do") {
    GroupSite site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben"), cay = site.connect("cay");
    join(ann), join(ben), join(cay);
    forget(ann), forget(ben), forget(cay);
    const auto offer = [](TestSocket& socket, const char* to) {
        return socket.emit("groupcall:webrtc-offer",
                           {{"roomId", "r-1"}, {"offer", "o"}, {"targetUserId", to}});
    };
    CHECK(offer(ann, "ben").at("ok") == true);
    CHECK(refused(offer(ben, "ann")) == "glare");
    CHECK(one(ben, "groupcall:webrtc-glare") ==
          Json{{"roomId", "r-1"}, {"winnerId", "ann"}, {"polite", true}});
    CHECK(ann.waiting().empty());
    CHECK(offer(cay, "ann").at("ok") == true);
    CHECK(ben.emit("groupcall:webrtc-offer", {{"roomId", "r-1"}, {"offer", "o"}}).at("ok") ==
          true);  // to all
    CHECK(one(ben, "groupcall:webrtc-glare").at("winnerId") == "ann");
    CHECK(one(cay, "groupcall:webrtc-offer").at("senderId") == "ben");
    CHECK(one(ann, "groupcall:webrtc-offer").at("senderId") == "cay");
    CHECK(refused(ann.emit("groupcall:webrtc-answer",
                           {{"roomId", "r-1"}, {"answer", "a"}, {"targetUserId", "ben"}})) == "not_now");
    CHECK(ben.emit("groupcall:webrtc-answer", {{"roomId", "r-1"}, {"answer", "a"}, {"targetUserId", "ann"}})
              .at("ok") == true);
    CHECK(offer(ben, "ann").at("ok") == true);  // settled: the next round
}
