-- Times are milliseconds since 1970 UTC. A user is an id of the identity service, wherever that keeps it.

-- Calls that ring or go on.
CREATE TABLE calls_live (
    id            TEXT PRIMARY KEY,
    kind          TEXT NOT NULL,     -- direct, group
    group_id      TEXT NOT NULL,     -- of a group call; empty for a direct one
    name          TEXT NOT NULL,     -- what clients call it: callId, roomId
    call_type     TEXT NOT NULL,     -- audio, video
    state         TEXT NOT NULL,     -- ringing, answered
    caller_id     TEXT NOT NULL,     -- who began it
    receiver_id   TEXT NOT NULL,     -- empty for a group call
    caller_info   TEXT NOT NULL,     -- a JSON object, for those it rings at
    was_delivered BOOLEAN NOT NULL,  -- it has rung on a device
    started_at    BIGINT NOT NULL,
    answered_at   BIGINT
);
CREATE UNIQUE INDEX calls_live_name ON calls_live (kind, group_id, name);

-- A person's place in a call, and the one device that holds it.
CREATE TABLE calls_seats (
    call_id      TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    session_id   TEXT NOT NULL,
    socket_id    TEXT NOT NULL,     -- empty: no device
    node_id      TEXT NOT NULL,     -- where the socket is
    away_since   BIGINT,            -- the device is gone and may come back
    joined_at    BIGINT NOT NULL,
    info         TEXT NOT NULL,     -- JSON, as the client sent it: of a group call
    tracks       TEXT NOT NULL,     -- likewise
    screen_track TEXT,              -- likewise; absent: no screen is shared
    is_muted     BOOLEAN NOT NULL,
    PRIMARY KEY (call_id, user_id)
);
CREATE INDEX calls_seats_by_user ON calls_seats (user_id);
CREATE INDEX calls_seats_by_socket ON calls_seats (socket_id);
CREATE INDEX calls_seats_by_node ON calls_seats (node_id);

-- What somebody was not there to hear; told when they connect, then gone.
CREATE TABLE calls_notices (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL,
    session_id TEXT,           -- for this session only
    event      TEXT NOT NULL,
    payload    TEXT NOT NULL,  -- JSON
    created_at BIGINT NOT NULL
);
CREATE INDEX calls_notices_by_user ON calls_notices (user_id);
CREATE INDEX calls_notices_by_age ON calls_notices (created_at);

-- Calls that are over: a row for each person who was in it.
CREATE TABLE calls_log (
    id          TEXT PRIMARY KEY,
    user_id     TEXT NOT NULL,
    call_id     TEXT NOT NULL,    -- what clients called it
    kind        TEXT NOT NULL,
    call_type   TEXT NOT NULL,
    direction   TEXT NOT NULL,    -- incoming, outgoing
    peer_id     TEXT,             -- the other one of a direct call
    group_id    TEXT,             -- of a group call
    status      TEXT NOT NULL,    -- answered, missed, rejected, cancelled
    reason      TEXT,
    started_at  BIGINT NOT NULL,
    answered_at BIGINT,
    ended_at    BIGINT NOT NULL,
    duration    BIGINT NOT NULL   -- seconds since it was answered
);
CREATE INDEX calls_log_by_user ON calls_log (user_id, started_at, id);
