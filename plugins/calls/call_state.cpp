// SPDX-License-Identifier: Apache-2.0
#include "call_state.h"

#include <array>

namespace calls {

namespace {

struct Rule {
    State from;
    Step step;
    Role who;
    Transition transition;
};

constexpr std::array rules{
    Rule{State::ringing, Step::answer, Role::receiver, {State::answered, Outcome::answered}},
    Rule{State::ringing, Step::reject, Role::receiver, {State::ended, Outcome::rejected}},
    Rule{State::ringing, Step::hang_up, Role::caller, {State::ended, Outcome::cancelled}},
    Rule{State::ringing, Step::hang_up, Role::receiver, {State::ended, Outcome::rejected}},
    Rule{State::ringing, Step::ring_out, Role::nobody, {State::ended, Outcome::missed}},
    Rule{State::ringing, Step::lose_connection, Role::caller, {State::ended, Outcome::cancelled}},
    Rule{State::answered, Step::hang_up, Role::caller, {State::ended, Outcome::answered}},
    Rule{State::answered, Step::hang_up, Role::receiver, {State::ended, Outcome::answered}},
    Rule{State::answered, Step::lose_connection, Role::caller, {State::ended, Outcome::answered}},
    Rule{State::answered, Step::lose_connection, Role::receiver, {State::ended, Outcome::answered}},
};

constexpr std::array<std::string_view, 3> states{"ringing", "answered", "ended"};
constexpr std::array<std::string_view, 4> outcomes{"answered", "missed", "rejected", "cancelled"};

}  // namespace

std::optional<Transition> next(State from, Step step, Role who) noexcept {
    for (const Rule& rule : rules)
        if (rule.from == from && rule.step == step && rule.who == who) return rule.transition;
    return std::nullopt;
}

std::string_view name_of(State state) noexcept {
    return states[static_cast<std::size_t>(state)];
}

State state_of(std::string_view name) noexcept {
    if (name == name_of(State::ringing)) return State::ringing;
    return name == name_of(State::answered) ? State::answered : State::ended;
}

std::string_view name_of(Outcome outcome) noexcept {
    return outcomes[static_cast<std::size_t>(outcome)];
}

}  // namespace calls
