-- Times are milliseconds since 1970 UTC. A user is an id of the identity service, wherever that keeps it.

CREATE TABLE chat_conversations (
    id         TEXT PRIMARY KEY,
    type       TEXT NOT NULL,    -- direct, group
    first_id   TEXT,             -- of a direct conversation: its two people, the smaller id first
    second_id  TEXT,
    title      TEXT,             -- of a group
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    active_at  BIGINT NOT NULL,  -- of the last message
    last_seq   BIGINT NOT NULL
);
CREATE UNIQUE INDEX chat_conversations_pair ON chat_conversations (first_id, second_id);

CREATE TABLE chat_members (
    chat_id       TEXT NOT NULL,
    user_id       TEXT NOT NULL,
    role          TEXT NOT NULL,    -- admin, member
    joined_at     BIGINT NOT NULL,
    visible_after BIGINT NOT NULL,  -- sees messages with a larger seq
    delivered_seq BIGINT NOT NULL,  -- has received everything up to here
    read_seq      BIGINT NOT NULL,
    PRIMARY KEY (chat_id, user_id)
);
CREATE INDEX chat_members_by_user ON chat_members (user_id, chat_id);

CREATE TABLE chat_messages (
    chat_id     TEXT NOT NULL,
    seq         BIGINT NOT NULL,  -- 1..N without gaps
    id          TEXT NOT NULL,
    sender_id   TEXT NOT NULL,
    client_id   TEXT,
    text        TEXT NOT NULL,
    reply_to    TEXT,
    attachments TEXT,             -- a JSON list; absent when there are none
    created_at  BIGINT NOT NULL,
    edited_at   BIGINT,
    deleted_at  BIGINT,           -- for everyone: the text is gone, the row keeps its seq
    PRIMARY KEY (chat_id, seq)
);
CREATE UNIQUE INDEX chat_messages_id ON chat_messages (id);
CREATE UNIQUE INDEX chat_messages_client ON chat_messages (chat_id, sender_id, client_id);

CREATE TABLE chat_reactions (
    chat_id    TEXT NOT NULL,
    seq        BIGINT NOT NULL,
    user_id    TEXT NOT NULL,
    emoji      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, seq, user_id, emoji)
);

-- Messages somebody deleted for themselves only.
CREATE TABLE chat_hidden (
    user_id TEXT NOT NULL,
    chat_id TEXT NOT NULL,
    seq     BIGINT NOT NULL,
    PRIMARY KEY (user_id, chat_id, seq)
);

CREATE TABLE chat_blocks (
    user_id    TEXT NOT NULL,
    blocked_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, blocked_id)
);
CREATE INDEX chat_blocks_by_blocked ON chat_blocks (blocked_id);
