// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "client_frames.h"
#include "socket_fixture.h"

using namespace mortise;
using namespace socket_tests;

TEST_CASE("a client that loses its connection again and again hears everything once and in order") {
    Server server({}, 3);
    server.plugin.add("join", [](Socket& socket, const Message&) {
        socket.join("alone");
        return Arguments();
    });
    server.start();

    constexpr int count = 400;
    std::jthread teller;
    std::string pid;
    std::string offset;
    int next = 0;
    int visits = 0;
    int recovered = 0;
    std::string fault;
    while (next < count && fault.empty()) {
        WebClient client(server.port());
        client.read();
        std::string auth = R"(40{"recover":true)";
        if (!pid.empty()) auth += R"(,"pid":")" + pid + R"(","offset":")" + offset + '"';
        client.send(auth + '}');
        const std::string answer = client.read().value_or("40{}");
        const Json told = parse_json(std::string_view(answer).substr(2));
        const Json* its_pid = told.as_object().if_contains("pid");
        if (its_pid == nullptr) {
            fault = "no pid: " + answer;
            break;
        }
        if (++visits == 1) {
            client.send("421[\"join\"]");
            client.read();
            teller = std::jthread([&] {
                for (int number = 0; number < count; ++number) {
                    server.plugin.to_room("alone").emit("heard", number);
                    if (number % 10 == 9) std::this_thread::sleep_for(1ms);
                }
            });
        } else if (*its_pid == Json(pid)) {
            ++recovered;
        } else {
            fault = "forgotten";
        }
        pid = std::string(std::string_view(its_pid->as_string()));
        for (int heard = 0; heard < 10 + visits % 7 && next < count && fault.empty(); ++heard) {
            const auto packet = client.read();
            const Json event = event_in(packet.value_or(""));
            if (!event.is_array() || event.as_array()[1] != Json(next)) {
                fault = std::to_string(next) + " is missing: " + packet.value_or("closed");
                break;
            }
            offset = std::string(std::string_view(event.as_array()[2].as_string()));
            ++next;
        }
        client.line.cut();
        // It may be back before its loss has been noticed: then it is a new client.
        const auto& figures = server.hub.figures();
        if (!wait_until([&] { return figures.sockets_connected == figures.sockets_disconnected; }))
            fault = "not noticed";
    }
    teller = {};
    CHECK(fault == "");
    CHECK(next == count);
    CHECK(recovered == visits - 1);
}
