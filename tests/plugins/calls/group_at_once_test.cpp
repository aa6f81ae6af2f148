// SPDX-License-Identifier: Apache-2.0
#include <barrier>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "groups.h"

using namespace calls::test;

namespace {

// All at the same moment, each on a thread of its own; what each was acknowledged with.
std::vector<Json> together(const std::vector<std::function<Json()>>& steps) {
    std::vector<Json> done(steps.size());
    std::barrier start(static_cast<std::ptrdiff_t>(steps.size()));
    std::vector<std::jthread> threads;
    for (std::size_t place = 0; place < steps.size(); ++place)
        threads.emplace_back([&, place] {
            start.arrive_and_wait();
            done[place] = steps[place]();
        });
    threads.clear();
    return done;
}

int successes(const std::vector<Json>& done) {
    int count = 0;
    for (const Json& one : done) count += one.at("ok") == true;
    return count;
}

}  // namespace

TEST_CASE("of many who enter at the same moment as many get in as there is room for, into one room") {
    GroupSite site(EACH_BACKEND, "participants: 4\n");
    std::vector<std::string> members;
    for (int number = 0; number < 8; ++number) members.push_back("m-" + std::to_string(number));
    site.groups.add("g-2", members);
    std::vector<TestSocket> sockets;
    for (const std::string& member : members) sockets.push_back(site.connect(member));
    for (int round = 0; round < 10; ++round) {
        const std::string room = "r-" + std::to_string(round);
        std::vector<std::function<Json()>> steps;
        for (TestSocket& socket : sockets)
            steps.emplace_back([&socket, &room] { return try_join(socket, room, "g-2"); });
        CHECK(successes(together(steps)) == 4);
        CHECK(site.rows("calls_seats") == 4);
        CHECK(site.rows("calls_live") == 1);
        int invited = 0;
        for (TestSocket& socket : sockets) {
            invited += static_cast<int>(socket.take("groupcall:invitation").size());
            leave(socket, room);
        }
        CHECK(invited == 7);  // once each, but for whoever began it
        CHECK(site.rows("calls_live") == 0);
    }
}

TEST_CASE("who enters at the moment the last one leaves is in a call, old or new") {
    GroupSite site(EACH_BACKEND);
    auto ann = site.connect("ann"), ben = site.connect("ben");
    TestSocket *inside = &ann, *outside = &ben;
    join(*inside);
    for (int round = 0; round < 50; ++round) {
        CHECK(successes(together({[&] { return leave(*inside); }, [&] { return try_join(*outside); }})) == 2);
        CHECK(site.rows("calls_seats") == 1);
        CHECK(site.rows("calls_live") == 1);
        std::swap(inside, outside);
    }
}

TEST_CASE("a person enters no more calls than allowed, from whatever devices") {
    GroupSite site(EACH_BACKEND, "rooms_per_person: 2\n");
    std::vector<TestSocket> devices;
    for (int number = 0; number < 6; ++number)
        devices.push_back(site.connect("ann", "session-" + std::to_string(number)));
    std::vector<std::function<Json()>> steps;
    for (std::size_t number = 0; number < devices.size(); ++number)
        steps.emplace_back(
            [&devices, number] { return try_join(devices[number], "r-" + std::to_string(number)); });
    CHECK(successes(together(steps)) == 2);
    CHECK(site.rows("calls_seats") == 2);
}

TEST_CASE("of two offers at the same moment between any two in a group one is answered") {
    GroupSite site("sqlite");
    std::vector<TestSocket> sockets;
    const std::vector<std::string> people{"ann", "ben", "cay"};
    for (const std::string& person : people) join(sockets.emplace_back(site.connect(person)));
    const auto offer = [&](std::size_t from, std::size_t to) {
        return [&, from, to] {
            return sockets[from].emit(
                "groupcall:webrtc-offer",
                {{"roomId", "r-1"}, {"offer", "o"}, {"targetUserId", people[to].c_str()}});
        };
    };
    for (int round = 0; round < 30; ++round) {
        const auto done =
            together({offer(0, 1), offer(1, 0), offer(1, 2), offer(2, 1), offer(2, 0), offer(0, 2)});
        REQUIRE(successes(done) == 3);
        for (std::size_t pair = 0; pair < 6; pair += 2) {
            const std::size_t first = pair / 2, second = (first + 1) % 3;
            const std::size_t winner = done[pair].at("ok") == true ? first : second;
            const std::size_t loser = winner == first ? second : first;
            REQUIRE(sockets[loser]
                        .emit("groupcall:webrtc-answer",
                              {{"roomId", "r-1"}, {"answer", "a"}, {"targetUserId", people[winner].c_str()}})
                        .at("ok") == true);
        }
    }
}
