// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace calls {

/// Where a call of two people stands.
enum class State { ringing, answered, ended };

/// What may happen to it.
enum class Step {
    answer,           ///< picked up
    reject,           ///< declined
    hang_up,          ///< ended by one of the two, before or after it was answered
    ring_out,         ///< nobody picked up in time
    lose_connection,  ///< one of the two did not come back in time
};

/// Whose step it is: for lose_connection who is gone, for ring_out nobody.
enum class Role { caller, receiver, nobody };

/// How a call ended, as history tells it.
enum class Outcome { answered, missed, rejected, cancelled };

struct Transition {
    State to;
    Outcome outcome;  ///< of a call that has ended
};

/// What a step makes of a call; empty when it is not allowed there. The only place that knows.
std::optional<Transition> next(State from, Step step, Role who) noexcept;

/// "ringing", "answered", "ended".
std::string_view name_of(State state) noexcept;
/// Reads what name_of() wrote; anything else is State::ended.
State state_of(std::string_view name) noexcept;
/// "answered", "missed", "rejected", "cancelled".
std::string_view name_of(Outcome outcome) noexcept;

}  // namespace calls
