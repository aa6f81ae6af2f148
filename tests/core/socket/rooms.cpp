// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <thread>

#include "socket/client_socket.h"
#include "socket/local_space.h"
#include "socket/recovery.h"
#include "socket/room_directory.h"
#include "socket/switchboard.h"

using namespace mortise;
using namespace mortise::socket;

namespace {

/// A loop that never runs, and sockets on it.
struct Place {
    std::shared_ptr<ClientSocket> make(std::string id) {
        return std::make_shared<ClientSocket>(home, space,
                                              SocketSurroundings{nobody, directory, log, absentees},
                                              std::move(id), std::make_shared<Handshake>());
    }
    std::string selected(std::vector<std::string> rooms, std::vector<std::string> except = {}) {
        Target target;
        target.rooms = std::move(rooms);
        target.except = std::move(except);
        std::vector<std::string> ids;
        for (const ClientSocket* socket : space.select(target)) ids.emplace_back(socket->id());
        std::ranges::sort(ids);
        std::string all;
        for (const std::string& id : ids) all += id;
        return all;
    }

    net::EventLoop loop;
    SocketSettings settings;
    SocketFigures figures;
    SocketLoop home{loop, 0, settings, figures};
    RoomDirectory directory{1};
    Absentees absentees{home};
    DeadSwitchboard nobody;
    Log log;
    SpaceEntry entry{"/", {}, {}};
    LocalSpace space{entry};
};

std::vector<bool> loops_of(const RoomDirectory& directory, std::string_view space, std::string_view room) {
    std::vector<bool> loops(3);
    directory.mark_loops(space, room, loops);
    return loops;
}

}  // namespace

TEST_CASE("a directory of rooms counts on which loops somebody is") {
    RoomDirectory directory(3);
    directory.enter("/", "hall", 0);
    directory.enter("/", "hall", 2);
    directory.enter("/", "hall", 2);
    CHECK(loops_of(directory, "/", "hall") == std::vector<bool>{true, false, true});
    CHECK(loops_of(directory, "/other", "hall") == std::vector<bool>(3));
    directory.leave("/", "hall", 2);
    CHECK(loops_of(directory, "/", "hall") == std::vector<bool>{true, false, true});
    directory.leave("/", "hall", 2);
    directory.leave("/", "hall", 0);
    CHECK_FALSE(directory.has_members("/", "hall"));
    directory.leave("/", "nowhere", 1);
    CHECK_FALSE(directory.has_members("/", "nowhere"));
}

TEST_CASE("a directory of rooms bears many threads") {
    RoomDirectory directory(3);
    std::vector<std::jthread> threads;
    for (std::size_t loop = 0; loop < 3; ++loop)
        threads.emplace_back([&directory, loop] {
            for (int count = 0; count < 2'000; ++count) {
                const std::string room = "room" + std::to_string(count % 7);
                directory.enter("/", room, loop);
                std::vector<bool> loops(3);
                directory.mark_loops("/", room, loops);
                directory.leave("/", room, loop);
            }
        });
    threads.clear();
    for (int room = 0; room < 7; ++room)
        CHECK_FALSE(directory.has_members("/", "room" + std::to_string(room)));
}

TEST_CASE("a target's sockets are found once each, whatever rooms they are in") {
    Place place;
    const auto a = place.make("a"), b = place.make("b"), c = place.make("c");
    for (const auto& socket : {a, b, c}) place.space.add(*socket);
    place.space.join(*a, "hall");
    place.space.join(*b, "hall");
    place.space.join(*b, "kitchen");
    place.space.join(*b, "kitchen");
    CHECK(place.selected({}) == "abc");
    CHECK(place.selected({"hall"}) == "ab");
    CHECK(place.selected({"hall", "kitchen"}) == "ab");
    CHECK(place.selected({"hall", "c"}) == "abc");
    CHECK(place.selected({"hall"}, {"a"}) == "b");
    CHECK(place.selected({"hall"}, {"kitchen"}) == "a");
    CHECK(place.selected({}, {"hall"}) == "c");
    CHECK(place.selected({"nowhere"}) == "");

    place.space.leave(*b, "kitchen");
    CHECK(place.selected({"kitchen"}) == "");
    CHECK(place.selected({"hall"}) == "ab");
    place.space.remove(*a);
    CHECK(place.selected({"hall"}) == "b");
    CHECK(place.selected({"a"}) == "");
    CHECK(place.space.find("a") == nullptr);
    place.space.remove(*b);
    place.space.remove(*c);
    CHECK(place.space.size() == 0);
}

TEST_CASE("rooms that were joined by a socket that never got in are left with it") {
    Place place;
    const auto socket = place.make("a");
    socket->join("hall");
    socket->join("hall");
    CHECK(socket->rooms() == std::vector<std::string>{"hall"});
    CHECK(place.directory.has_members("/", "hall"));
    socket->leave("hall");
    CHECK_FALSE(place.directory.has_members("/", "hall"));
    socket->join("hall");
    socket->gone();
    CHECK_FALSE(place.directory.has_members("/", "hall"));
    socket->join("late");
    CHECK_FALSE(place.directory.has_members("/", "late"));
    CHECK(socket->rooms() == std::vector<std::string>{"hall"});  // as on_disconnect finds them
}

TEST_CASE("a socket's id tells its loop, in both protocols") {
    Place place;
    const std::string id = place.home.make_id();
    CHECK(id.size() == 20);
    CHECK(loop_of_id(id) == std::uint16_t{0});
    CHECK(loop_of_id("/custom#" + id) == std::uint16_t{0});
    CHECK_FALSE(loop_of_id("hall"));
    CHECK_FALSE(loop_of_id("!" + id.substr(1)));
    CHECK(place.home.make_id() != id);
}
