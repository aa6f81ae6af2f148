// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "site.h"

using namespace calls::test;
using namespace std::chrono_literals;

TEST_CASE("a call rings on all devices of the receiver, and one of them answers") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann"), ann_tablet = site.connect("ann", "tablet");
    auto phone = site.connect("ben"), laptop = site.connect("ben", "laptop");
    auto cay = site.connect("cay");
    const Json begun =
        ann.emit("call:initiate", {{"callId", "c-1"},
                                   {"receiverId", "ben"},
                                   {"callType", "video"},
                                   {"callerInfo", JsonObject{{"fullname", "Ann"}, {"id", "cay"}}}});
    CHECK(begun.at("ok") == true);
    CHECK(begun.at("callId") == "c-1");
    CHECK(begun.at("isReceiverOnline") == true);
    const Json ringing = one(ann, "call:ringing");
    CHECK(ringing.at("callId") == "c-1");
    CHECK(ringing.at("receiverId") == "ben");
    CHECK(ringing.at("ringEndsAt") == "2030-01-01T12:01:00.000Z");
    for (TestSocket* device : {&phone, &laptop}) {
        const Json incoming = one(*device, "call:incoming");
        CHECK(incoming.at("callId") == "c-1");
        CHECK(incoming.at("callerId") == "ann");
        CHECK(incoming.at("callType") == "video");
        CHECK(incoming.at("callerInfo") ==
              Json{{"fullname", "Ann"}, {"id", "ann"}});  // not who she says she is
    }
    CHECK(laptop.emit("call:answer", {{"callId", "c-1"}, {"answer", JsonObject{{"sdp", "v=0"}}}}).at("ok") ==
          true);
    const Json answered = one(ann, "call:answered");
    CHECK(answered.at("receiverId") == "ben");
    CHECK(answered.at("answer") == Json{{"sdp", "v=0"}});
    CHECK(one(phone, "call:ended").at("reason") == "Answered elsewhere");
    CHECK(refused(phone.emit("call:answer", {{"callId", "c-1"}})) == "answered_elsewhere");
    CHECK(one(phone, "call:failed").at("callId") == "c-1");
    for (TestSocket* other : {&ann, &ann_tablet, &phone, &laptop, &cay}) CHECK(other->waiting().empty());
}

TEST_CASE("a call without an id is given one") {
    Site site("sqlite");
    auto ann = site.connect("ann"), ben = site.connect("ben");
    const Json begun = ann.emit("call:initiate", {{"receiverId", "ben"}});
    CHECK(text_of(begun.at("callId")).size() > 10);
    const Json incoming = one(ben, "call:incoming");
    CHECK(incoming.at("callId") == begun.at("callId"));
    CHECK(incoming.at("callType") == "audio");
}

TEST_CASE("what one says of a call is refused where the call does not allow it, and changes nothing") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben"), cay = site.connect("cay");
    call(ann, "ben");
    CHECK(refused(ann.emit("call:answer", {{"callId", "c-1"}})) == "not_now");  // only the receiver may
    CHECK(refused(ann.emit("call:reject", {{"callId", "c-1"}})) == "not_now");
    for (const char* event : {"call:answer", "call:reject", "call:end", "call:resume", "call:mute-status"}) {
        INFO(event);
        const JsonObject payload{{"callId", "c-1"}, {"isMuted", true}};
        CHECK(refused(cay.emit(event, payload)) == "not_found");  // a stranger
        CHECK(one(cay, "call:failed").at("reason") == "Call not found");
        CHECK(refused(ann.emit(event, {{"callId", "c-2"}, {"isMuted", true}})) == "not_found");
    }
    CHECK(refused(ben.emit("call:mute-status", {{"callId", "c-1"}, {"isMuted", true}})) == "not_now");
    ann.take("call:failed"), ben.take("call:failed");
    answer(ben);
    CHECK(refused(ben.emit("call:reject", {{"callId", "c-1"}})) == "not_now");
    CHECK(ann.emit("call:end", {{"callId", "c-1"}}).at("ok") == true);
    CHECK(refused(ben.emit("call:end", {{"callId", "c-1"}})) == "not_found");
}

TEST_CASE("whoever sends values that are not allowed is told which") {
    Site site("sqlite");
    auto ann = site.connect("ann");
    const std::vector<std::pair<std::string, JsonObject>> refusals{
        {"/receiverId", {}},
        {"/receiverId", {{"receiverId", "ann"}}},
        {"/callType", {{"receiverId", "ben"}, {"callType", "fax"}}},
        {"/callId", {{"receiverId", "ben"}, {"callId", ""}}},
        {"/callerInfo", {{"receiverId", "ben"}, {"callerInfo", "Ann"}}},
        {"/callerInfo",
         {{"receiverId", "ben"}, {"callerInfo", JsonObject{{"x", std::string(5000, 'x').c_str()}}}}},
    };
    for (const auto& [pointer, payload] : refusals) {
        const Json done = ann.emit("call:initiate", payload);
        CHECK(refused(done) == "unprocessable");
        CHECK(done.at("error").at("errors").at(0).at("pointer") == pointer.c_str());
    }
    auto nobody = site.host.connect();
    CHECK(refused(nobody.emit("call:initiate", {{"receiverId", "ben"}})) == "unauthenticated");
}

TEST_CASE("whoever is in a call is busy, and learns that somebody called") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben"), cay = site.connect("cay");
    call(ann, "ben");
    CHECK(refused(cay.emit("call:initiate", {{"callId", "c-2"}, {"receiverId", "ben"}})) == "busy");
    CHECK(one(cay, "call:failed").at("reason") == "User is busy");
    CHECK(one(ben, "call:missed").at("callerId") == "cay");
    CHECK(refused(cay.emit("call:initiate", {{"callId", "c-2"}, {"receiverId", "ann"}})) == "busy");
    CHECK(refused(ann.emit("call:initiate", {{"callId", "c-2"}, {"receiverId", "cay"}})) == "in_a_call");
    CHECK(refused(ben.emit("call:initiate", {{"callId", "c-2"}, {"receiverId", "cay"}})) == "in_a_call");
    CHECK(ann.emit("call:end", {{"callId", "c-1"}}).at("ok") == true);
    call(cay, "ben", "c-2");
}

TEST_CASE("a call's id is used once at a time") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben"), cay = site.connect("cay"),
         dan = site.connect("dan");
    call(ann, "ben");
    CHECK(refused(cay.emit("call:initiate", {{"callId", "c-1"}, {"receiverId", "dan"}})) == "call_id_in_use");
    CHECK(dan.waiting().empty());
    CHECK(ann.emit("call:end", {{"callId", "c-1"}}).at("ok") == true);
    call(cay, "dan", "c-1");
}

TEST_CASE("of two who call each other one rings, and the other is told which call stands") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben");
    call(ann, "ben");
    CHECK(refused(ben.emit("call:initiate", {{"callId", "c-2"}, {"receiverId", "ann"}})) == "glare");
    const Json failed = one(ben, "call:failed");
    CHECK(failed.at("callId") == "c-2");
    CHECK(failed.at("winner") == "c-1");
    CHECK(one(ben, "call:incoming").at("callId") == "c-1");
    answer(ben);
    CHECK(one(ann, "call:answered").at("callId") == "c-1");
}

TEST_CASE("a call that is declined is over on all devices") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann"), phone = site.connect("ben"), laptop = site.connect("ben");
    call(ann, "ben");
    CHECK(phone.emit("call:reject", {{"callId", "c-1"}, {"reason", "In a meeting"}}).at("ok") == true);
    CHECK(one(ann, "call:rejected") ==
          Json{{"callId", "c-1"}, {"reason", "In a meeting"}, {"receiverId", "ben"}});
    CHECK(one(laptop, "call:ended").at("reason") == "Rejected elsewhere");
    call(ann, "ben", "c-1");
}

TEST_CASE("hanging up is told to the other one, with the server's duration") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben");
    call(ann, "ben");
    site.host.clock().advance(5s);
    answer(ben);
    site.host.clock().advance(90s);
    CHECK(ben.emit("call:end", {{"callId", "c-1"}, {"reason", "Bye"}, {"duration", 4}}).at("ok") == true);
    CHECK(one(ann, "call:ended") == Json{{"callId", "c-1"}, {"reason", "Bye"}, {"duration", 90}});
    CHECK(ben.waiting() == std::vector<std::string>{"call:incoming"});
}

TEST_CASE("a call that nobody answers is missed") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben");
    call(ann, "ben");
    site.pass(59s);
    CHECK(ann.take("call:failed").empty());
    site.pass(1s);
    CHECK(one(ann, "call:failed").at("reason") == "No answer");
    CHECK(one(ben, "call:missed").at("callerId") == "ann");
    CHECK(refused(ben.emit("call:answer", {{"callId", "c-1"}})) == "not_found");
}

TEST_CASE("a call to somebody who is not there reaches them when they connect in time") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann");
    CHECK(call(ann, "ben").at("isReceiverOnline") == false);
    CHECK(ann.take("call:ringing").size() == 1);
    site.pass(30s);
    auto ben = site.connect("ben");
    CHECK(one(ben, "call:incoming").at("callId") == "c-1");
    auto laptop = site.connect("ben", "laptop");
    CHECK(one(laptop, "call:incoming").at("callId") == "c-1");
    answer(ben);
    CHECK(one(ann, "call:answered").at("receiverId") == "ben");
}

TEST_CASE("who connects too late learns what they missed, once") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann");
    call(ann, "ben");
    site.pass(60s);
    CHECK(one(ann, "call:failed").at("reason") == "User is offline");
    call(ann, "ben", "c-2");
    CHECK(ann.emit("call:end", {{"callId", "c-2"}}).at("ok") == true);
    auto ben = site.connect("ben");
    const auto missed = ben.take("call:missed");
    REQUIRE(missed.size() == 2);
    CHECK(missed[0].at("callId") == "c-1");
    CHECK(missed[0].at("at") == "2030-01-01T12:00:00.000Z");
    CHECK(missed[1].at("callId") == "c-2");
    CHECK(ben.waiting().empty());
    auto again = site.connect("ben");
    CHECK(again.waiting().empty());
}

TEST_CASE("what nobody comes for is kept a week") {
    Site site("sqlite");
    auto ann = site.connect("ann");
    call(ann, "ben");
    site.pass(60s);
    site.pass(std::chrono::hours(24 * 9));
    auto ben = site.connect("ben");
    CHECK(ben.waiting().empty());
}

TEST_CASE("calls and signals are limited by their policies") {
    Site site("sqlite");
    site.host.beside("ratelimit",
                     "policies: { call: { limit: 2, window: 1m }, signal: { limit: 3, window: 1m } }");
    auto ann = site.connect("ann"), ben = site.connect("ben");
    call(ann, "ben");
    answer(ben);
    const JsonObject candidate{{"callId", "c-1"}, {"candidate", "x"}};
    for (int number = 0; number < 3; ++number)
        CHECK(ann.emit("webrtc:ice-candidate", candidate).at("ok") == true);
    CHECK(refused(ann.emit("webrtc:ice-candidate", candidate)) == "rate_limited");
    CHECK(ben.take("webrtc:ice-candidate").size() == 3);
    CHECK(ben.emit("webrtc:ice-candidate", candidate).at("ok") == true);
    CHECK(ann.emit("call:end", {{"callId", "c-1"}}).at("ok") == true);
    call(ann, "ben", "c-2");
    CHECK(ann.emit("call:end", {{"callId", "c-2"}}).at("ok") == true);
    CHECK(refused(ann.emit("call:initiate", {{"receiverId", "ben"}})) == "rate_limited");
    CHECK(ben.take("call:incoming").size() == 2);
}

TEST_CASE("with one session a person, the older socket is told and closed") {
    Site site("sqlite", "single_session: true");
    auto phone = site.connect("ann"), ben = site.connect("ben");
    auto laptop = site.connect("ann", "laptop");
    CHECK(phone.take("connection:replaced").size() == 1);
    CHECK_FALSE(phone.is_connected());
    CHECK(laptop.is_connected());
    CHECK(ben.is_connected());
}
