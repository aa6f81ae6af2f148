// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/describe.hpp>

#include <mortise/json.h>
#include <mortise/rules.h>
#include <mortise/time.h>

// What the events of a direct call carry; a call's id is the clients' own.
namespace calls {

/// The acknowledgement of an event that has nothing else to tell. Others begin with the same member.
struct Done {
    bool ok = true;
};
BOOST_DESCRIBE_STRUCT(Done, (), (ok))

// From clients

/// The rules of an id that clients choose for a call or a room.
inline mortise::Rules& describe_call_id(mortise::Rules& rules) {
    return rules.length(1, 128);
}

/// call:initiate.
struct NewCall {
    std::optional<std::string> call_id;  // absent: the server makes one
    std::string receiver_id;
    std::string call_type = "audio";
    std::optional<mortise::Json> caller_info;  // shown where it rings
};
BOOST_DESCRIBE_STRUCT(NewCall, (), (call_id, receiver_id, call_type, caller_info))

/// call:answer.
struct Pickup {
    std::string call_id;
    std::optional<mortise::Json> answer;  // passed on
};
BOOST_DESCRIBE_STRUCT(Pickup, (), (call_id, answer))

/// call:reject and call:end.
struct Ending {
    std::string call_id;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(Ending, (), (call_id, reason))

/// call:mute-status.
struct MuteState {
    std::string call_id;
    bool is_muted = false;
};
BOOST_DESCRIBE_STRUCT(MuteState, (), (call_id, is_muted))

/// call:resume.
struct CallName {
    std::string call_id;
};
BOOST_DESCRIBE_STRUCT(CallName, (), (call_id))

// To clients

/// The acknowledgement of call:initiate.
struct Initiated {
    bool ok = true;
    std::string call_id;
    std::string receiver_id;
    bool is_receiver_online = false;
    mortise::Time ring_ends_at{};
};
BOOST_DESCRIBE_STRUCT(Initiated, (), (ok, call_id, receiver_id, is_receiver_online, ring_ends_at))

/// call:ringing.
struct Ringing {
    std::string call_id;
    std::string receiver_id;
    mortise::Time ring_ends_at{};
};
BOOST_DESCRIBE_STRUCT(Ringing, (), (call_id, receiver_id, ring_ends_at))

/// call:incoming.
struct Incoming {
    std::string call_id;
    std::string caller_id;
    mortise::Json caller_info;
    std::string call_type;
    mortise::Time ring_ends_at{};
};
BOOST_DESCRIBE_STRUCT(Incoming, (), (call_id, caller_id, caller_info, call_type, ring_ends_at))

/// call:answered.
struct Answered {
    std::string call_id;
    std::string receiver_id;
    mortise::Json answer;
};
BOOST_DESCRIBE_STRUCT(Answered, (), (call_id, receiver_id, answer))

/// call:rejected.
struct Rejected {
    std::string call_id;
    std::string reason;
    std::string receiver_id;
};
BOOST_DESCRIBE_STRUCT(Rejected, (), (call_id, reason, receiver_id))

/// call:ended.
struct Ended {
    std::string call_id;
    std::string reason;
    std::int64_t duration = 0;  // seconds since it was answered
};
BOOST_DESCRIBE_STRUCT(Ended, (), (call_id, reason, duration))

/// call:missed.
struct Missed {
    std::string call_id;
    std::string caller_id;
    mortise::Json caller_info;
    std::string call_type;
    mortise::Time at{};  // when it began to ring
};
BOOST_DESCRIBE_STRUCT(Missed, (), (call_id, caller_id, caller_info, call_type, at))

/// call:failed.
struct Failed {
    std::string call_id;
    std::string reason;
    std::optional<std::string> winner;  // of two calls at once: the one that stands
};
BOOST_DESCRIBE_STRUCT(Failed, (), (call_id, reason, winner))

/// call:mute-status, as the other one hears it.
struct MuteNews {
    std::string call_id;
    std::string user_id;
    bool is_muted = false;
};
BOOST_DESCRIBE_STRUCT(MuteNews, (), (call_id, user_id, is_muted))

/// call:peer-away: who has lost their connection, and until when they may come back.
struct PeerAway {
    std::string call_id;
    std::string user_id;
    mortise::Time until{};
};
BOOST_DESCRIBE_STRUCT(PeerAway, (), (call_id, user_id, until))

/// call:peer-back.
struct PeerBack {
    std::string call_id;
    std::string user_id;
};
BOOST_DESCRIBE_STRUCT(PeerBack, (), (call_id, user_id))

/// call:resume, to a device that is back in its call; also the acknowledgement of asking for it.
struct Resumed {
    bool ok = true;
    std::string call_id;
    std::string call_type;
    std::string state;  // ringing, answered
    std::string role;   // caller, receiver
    std::string peer_id;
    mortise::Json caller_info;
    mortise::Time started_at{};
    std::optional<mortise::Time> answered_at;
    bool is_muted = false;
    bool peer_is_muted = false;
    bool is_peer_away = false;
};
BOOST_DESCRIBE_STRUCT(Resumed, (),
                      (ok, call_id, call_type, state, role, peer_id, caller_info, started_at, answered_at,
                       is_muted, peer_is_muted, is_peer_away))

}  // namespace calls
