-- What waits, runs and has ended; see core/service/job_table.h.
CREATE TABLE mortise_jobs (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT NOT NULL,
    attempt BIGINT NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL DEFAULT 0,
    unique_key TEXT,
    lease_until BIGINT,
    error TEXT,
    created BIGINT NOT NULL,
    finished BIGINT
);
CREATE INDEX mortise_jobs_due ON mortise_jobs (state, due);
CREATE UNIQUE INDEX mortise_jobs_unique ON mortise_jobs (name, unique_key)
    WHERE unique_key IS NOT NULL AND state IN ('waiting', 'running');
CREATE TABLE mortise_schedules (
    name TEXT PRIMARY KEY,
    rule TEXT NOT NULL,
    due BIGINT NOT NULL
);
