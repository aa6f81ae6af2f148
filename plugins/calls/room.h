// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/audience.h>
#include <mortise/services/database.h>
#include <mortise/time.h>

#include "seat.h"

namespace mortise {
class Space;
}

namespace calls {

/// A call of a group while somebody is in it. Who is in it has a seat.
struct Room {
    std::string id;    ///< ours
    std::string name;  ///< roomId, as the clients call it; two groups may use the same
    std::string group_id;
    std::string call_type;
    std::string caller_id;  ///< who began it
    mortise::Time started_at{};
    std::vector<Seat> seats;  ///< those who joined first before the others; of a narrow question some of them

    /// Null for somebody who is not in the call.
    const Seat* seat_of(std::string_view user_id) const;
    Seat* seat_of(std::string_view user_id);
};

/// What somebody in a group call says of themselves, as JSON.
struct Appearance {
    std::string info;
    std::string tracks;
};

/// Waits for other writes that change who is in this room.
void lock_room(mortise::Transaction& tx, std::string_view group_id, std::string_view name);

std::optional<Room> find_room(mortise::Reader& reader, std::string_view group_id, std::string_view name);
std::optional<Room> find_room_by_id(mortise::Reader& reader, std::string_view id);
std::optional<Room> find_room_by_id(mortise::Database& database, std::string_view id);
/// The one of this name in which this person has a seat.
std::optional<Room> find_room_of(mortise::Database& database, std::string_view name,
                                 std::string_view user_id);
/// The same, with no seats but theirs and the other one's.
std::optional<Room> find_room_of(mortise::Database& database, std::string_view name, std::string_view user_id,
                                 std::string_view other_id);
/// All those in which this person has a seat.
std::vector<Room> rooms_of(mortise::Reader& reader, std::string_view user_id);
std::vector<Room> rooms_of(mortise::Database& database, std::string_view user_id);

void insert_room(mortise::Transaction& tx, const Room& room, std::string_view caller_info);
/// Removes the room if nobody has a seat in it any more.
void remove_if_empty(mortise::Transaction& tx, std::string_view id);
/// Of a seat that is there.
void store_appearance(mortise::Transaction& tx, const Seat& seat, const Appearance& appearance);

}  // namespace calls
