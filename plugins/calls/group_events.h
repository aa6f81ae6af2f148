// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include <mortise/json.h>
#include <mortise/time.h>

// What the events of a group call carry; a room's id is the clients' own.
namespace calls {

// From clients

/// groupcall:join.
struct Entry {
    std::string room_id;
    std::string group_id;
    std::string call_type = "audio";
    std::optional<mortise::Json> user_info;  // shown to the others
};
BOOST_DESCRIBE_STRUCT(Entry, (), (room_id, group_id, call_type, user_info))

/// groupcall:leave and groupcall:screen-share-stop.
struct RoomName {
    std::string room_id;
};
BOOST_DESCRIBE_STRUCT(RoomName, (), (room_id))

/// groupcall:update-tracks.
struct Tracks {
    std::string room_id;
    mortise::Json tracks;
};
BOOST_DESCRIBE_STRUCT(Tracks, (), (room_id, tracks))

/// groupcall:screen-share-start.
struct Screen {
    std::string room_id;
    std::string track_id;
};
BOOST_DESCRIBE_STRUCT(Screen, (), (room_id, track_id))

// To clients

/// Somebody who is in a group call.
struct Participant {
    std::string user_id;
    mortise::Json user_info;
    mortise::Json tracks;
    std::optional<std::string> screen_track;  // absent: they share no screen
    bool is_away = false;                     // their connection is lost, and they may come back
    mortise::Time joined_at{};
};
BOOST_DESCRIBE_STRUCT(Participant, (), (user_id, user_info, tracks, screen_track, is_away, joined_at))

struct RoomState {
    std::int64_t total_participants = 0;  // oneself among them
    std::string call_type;
    mortise::Time started_at{};
};
BOOST_DESCRIBE_STRUCT(RoomState, (), (total_participants, call_type, started_at))

/// groupcall:joined and groupcall:resume; also the acknowledgement of joining.
struct Joined {
    bool ok = true;
    std::string room_id;
    std::string group_id;
    std::vector<Participant> participants;  // the others
    std::string call_type;
    RoomState room_state;
};
BOOST_DESCRIBE_STRUCT(Joined, (), (ok, room_id, group_id, participants, call_type, room_state))

/// groupcall:participant-joined.
struct ParticipantJoined {
    std::string room_id;
    Participant participant;
};
BOOST_DESCRIBE_STRUCT(ParticipantJoined, (), (room_id, participant))

/// groupcall:invitation, to the members of a group in which a call begins.
struct Invitation {
    std::string room_id;
    std::string group_id;
    std::string call_type;
    mortise::Json caller_info;
    std::string group_name;
};
BOOST_DESCRIBE_STRUCT(Invitation, (), (room_id, group_id, call_type, caller_info, group_name))

/// groupcall:participant-left, -back and groupcall:screen-share-stopped: who.
struct RoomPerson {
    std::string room_id;
    std::string user_id;
};
BOOST_DESCRIBE_STRUCT(RoomPerson, (), (room_id, user_id))

/// groupcall:participant-away: who has lost their connection, and until when they may come back.
struct ParticipantAway {
    std::string room_id;
    std::string user_id;
    mortise::Time until{};
};
BOOST_DESCRIBE_STRUCT(ParticipantAway, (), (room_id, user_id, until))

/// groupcall:tracks-updated.
struct TracksNews {
    std::string room_id;
    std::string user_id;
    mortise::Json tracks;
};
BOOST_DESCRIBE_STRUCT(TracksNews, (), (room_id, user_id, tracks))

/// groupcall:screen-share-started.
struct ScreenNews {
    std::string room_id;
    std::string user_id;
    std::string track_id;
};
BOOST_DESCRIBE_STRUCT(ScreenNews, (), (room_id, user_id, track_id))

/// groupcall:error.
struct RoomFailure {
    std::string room_id;
    std::string error;
};
BOOST_DESCRIBE_STRUCT(RoomFailure, (), (room_id, error))

}  // namespace calls
