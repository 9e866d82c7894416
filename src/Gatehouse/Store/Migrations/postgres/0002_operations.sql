-- oldest: 1
-- What operators look at: incidents, and the instances that are or were alive. A build that knows nothing of them works without.

CREATE TABLE incidents (
    id         text COLLATE "C" NOT NULL PRIMARY KEY,
    opened_at  bigint  NOT NULL,            -- Unix milliseconds
    version    bigint  NOT NULL,            -- grows with every change; an older one never replaces a newer one
    body       text    NOT NULL             -- the incident as JSON, as the API shows it
);

CREATE INDEX incidents_newest ON incidents (opened_at, id);

CREATE TABLE instances (
    id         text COLLATE "C" NOT NULL PRIMARY KEY,
    revision   text    NOT NULL,
    started_at bigint  NOT NULL,            -- Unix milliseconds, by the instance
    seen_at    timestamptz NOT NULL,        -- by the clock of the database
    body       text    NOT NULL             -- what it says of itself, as JSON
);

CREATE INDEX instances_seen ON instances (seen_at);
