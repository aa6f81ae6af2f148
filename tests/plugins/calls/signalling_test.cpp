// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "site.h"

using namespace calls::test;

namespace {

const Json sdp{{"type", "offer"}, {"sdp", "v=0"}};

struct Pair {
    explicit Pair(Site& site) : ann(site.connect("ann")), ben(site.connect("ben")) {
        call(ann, "ben");
        answer(ben);
        for (TestSocket* each : {&ann, &ben})
            for (const char* event : {"call:ringing", "call:incoming", "call:answered"}) each->take(event);
    }
    TestSocket ann, ben;
};

}  // namespace

TEST_CASE("offers, answers and candidates go to the other one's device, and to nobody else") {
    Site site(EACH_BACKEND);
    Pair pair(site);
    auto laptop = site.connect("ben", "laptop"), cay = site.connect("cay");
    CHECK(
        pair.ann.emit("webrtc:offer", {{"callId", "c-1"}, {"offer", sdp}, {"receiverId", "ben"}}).at("ok") ==
        true);
    CHECK(one(pair.ben, "webrtc:offer") == Json{{"callId", "c-1"}, {"offer", sdp}, {"callerId", "ann"}});
    CHECK(
        pair.ben.emit("webrtc:answer", {{"callId", "c-1"}, {"answer", sdp}, {"callerId", "ann"}}).at("ok") ==
        true);
    CHECK(one(pair.ann, "webrtc:answer") == Json{{"callId", "c-1"}, {"answer", sdp}, {"receiverId", "ben"}});
    for (auto [from, to, id] :
         {std::tuple{&pair.ann, &pair.ben, "ann"}, std::tuple{&pair.ben, &pair.ann, "ben"}}) {
        CHECK(from->emit("webrtc:ice-candidate", {{"callId", "c-1"}, {"candidate", "x"}}).at("ok") == true);
        CHECK(one(*to, "webrtc:ice-candidate") ==
              Json{{"callId", "c-1"}, {"candidate", "x"}, {"senderId", id}});
    }
    CHECK(pair.ben.emit("call:mute-status", {{"callId", "c-1"}, {"receiverId", "ann"}, {"isMuted", true}})
              .at("ok") == true);
    CHECK(one(pair.ann, "call:mute-status") == Json{{"callId", "c-1"}, {"userId", "ben"}, {"isMuted", true}});
    CHECK(laptop.waiting().empty());
    CHECK(cay.waiting().empty());
}

TEST_CASE("what a stranger sends goes nowhere, and so does what names somebody who is not in the call") {
    Site site(EACH_BACKEND);
    Pair pair(site);
    auto cay = site.connect("cay"), laptop = site.connect("ben", "laptop");
    for (const char* event : {"webrtc:offer", "webrtc:answer", "webrtc:ice-candidate"}) {
        INFO(event);
        const JsonObject payload{
            {"callId", "c-1"}, {"offer", sdp}, {"answer", sdp}, {"candidate", sdp}, {"receiverId", "ben"}};
        CHECK(refused(cay.emit(event, payload)) == "not_found");
        CHECK(one(cay, "call:failed").at("reason") == "Call not found");
        CHECK(refused(laptop.emit(event, payload)) == "answered_elsewhere");
        JsonObject astray = payload;
        astray["receiverId"] = astray["callerId"] = "cay";
        CHECK(refused(pair.ann.emit(event, astray)) == "not_found");
    }
    pair.ann.take("call:failed");
    CHECK(pair.ben.waiting().empty());
    CHECK(pair.ann.waiting().empty());
    CHECK(cay.waiting().empty());
}

TEST_CASE("of two offers at once the first counts, and the other side is told to answer it") {
    Site site(EACH_BACKEND);
    Pair pair(site);
    const JsonObject offer{{"callId", "c-1"}, {"offer", sdp}};
    CHECK(pair.ann.emit("webrtc:offer", offer).at("ok") == true);
    CHECK(refused(pair.ben.emit("webrtc:offer", offer)) == "glare");
    CHECK(one(pair.ben, "webrtc:glare") == Json{{"callId", "c-1"}, {"winnerId", "ann"}, {"polite", true}});
    CHECK(pair.ann.waiting().empty());
    CHECK(refused(pair.ann.emit("webrtc:answer", {{"callId", "c-1"}, {"answer", sdp}})) ==
          "not_now");  // her own
    CHECK(pair.ben.emit("webrtc:answer", {{"callId", "c-1"}, {"answer", sdp}}).at("ok") == true);
    CHECK(pair.ben.emit("webrtc:offer", offer).at("ok") ==
          true);  // renegotiation, by either side, at any time
    CHECK(pair.ben.emit("webrtc:offer", offer).at("ok") == true);
    CHECK(pair.ann.take("webrtc:offer").size() == 2);
}

TEST_CASE("an offer that was never answered does not keep the other side waiting for ever") {
    Site site("sqlite");
    Pair pair(site);
    const JsonObject offer{{"callId", "c-1"}, {"offer", sdp}};
    CHECK(pair.ann.emit("webrtc:offer", offer).at("ok") == true);
    site.host.clock().advance(std::chrono::seconds(11));
    CHECK(pair.ben.emit("webrtc:offer", offer).at("ok") == true);
}

TEST_CASE("while it rings the caller's offer reaches every device, and each may answer it") {
    Site site("sqlite");
    auto ann = site.connect("ann"), phone = site.connect("ben"), laptop = site.connect("ben", "laptop");
    call(ann, "ben");
    CHECK(ann.emit("webrtc:offer", {{"callId", "c-1"}, {"offer", sdp}}).at("ok") == true);
    CHECK(phone.take("webrtc:offer").size() == 1);
    CHECK(laptop.take("webrtc:offer").size() == 1);
    CHECK(laptop.emit("webrtc:ice-candidate", {{"callId", "c-1"}, {"candidate", "x"}}).at("ok") == true);
    CHECK(ann.take("webrtc:ice-candidate").size() == 1);
}

TEST_CASE("a signal larger than allowed is refused") {
    Site site("sqlite", "signal_size: 4KiB");
    Pair pair(site);
    const Json large(boost::json::string(std::string(5000, 'x')));
    for (const char* event : {"webrtc:offer", "webrtc:answer", "webrtc:ice-candidate", "call:answer"}) {
        const JsonObject payload{
            {"callId", "c-1"}, {"offer", large}, {"answer", large}, {"candidate", large}};
        CHECK(refused(pair.ben.emit(event, payload)) == "payload_too_large");
    }
    CHECK(pair.ann.waiting().empty());
}
