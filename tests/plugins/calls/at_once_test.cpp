// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <barrier>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "site.h"

using namespace calls::test;

namespace {

// Both sides emit at the same moment, on two threads; what each was acknowledged with.
struct Acknowledged {
    Json first, second;
};
Acknowledged at_once(TestSocket& first, TestSocket& second, const std::string& event,
                     const JsonObject& from_first, const JsonObject& from_second) {
    Acknowledged done;
    std::barrier together(2);
    std::jthread other([&] {
        together.arrive_and_wait();
        done.second = second.emit(event, from_second);
    });
    together.arrive_and_wait();
    done.first = first.emit(event, from_first);
    other.join();
    return done;
}

bool is_ok(const Json& acknowledgement) {
    return acknowledgement.at("ok") == true;
}

std::string code_of(const Json& acknowledgement) {
    return text_of(acknowledgement.at("error").at("code"));
}

}  // namespace

TEST_CASE("two who call each other at the same moment are in one call, a hundred times") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben");
    std::vector<std::string> unsettled;
    for (int round = 0; round < 100; ++round) {
        const std::string a = "a-" + std::to_string(round), b = "b-" + std::to_string(round);
        const auto done = at_once(ann, ben, "call:initiate", {{"callId", a.c_str()}, {"receiverId", "ben"}},
                                  {{"callId", b.c_str()}, {"receiverId", "ann"}});
        const bool first_won = is_ok(done.first);
        if (first_won == is_ok(done.second)) {
            unsettled.push_back(mortise::to_text(done.first) + mortise::to_text(done.second));
            continue;
        }
        TestSocket& loser = first_won ? ben : ann;
        TestSocket& winner = first_won ? ann : ben;
        const std::string standing = first_won ? a : b;
        if (code_of(first_won ? done.second : done.first) != "glare" ||
            one(loser, "call:failed").at("winner") != Json(boost::json::string(standing)) ||
            one(loser, "call:incoming").at("callId") != Json(boost::json::string(standing)))
            unsettled.push_back(standing);
        answer(loser, standing);
        CHECK(one(winner, "call:answered").at("callId") == Json(boost::json::string(standing)));
        CHECK(winner.emit("call:end", {{"callId", boost::json::string(standing)}}).at("ok") == true);
        one(loser, "call:ended");
        winner.take("call:ringing");
    }
    CHECK(unsettled.empty());
}

TEST_CASE("of two offers at the same moment one is answered, a hundred times") {
    Site site("sqlite");
    auto ann = site.connect("ann"), ben = site.connect("ben");
    call(ann, "ben");
    answer(ben);
    const JsonObject offer{{"callId", "c-1"}, {"offer", "x"}}, reply{{"callId", "c-1"}, {"answer", "y"}};
    for (int round = 0; round < 100; ++round) {
        const auto done = at_once(ann, ben, "webrtc:offer", offer, offer);
        REQUIRE(is_ok(done.first) != is_ok(done.second));
        TestSocket& loser = is_ok(done.first) ? ben : ann;
        TestSocket& winner = is_ok(done.first) ? ann : ben;
        one(loser, "webrtc:glare");
        one(loser, "webrtc:offer");
        CHECK(winner.take("webrtc:offer").empty());
        CHECK(is_ok(loser.emit("webrtc:answer", reply)));
        one(winner, "webrtc:answer");
    }
}

TEST_CASE("of many who call one person at the same moment one gets through") {
    Site site(EACH_BACKEND);
    auto zoe = site.connect("zoe");
    constexpr int callers = 8;
    std::vector<TestSocket> sockets;
    for (int caller = 0; caller < callers; ++caller)
        sockets.push_back(site.connect("user-" + std::to_string(caller)));
    std::atomic<int> rang{0}, busy{0};
    {
        std::barrier together(callers);
        std::vector<std::jthread> threads;
        for (TestSocket& socket : sockets)
            threads.emplace_back([&] {
                together.arrive_and_wait();
                const Json done = socket.emit("call:initiate", {{"receiverId", "zoe"}});
                if (is_ok(done))
                    ++rang;
                else if (code_of(done) == "busy")
                    ++busy;
            });
    }
    CHECK(rang == 1);
    CHECK(busy == callers - 1);
    CHECK(zoe.take("call:incoming").size() == 1);
    CHECK(zoe.take("call:missed").size() == callers - 1);
}

TEST_CASE("of two devices that answer at the same moment one is in the call") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann"), phone = site.connect("ben"), laptop = site.connect("ben");
    for (int round = 0; round < 20; ++round) {
        const std::string id = "c-" + std::to_string(round);
        call(ann, "ben", id);
        const auto done = at_once(phone, laptop, "call:answer", {{"callId", boost::json::string(id)}},
                                  {{"callId", boost::json::string(id)}});
        CHECK(is_ok(done.first) != is_ok(done.second));
        CHECK(ann.take("call:answered").size() == 1);
        CHECK(is_ok(ann.emit("call:end", {{"callId", boost::json::string(id)}})));
    }
}

TEST_CASE("a call that is answered and given up at the same moment is over for both") {
    Site site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben");
    for (int round = 0; round < 20; ++round) {
        const std::string id = "c-" + std::to_string(round);
        call(ann, "ben", id);
        const JsonObject named{{"callId", boost::json::string(id)}};
        Json answered, ended;
        std::barrier together(2);
        {
            std::jthread other([&] {
                together.arrive_and_wait();
                answered = ben.emit("call:answer", named);
            });
            together.arrive_and_wait();
            ended = ann.emit("call:end", named);
        }
        CHECK(is_ok(ended));
        CHECK(ben.take("call:ended").size() == 1);
        if (!is_ok(answered)) CHECK(code_of(answered) == "not_found");
    }
    CHECK(site.rows("calls_live") == 0);
}
