CREATE TABLE tasks (
    id          TEXT PRIMARY KEY,
    title       TEXT NOT NULL,
    description TEXT,
    status      TEXT NOT NULL,
    priority    TEXT NOT NULL,
    due_date    BIGINT,
    created_by  TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    version     BIGINT NOT NULL
);

CREATE INDEX tasks_by_status ON tasks (created_by, status);
CREATE INDEX tasks_by_creation ON tasks (created_by, created_at);
CREATE INDEX tasks_by_priority ON tasks (created_by, priority);
CREATE INDEX tasks_by_due_date ON tasks (status, due_date);
CREATE INDEX tasks_by_time ON tasks (created_at);
