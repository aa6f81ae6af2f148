// SPDX-License-Identifier: Apache-2.0
#include "room.h"

#include <algorithm>
#include <utility>

#include "live_call.h"

namespace calls {

using mortise::Database;
using mortise::Reader;
using mortise::Transaction;

namespace {

// A row for each seat, the room's own columns in all.
std::string select_rooms(std::string_view from, std::string_view condition = {}) {
    return "SELECT c.id, c.name, c.group_id, c.call_type, c.caller_id, c.started_at, " +
           std::string(seat_columns) + std::string(from) + " AND c.kind = 'group'" + std::string(condition) +
           " ORDER BY c.id, s.joined_at, s.user_id";
}

const std::string by_name = select_rooms(from_calls, " AND c.group_id = ? AND c.name = ?");
const std::string by_id = select_rooms(from_calls, " AND c.id = ?");
const std::string by_person = select_rooms(from_calls_of_person);
const std::string by_own_name = select_rooms(from_calls_of_person, " AND c.name = ?2");
const std::string by_own_name_of_two =
    select_rooms(from_calls_of_person, " AND c.name = ?2 AND s.user_id IN (?1, ?3)");

std::vector<Room> read_rooms(const mortise::Rows& rows) {
    std::vector<Room> rooms;
    for (const mortise::Row& row : rows) {
        if (rooms.empty() || rooms.back().id != row.text("id")) {
            Room& room = rooms.emplace_back();
            room.id = row.text("id");
            room.name = row.text("name");
            room.group_id = row.text("group_id");
            room.call_type = row.text("call_type");
            room.caller_id = row.text("caller_id");
            room.started_at = row.time("started_at");
        }
        rooms.back().seats.push_back(row.as<Seat>());
    }
    return rooms;
}

std::optional<Room> only(std::vector<Room> rooms) {
    if (rooms.empty()) return std::nullopt;
    return std::move(rooms.front());
}

}  // namespace

const Seat* Room::seat_of(std::string_view user_id) const {
    const auto found =
        std::find_if(seats.begin(), seats.end(), [&](const Seat& seat) { return seat.user_id == user_id; });
    return found == seats.end() ? nullptr : &*found;
}

Seat* Room::seat_of(std::string_view user_id) {
    return const_cast<Seat*>(std::as_const(*this).seat_of(user_id));
}

void lock_room(Transaction& tx, std::string_view group_id, std::string_view name) {
    tx.lock("calls:room:" + std::string(group_id) + ':' + std::string(name));
}

std::optional<Room> find_room(Reader& reader, std::string_view group_id, std::string_view name) {
    return only(read_rooms(reader.rows(by_name, group_id, name)));
}

std::optional<Room> find_room_by_id(Reader& reader, std::string_view id) {
    return only(read_rooms(reader.rows(by_id, id)));
}

std::optional<Room> find_room_by_id(Database& database, std::string_view id) {
    return only(read_rooms(database.query(by_id, id)));
}

std::optional<Room> find_room_of(Database& database, std::string_view name, std::string_view user_id) {
    return only(read_rooms(database.query(by_own_name, user_id, name)));
}

std::optional<Room> find_room_of(Database& database, std::string_view name, std::string_view user_id,
                                 std::string_view other_id) {
    return only(read_rooms(database.query(by_own_name_of_two, user_id, name, other_id)));
}

std::vector<Room> rooms_of(Reader& reader, std::string_view user_id) {
    return read_rooms(reader.rows(by_person, user_id));
}

std::vector<Room> rooms_of(Database& database, std::string_view user_id) {
    return read_rooms(database.query(by_person, user_id));
}

void insert_room(Transaction& tx, const Room& room, std::string_view caller_info) {
    tx.execute(
        "INSERT INTO calls_live (id, kind, group_id, name, call_type, state, caller_id, receiver_id, "
        "caller_info, was_delivered, started_at, answered_at) "
        "VALUES (?1, 'group', ?2, ?3, ?4, 'answered', ?5, '', ?6, ?7, ?8, ?8)",
        room.id, room.group_id, room.name, room.call_type, room.caller_id, caller_info, true,
        room.started_at);
}

void remove_if_empty(Transaction& tx, std::string_view id) {
    tx.execute(
        "DELETE FROM calls_live WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM calls_seats WHERE call_id = ?1)",
        id);
}

void store_appearance(Transaction& tx, const Seat& seat, const Appearance& appearance) {
    tx.execute(
        "UPDATE calls_seats SET info = ?, tracks = ?, screen_track = NULL WHERE call_id = ? AND user_id = ?",
        appearance.info, appearance.tracks, seat.call_id, seat.user_id);
}

}  // namespace calls
