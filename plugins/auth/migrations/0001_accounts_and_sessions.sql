-- Times are milliseconds since 1970 UTC. Hashes are SHA-256 in base64url: no token can be read back.

CREATE TABLE auth_accounts (
    id              TEXT PRIMARY KEY,
    email           TEXT NOT NULL,  -- as it was typed
    email_key       TEXT NOT NULL,  -- in small letters, for comparison
    username        TEXT NOT NULL,
    username_key    TEXT NOT NULL,
    role            TEXT NOT NULL,
    role_changed_at BIGINT,
    role_settles_at BIGINT,         -- until then access tokens with the role before may be about
    password_hash   TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    banned_at       BIGINT
);
CREATE UNIQUE INDEX auth_accounts_email ON auth_accounts (email_key);
CREATE UNIQUE INDEX auth_accounts_username ON auth_accounts (username_key);
CREATE INDEX auth_accounts_by_age ON auth_accounts (created_at, id);
CREATE INDEX auth_accounts_role_changed ON auth_accounts (role_changed_at) WHERE role_changed_at IS NOT NULL;

-- A session outlives its account's row: until access_until its end must be known to every node.
CREATE TABLE auth_sessions (
    id           TEXT PRIMARY KEY,
    account_id   TEXT NOT NULL,
    generation   BIGINT NOT NULL,  -- of the newest refresh token
    refresh_hash TEXT NOT NULL,    -- of the newest refresh token
    created_at   BIGINT NOT NULL,
    rotated_at   BIGINT NOT NULL,  -- when the newest refresh token was made
    expires_at   BIGINT NOT NULL,
    access_until BIGINT NOT NULL,  -- when the last access token made for it ends
    ended_at     BIGINT,
    user_agent   TEXT NOT NULL,
    address      TEXT NOT NULL
);
CREATE INDEX auth_sessions_by_account ON auth_sessions (account_id);
CREATE INDEX auth_sessions_by_expiry ON auth_sessions (expires_at);
CREATE INDEX auth_sessions_ended ON auth_sessions (ended_at, access_until) WHERE ended_at IS NOT NULL;

CREATE TABLE auth_password_resets (
    account_id TEXT PRIMARY KEY,  -- the newest message counts
    token_hash TEXT NOT NULL UNIQUE,
    expires_at BIGINT NOT NULL
);

-- What all nodes share: the signing key ("signing") and the key refresh and CSRF tokens are derived with ("derivation").
CREATE TABLE auth_keys (
    purpose    TEXT PRIMARY KEY,
    material   TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
