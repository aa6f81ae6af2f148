// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/describe.hpp>

#include <mortise/services/database.h>
#include <mortise/time.h>

#include "call_state.h"

namespace calls {

struct LiveCall;

inline constexpr std::string_view incoming = "incoming";
inline constexpr std::string_view outgoing = "outgoing";

/// A call that is over, as one person's history tells it.
struct CallRecord {
    std::string id;
    std::string call_id;                  // what the clients called it; of a group call the roomId
    std::string kind;                     // direct, group
    std::string call_type;                // audio, video
    std::string direction;                // incoming, outgoing
    std::optional<std::string> peer_id;   // of a direct call
    std::optional<std::string> group_id;  // of a group call
    std::string status;                   // answered, missed, rejected, cancelled
    std::optional<std::string> reason;
    mortise::Time started_at{};
    std::optional<mortise::Time> answered_at;
    mortise::Time ended_at{};
    std::int64_t duration = 0;  // seconds since it was answered
};
BOOST_DESCRIBE_STRUCT(CallRecord, (),
                      (id, call_id, kind, call_type, direction, peer_id, group_id, status, reason, started_at,
                       answered_at, ended_at, duration))

/// Writes the record into this person's history.
void log_call(mortise::Transaction& tx, std::string_view user_id, const CallRecord& record);
/// Both people's records of a call that ended so; the same but for direction and peer.
void log_call(mortise::Transaction& tx, const LiveCall& call, Outcome outcome, std::string_view reason,
              mortise::Time now);
/// Seconds from the one to the other, never below 0.
std::int64_t seconds_between(mortise::Time begin, mortise::Time end);

}  // namespace calls
