// SPDX-License-Identifier: Apache-2.0
// Many clients of every kind at once, on several loops, with threads that speak to them from outside.
#include <catch2/catch.hpp>

#include <atomic>
#include <map>
#include <random>

#include "client_frames.h"
#include "socket_fixture.h"

using namespace mortise;
using namespace socket_tests;

namespace {

constexpr int members = 9;  // who stay: a third over WebSocket, a third polls, a third upgrades
constexpr int messages_a_member = 40;
constexpr int tellers = 2;  // threads of the server's that speak to the room
constexpr int messages_a_teller = 60;
constexpr int guests = 3;  // threads whose clients come and go
constexpr int visits_a_guest = 25;
constexpr const char* room = "hall";

constexpr int expected_messages = members * messages_a_member + tellers * messages_a_teller;

/// What one member heard, and whether it was all and in order.
class Ear {
public:
    /// The answer that is owed for this packet, or nothing.
    std::optional<std::string> take(std::string_view packet) {
        const auto place = packet.find('[');
        if (!packet.starts_with("42") || place == std::string_view::npos) return std::nullopt;
        const Json event = parse_json(packet.substr(place));
        const std::string name(event.as_array()[0].as_string());
        if (name == "here?") {
            was_asked_ = true;
            return "43" + std::string(packet.substr(2, place - 2)) + "[true]";
        }
        if (name != "heard") return std::nullopt;
        const std::string sender(event.as_array()[1].as_string());
        const auto number = event.as_array()[2].to_number<int>();
        if (number != next_[sender]++ && fault.empty())
            fault = sender + " was heard with " + std::to_string(number) + " out of turn";
        ++count;
        return std::nullopt;
    }
    bool is_done() const { return (was_asked_ && count >= expected_messages) || !fault.empty(); }

    int count = 0;
    std::string fault;

private:
    std::map<std::string, int> next_;
    bool was_asked_ = false;
};

std::string shout(const std::string& name, int number) {
    return "42[\"shout\",\"" + name + "\"," + std::to_string(number) + "]";
}

void talk_over(WebClient& client, const std::string& name, int from, Ear& ear,
               const std::atomic<bool>& may_begin) {
    const auto hear = [&] {
        const auto packet = client.read();
        if (!packet) throw std::runtime_error(name + " was closed");
        if (const auto answer = ear.take(*packet)) client.send(*answer);
    };
    while (!may_begin) std::this_thread::yield();
    for (int number = from; number < messages_a_member; ++number) {
        client.send(shout(name, number));
        while (client.has_more() && !ear.is_done()) hear();
    }
    while (!ear.is_done()) hear();
}

void hear_poll(PollClient& client, Ear& ear) {
    const auto packets = client.poll();
    if (packets.empty()) throw std::runtime_error("a poll found no session");
    for (const std::string& packet : packets)
        if (const auto answer = ear.take(packet)) client.post(*answer);
}

/// Returns when it is in the room.
template <class Read>
void wait_for_join(Read read, Ear& ear) {
    while (true) {
        const std::string packet = read();
        if (packet == "437[]") return;
        ear.take(packet);
    }
}

struct Crowd {
    explicit Crowd(Server& its_server) : server(its_server) {
        server.plugin.add("join", [](Socket& socket, const Message& message) {
            socket.join(std::string(message.arg(0).json().as_string()));
            return Arguments();
        });
        server.plugin.add("leave", [](Socket& socket, const Message& message) {
            socket.leave(std::string(message.arg(0).json().as_string()));
            return Arguments();
        });
        server.plugin.add("shout", [this](Socket&, const Message& message) {
            server.plugin.to_room(room).emit("heard", message.arg(0).json(), message.arg(1).json());
            return Arguments();
        });
        server.plugin
            .add("echo", [](Socket&, const Message& message) { return Arguments::of(message.arg(0).json()); })
            .inline_handler();
    }

    void over_web_socket(const std::string& name, Ear& ear) {
        WebClient client(server.port());
        client.read();
        client.send("40");
        client.read();
        client.send("427[\"join\",\"hall\"]");
        wait_for_join([&] { return client.read().value_or("437[]"); }, ear);
        ++ready;
        talk_over(client, name, 0, ear, may_begin);
        client.send("41");
    }

    void by_polling(const std::string& name, Ear& ear, bool upgrades) {
        PollClient client(server.port());
        client.post(
            "40\x1e"
            "427[\"join\",\"hall\"]");
        bool is_in = false;
        while (!is_in)
            for (const std::string& packet : client.poll()) is_in = is_in || packet == "437[]";
        ++ready;
        while (!may_begin) std::this_thread::yield();
        const int polled = upgrades ? messages_a_member / 2 : messages_a_member;
        for (int number = 0; number < polled; number += 5) {
            std::string payload = shout(name, number);
            for (int more = number + 1; more < number + 5; ++more) payload += '\x1e' + shout(name, more);
            if (client.post(payload) != 200) throw std::runtime_error(name + " could not post");
            if (!ear.is_done()) hear_poll(client, ear);
        }
        if (upgrades) return upgrade(client, name, polled, ear);
        while (!ear.is_done()) hear_poll(client, ear);
        client.post("1");
    }

    void upgrade(PollClient& old, const std::string& name, int from, Ear& ear) {
        WebClient client(server.port(), old.target("websocket"));
        client.send("2probe");
        if (client.read() != "3probe") throw std::runtime_error(name + " could not upgrade");
        for (const std::string& packet : old.poll())  // its last poll; "6" when there was nothing
            if (const auto answer = ear.take(packet)) old.post(*answer);
        client.send("5");
        talk_over(client, name, from, ear, may_begin);
    }

    void visit(int guest) {
        std::mt19937 random(static_cast<unsigned>(guest));
        for (int count = 0; count < visits_a_guest; ++count) {
            if (random() % 4 == 0) {
                PollClient client(server.port());
                client.post(
                    "40\x1e"
                    "42[\"join\",\"hall\"]");
                if (random() % 2 == 0) client.poll();
                client.post("1");
                continue;
            }
            WebClient client(server.port());
            client.read();
            client.send(R"(40{"token":"guest:)" + std::to_string(count) + "\"}");
            client.read();
            for (auto event = random() % 6; event > 0; --event) {
                const std::string other = random() % 2 == 0 ? "hall" : "room" + std::to_string(random() % 5);
                client.send("42[\"" + std::string(random() % 3 == 0 ? "leave" : "join") + "\",\"" + other +
                            "\"]");
                client.send("42[\"echo\",1]");
            }
            if (random() % 2 == 0) client.send("421[\"echo\",\"last\"]"), client.read();
            switch (random() % 4) {
                case 0:
                    client.send("41");
                    break;
                case 1:
                    client.line.cut();
                    break;
                case 2:
                    client.line.send(client_frames::closing(1000));
                    break;
                default:
                    break;  // it just leaves
            }
        }
    }

    void tell(int teller) {
        const std::string name = "teller" + std::to_string(teller);
        for (int number = 0; number < messages_a_teller; ++number)
            server.plugin.to_room(room).emit("heard", name, number);
    }

    /// What may happen from outside while all of this goes on.
    void disturb() {
        for (int round = 0; !is_over; ++round) {
            fetched += server.plugin.to_room(room).fetch().size();
            answered += server.plugin.to_room(room).ask(60s, "here?").received.size();
            server.plugin.everyone().join("all");
            server.plugin.everyone().leave("all");
            const JsonObject ended{{"userId", "guest"},
                                   {"sessionId", std::to_string(round % visits_a_guest)}};
            server.events.publish("", ended, Reach::all_nodes);
        }
    }

    Server& server;
    std::atomic<int> ready{0};
    std::atomic<bool> may_begin{false};
    std::atomic<bool> is_over{false};
    std::atomic<std::uint64_t> answered{0};
    std::atomic<std::uint64_t> fetched{0};
};

/// A thread whose exception is kept.
std::jthread running(std::string& fault, std::function<void()> call) {
    return std::jthread([&fault, call = std::move(call)] {
        try {
            call();
        } catch (const std::exception& thrown) {
            fault = thrown.what();
        }
    });
}

}  // namespace

TEST_CASE(
    "who stays hears everything once and in order, whatever comes and goes; and nothing is held after") {
    Server server({}, 3);
    Crowd crowd(server);
    server.start();
    std::vector<Ear> ears(members);
    std::vector<std::string> faults(members + tellers + guests + 1);
    std::vector<std::jthread> threads;
    for (int member = 0; member < members; ++member) {
        const auto place = static_cast<std::size_t>(member);
        const std::string name = "member" + std::to_string(member);
        threads.push_back(running(faults[place], [&crowd, name, member, &ear = ears[place]] {
            if (member % 3 == 0)
                crowd.over_web_socket(name, ear);
            else
                crowd.by_polling(name, ear, member % 3 == 1);
        }));
    }
    REQUIRE(wait_until([&] { return crowd.ready == members; }));
    crowd.may_begin = true;
    std::vector<std::jthread> others;
    for (int teller = 0; teller < tellers; ++teller)
        threads.push_back(
            running(faults[static_cast<std::size_t>(members + teller)], [&, teller] { crowd.tell(teller); }));
    for (int guest = 0; guest < guests; ++guest)
        others.push_back(running(faults[static_cast<std::size_t>(members + tellers + guest)],
                                 [&, guest] { crowd.visit(guest); }));
    others.push_back(running(faults.back(), [&] { crowd.disturb(); }));
    threads.clear();
    crowd.is_over = true;
    others.clear();

    for (const std::string& fault : faults) CHECK(fault == "");
    for (const Ear& ear : ears) {
        CHECK(ear.fault == "");
        CHECK(ear.count == expected_messages);
    }
    CHECK(crowd.answered >= members);
    CHECK(crowd.fetched > 0);
    CHECK(wait_until([&] { return server.sessions() == 0 && server.sockets() == 0; }));
    for (const std::string name : {"hall", "all", "room0", "room1", "room2", "room3", "room4", "user:guest"})
        CHECK_FALSE(server.hub.has_members("/", name));
    const auto& figures = server.hub.figures();
    CHECK(figures.sessions_opened == figures.sessions_closed);
    CHECK(figures.sockets_connected == figures.sockets_disconnected);
    CHECK(figures.upgrades == members / 3);
    CHECK(figures.closed_slow == 0);
}
