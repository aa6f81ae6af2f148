CREATE TABLE profiles (
    user_id      TEXT PRIMARY KEY,
    display_name TEXT,
    bio          TEXT,
    updated_at   BIGINT NOT NULL
);

CREATE TABLE avatars (
    user_id      TEXT PRIMARY KEY,
    content_type TEXT NOT NULL,
    picture      BYTEA NOT NULL,
    version      BIGINT NOT NULL
);
