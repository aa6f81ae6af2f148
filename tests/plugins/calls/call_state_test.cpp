// SPDX-License-Identifier: Apache-2.0
#include "plugins/calls/call_state.h"

#include <array>
#include <string>

#include <catch2/catch.hpp>

using namespace calls;

namespace {

constexpr std::array states{State::ringing, State::answered, State::ended};
constexpr std::array steps{Step::answer, Step::reject, Step::hang_up, Step::ring_out, Step::lose_connection};
constexpr std::array roles{Role::caller, Role::receiver, Role::nobody};
constexpr std::array step_names{"answer", "reject", "hang_up", "ring_out", "lose_connection"};
constexpr std::array role_names{"caller", "receiver", "nobody"};

std::string line(State state, Step step, Role who) {
    std::string text = std::string(name_of(state)) + " + " + step_names[static_cast<std::size_t>(step)] +
                       " by " + role_names[static_cast<std::size_t>(who)];
    const auto transition = next(state, step, who);
    if (!transition) return text + " = refused";
    text += " = " + std::string(name_of(transition->to));
    return transition->to == State::ended ? text + " " + std::string(name_of(transition->outcome)) : text;
}

}  // namespace

TEST_CASE("a call goes from ringing to its end by these steps, and by no others") {
    std::vector<std::string> allowed;
    std::size_t refused = 0;
    for (const State state : states)
        for (const Step step : steps)
            for (const Role who : roles) {
                const std::string told = line(state, step, who);
                if (told.ends_with("refused"))
                    ++refused;
                else
                    allowed.push_back(told);
            }
    CHECK(allowed == std::vector<std::string>{
                         "ringing + answer by receiver = answered",
                         "ringing + reject by receiver = ended rejected",
                         "ringing + hang_up by caller = ended cancelled",
                         "ringing + hang_up by receiver = ended rejected",
                         "ringing + ring_out by nobody = ended missed",
                         "ringing + lose_connection by caller = ended cancelled",
                         "answered + hang_up by caller = ended answered",
                         "answered + hang_up by receiver = ended answered",
                         "answered + lose_connection by caller = ended answered",
                         "answered + lose_connection by receiver = ended answered",
                     });
    CHECK(refused == 35);
}

TEST_CASE("what a state is called is read back as that state") {
    for (const State state : states) CHECK(state_of(name_of(state)) == state);
    CHECK(state_of("of another version") == State::ended);
}
