// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/services/database.h>
#include <mortise/time.h>

namespace mortise {
class Socket;
}

namespace calls {

/// A person's place in a call, and the device that holds it.
struct Seat {
    std::string call_id;  ///< ours, not the clients'
    std::string user_id;
    std::string session_id;
    std::string socket_id;  ///< of the device that holds it, or held it and is away; empty: it rings
    std::string node_id;    ///< where that socket is
    std::optional<mortise::Time> away_since;
    mortise::Time joined_at{};
    bool is_muted = false;

    bool is_away() const { return away_since.has_value(); }
    /// A device is there.
    bool is_held() const { return !socket_id.empty() && !is_away(); }
    bool is_held_by(const mortise::Socket& socket) const;
};
BOOST_DESCRIBE_STRUCT(Seat, (),
                      (call_id, user_id, session_id, socket_id, node_id, away_since, joined_at, is_muted))

/// What a SELECT of seats `s` has to name.
inline constexpr std::string_view seat_columns =
    "s.call_id, s.user_id, s.session_id, s.socket_id, s.node_id, s.away_since, s.joined_at, s.is_muted";

/// The middle of a SELECT of calls `c` with their seats `s`; conditions follow.
inline constexpr std::string_view from_calls =
    " FROM calls_live c CROSS JOIN calls_seats s WHERE s.call_id = c.id";
/// The same of the calls in which person ?1 has a seat. From that seat on, which CROSS JOIN makes SQLite do:
/// it would rather walk all the calls there are.
inline constexpr std::string_view from_calls_of_person =
    " FROM calls_seats own CROSS JOIN calls_live c CROSS JOIN calls_seats s "
    "WHERE own.user_id = ?1 AND c.id = own.call_id AND s.call_id = c.id";

std::vector<Seat> seats_of_person(mortise::Reader& reader, std::string_view user_id);
/// Those this socket holds.
std::vector<Seat> seats_of_socket(mortise::Reader& reader, std::string_view socket_id);
/// Those of devices connected to this node, away or not.
std::vector<Seat> seats_of_node(mortise::Reader& reader, std::string_view node_id);

/// Waits for other writes that bring this person into a call.
void lock_person(mortise::Transaction& tx, std::string_view user_id);

void insert_seat(mortise::Transaction& tx, const Seat& seat);
/// Puts a device on a seat that is there. Whoever may do so the caller has decided.
void store_device(mortise::Transaction& tx, const Seat& seat);
/// The device is gone. False when it holds the seat no more; then nothing changes.
bool store_absence(mortise::Transaction& tx, const Seat& seat, mortise::Time now);
/// The device was there all the time. False when the seat is somebody else's by now, or gone.
bool store_return(mortise::Transaction& tx, const Seat& seat);
void store_mute(mortise::Transaction& tx, const Seat& seat);
void remove_seat(mortise::Transaction& tx, std::string_view call_id, std::string_view user_id);

}  // namespace calls
