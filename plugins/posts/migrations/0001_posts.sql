-- Times are milliseconds since 1970 UTC. A user is an id of the identity service, wherever that keeps it.

CREATE TABLE posts (
    id            TEXT PRIMARY KEY,
    author_id     TEXT NOT NULL,
    title         TEXT NOT NULL,
    slug          TEXT NOT NULL,
    body          TEXT NOT NULL,
    category      TEXT,
    tags          TEXT NOT NULL,    -- a JSON list of texts; post_tags holds them for questions
    status        TEXT NOT NULL,    -- draft, published
    published_at  BIGINT,           -- of the first time
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    version       BIGINT NOT NULL,  -- counts the edits; likes and comments are none
    like_count    BIGINT NOT NULL,
    comment_count BIGINT NOT NULL,
    attachments   TEXT NOT NULL     -- a JSON list of {id, name, contentType, size, url}
);
CREATE UNIQUE INDEX posts_slug ON posts (slug);
CREATE INDEX posts_by_time ON posts (status, published_at, id);
CREATE INDEX posts_by_category ON posts (status, category, published_at, id);
CREATE INDEX posts_by_author ON posts (author_id, status, published_at, id);
CREATE INDEX posts_by_creation ON posts (author_id, created_at, id);
CREATE INDEX posts_all_by_creation ON posts (created_at, id);

CREATE TABLE post_tags (
    post_id TEXT NOT NULL,
    tag     TEXT NOT NULL,
    PRIMARY KEY (post_id, tag)
);
CREATE INDEX post_tags_by_tag ON post_tags (tag, post_id);

CREATE TABLE post_likes (
    post_id  TEXT NOT NULL,
    user_id  TEXT NOT NULL,
    liked_at BIGINT NOT NULL,
    PRIMARY KEY (post_id, user_id)
);
CREATE INDEX post_likes_by_time ON post_likes (post_id, liked_at, user_id);
CREATE INDEX post_likes_by_user ON post_likes (user_id);

CREATE TABLE post_comments (
    id         TEXT PRIMARY KEY,
    post_id    TEXT NOT NULL,
    author_id  TEXT NOT NULL,
    body       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version    BIGINT NOT NULL
);
CREATE INDEX post_comments_by_time ON post_comments (post_id, created_at, id);
CREATE INDEX post_comments_by_author ON post_comments (author_id);
