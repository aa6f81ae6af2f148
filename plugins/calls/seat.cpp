// SPDX-License-Identifier: Apache-2.0
#include "seat.h"

#include <mortise/socket.h>

namespace calls {

using mortise::Reader;
using mortise::Transaction;

namespace {

std::string select_seats(std::string_view condition) {
    return "SELECT " + std::string(seat_columns) + " FROM calls_seats s WHERE " + std::string(condition) +
           " ORDER BY s.joined_at, s.user_id";
}

}  // namespace

bool Seat::is_held_by(const mortise::Socket& socket) const {
    return is_held() && socket_id == socket.id();
}

std::vector<Seat> seats_of_person(Reader& reader, std::string_view user_id) {
    static const std::string sql = select_seats("s.user_id = ?");
    return reader.query_as<Seat>(sql, user_id);
}

std::vector<Seat> seats_of_socket(Reader& reader, std::string_view socket_id) {
    static const std::string sql = select_seats("s.socket_id = ? AND s.away_since IS NULL");
    return reader.query_as<Seat>(sql, socket_id);
}

std::vector<Seat> seats_of_node(Reader& reader, std::string_view node_id) {
    static const std::string sql = select_seats("s.node_id = ?");
    return reader.query_as<Seat>(sql, node_id);
}

void lock_person(Transaction& tx, std::string_view user_id) {
    tx.lock("calls:person:" + std::string(user_id));
}

void insert_seat(Transaction& tx, const Seat& seat) {
    tx.execute(
        "INSERT INTO calls_seats (call_id, user_id, session_id, socket_id, node_id, joined_at, info, tracks, "
        "is_muted) "
        "VALUES (?, ?, ?, ?, ?, ?, '', '', ?)",
        seat.call_id, seat.user_id, seat.session_id, seat.socket_id, seat.node_id, seat.joined_at,
        seat.is_muted);
}

void store_device(Transaction& tx, const Seat& seat) {
    tx.execute(
        "UPDATE calls_seats SET session_id = ?, socket_id = ?, node_id = ?, away_since = NULL "
        "WHERE call_id = ? AND user_id = ?",
        seat.session_id, seat.socket_id, seat.node_id, seat.call_id, seat.user_id);
}

bool store_absence(Transaction& tx, const Seat& seat, mortise::Time now) {
    return tx.execute(
               "UPDATE calls_seats SET away_since = ? WHERE call_id = ? AND user_id = ? AND socket_id = ? "
               "AND away_since IS NULL",
               now, seat.call_id, seat.user_id, seat.socket_id) > 0;
}

bool store_return(Transaction& tx, const Seat& seat) {
    return tx.execute(
               "UPDATE calls_seats SET away_since = NULL WHERE call_id = ? AND user_id = ? AND socket_id = ? "
               "AND away_since IS NOT NULL",
               seat.call_id, seat.user_id, seat.socket_id) > 0;
}

void store_mute(Transaction& tx, const Seat& seat) {
    tx.execute("UPDATE calls_seats SET is_muted = ? WHERE call_id = ? AND user_id = ?", seat.is_muted,
               seat.call_id, seat.user_id);
}

void remove_seat(Transaction& tx, std::string_view call_id, std::string_view user_id) {
    tx.execute("DELETE FROM calls_seats WHERE call_id = ? AND user_id = ?", call_id, user_id);
}

}  // namespace calls
