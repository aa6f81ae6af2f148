-- Times are milliseconds since 1970 UTC. A user is an id of the identity service, wherever that keeps it.

CREATE TABLE uploads (
    id           TEXT PRIMARY KEY,
    owner_id     TEXT NOT NULL,
    name         TEXT NOT NULL,    -- to be shown; never a path
    content_type TEXT NOT NULL,    -- found in the bytes
    size         BIGINT NOT NULL,
    sha256       TEXT NOT NULL,
    visibility   TEXT NOT NULL,    -- private, public
    stored_as    TEXT NOT NULL,    -- the file's random name on disk
    created_at   BIGINT NOT NULL,
    version      BIGINT NOT NULL   -- counts the changes of who may see it
);
CREATE INDEX uploads_by_owner ON uploads (owner_id, created_at, id);
CREATE UNIQUE INDEX uploads_stored_as ON uploads (stored_as);

CREATE TABLE upload_shares (
    upload_id TEXT NOT NULL,
    user_id   TEXT NOT NULL,
    shared_at BIGINT NOT NULL,
    PRIMARY KEY (upload_id, user_id)
);
CREATE INDEX upload_shares_by_user ON upload_shares (user_id, shared_at, upload_id);
