-- oldest: 1
-- What operators look at: incidents. There is one instance, which knows itself.

CREATE TABLE incidents (
    id         TEXT    NOT NULL PRIMARY KEY,
    opened_at  INTEGER NOT NULL,            -- Unix milliseconds
    version    INTEGER NOT NULL,            -- grows with every change; an older one never replaces a newer one
    body       TEXT    NOT NULL             -- the incident as JSON, as the API shows it
) STRICT;

CREATE INDEX incidents_newest ON incidents (opened_at, id);
