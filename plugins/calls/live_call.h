// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mortise/services/database.h>

#include "call_state.h"
#include "seat.h"

namespace calls {

/// What tells the two kinds of call apart, in the tables and in history.
inline constexpr std::string_view direct_kind = "direct";
inline constexpr std::string_view group_kind = "group";

inline constexpr std::string_view audio = "audio";
inline constexpr std::string_view video = "video";

/// A call of two people while it rings or goes on, with the places of both.
struct LiveCall {
    std::string id;    ///< ours
    std::string name;  ///< callId, as the clients call it
    std::string call_type;
    State state = State::ringing;
    std::string caller_info;  ///< JSON
    bool was_delivered = false;
    mortise::Time started_at{};
    std::optional<mortise::Time> answered_at;
    Seat caller, receiver;

    /// Who this person is in the call; nobody for a stranger.
    Role role_of(std::string_view user_id) const;
    const Seat& seat_of(Role role) const { return role == Role::caller ? caller : receiver; }
    Seat& seat_of(Role role) { return role == Role::caller ? caller : receiver; }
    const Seat& other_than(Role role) const { return role == Role::caller ? receiver : caller; }
};

/// Waits for other writes that change the call of this name.
void lock_call(mortise::Transaction& tx, std::string_view name);
/// The call that clients call so; empty when there is none. The name says nothing about who may see it.
std::optional<LiveCall> find_call(mortise::Reader& reader, std::string_view name);
/// The same for somebody who is in it, and nobody else changes it until this write is over; refused for
/// everybody else.
LiveCall require_call(mortise::Transaction& tx, std::string_view name, std::string_view user_id);
/// The same outside a write: as it is at this moment.
LiveCall require_call(mortise::Database& database, std::string_view name, std::string_view user_id);
/// By our id.
std::optional<LiveCall> find_call_by_id(mortise::Reader& reader, std::string_view id);
/// The one this person is in; there is one at most.
std::optional<LiveCall> find_call_of(mortise::Reader& reader, std::string_view user_id);
std::optional<LiveCall> find_call_of(mortise::Database& database, std::string_view user_id);

/// False when another call has this name; then nothing is stored.
bool insert_call(mortise::Transaction& tx, const LiveCall& call);
void store_answer(mortise::Transaction& tx, const LiveCall& call);
/// It has rung on a device of the receiver.
void store_delivery(mortise::Transaction& tx, std::string_view id);
/// Removes the call and both seats.
void remove_call(mortise::Transaction& tx, std::string_view id);

}  // namespace calls
