-- Times are Unix milliseconds. A position is (seq, digest); the digest's 64 bits are kept as a signed integer.

CREATE TABLE threads (
    id           TEXT    NOT NULL PRIMARY KEY,
    owner        TEXT,                          -- null: released
    generation   INTEGER NOT NULL DEFAULT 0,
    seq          INTEGER NOT NULL DEFAULT 0,
    digest       INTEGER NOT NULL DEFAULT 0,
    next_ordinal INTEGER NOT NULL DEFAULT 0,    -- of the thread's next run
    title        TEXT    NOT NULL,
    selftest     INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX threads_newest ON threads (updated_at, id) WHERE selftest = 0;

CREATE TABLE agent_executions (
    id                TEXT    NOT NULL PRIMARY KEY,
    thread_id         TEXT    NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
    ordinal           INTEGER NOT NULL,
    agent             TEXT    NOT NULL,
    state             TEXT    NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'closing', 'closed')),
    message_id        TEXT,                     -- of the user's message; null if the run answers an interrupt
    answers_interrupt TEXT REFERENCES interrupts (id),
    accepted_seq      INTEGER NOT NULL,
    accepted_digest   INTEGER NOT NULL,
    cancel_requested  INTEGER NOT NULL DEFAULT 0,
    steps             INTEGER NOT NULL DEFAULT 0,
    input_tokens      INTEGER NOT NULL DEFAULT 0,
    output_tokens     INTEGER NOT NULL DEFAULT 0,
    outcome           TEXT CHECK (outcome IN ('finished', 'failed', 'cancelled', 'interrupted')),
    terminal          BLOB,                     -- the terminal event, as it is in the log
    created_at        INTEGER NOT NULL,
    started_at        INTEGER,
    closed_at         INTEGER
) STRICT;

CREATE UNIQUE INDEX agent_executions_ordinal   ON agent_executions (thread_id, ordinal);
CREATE UNIQUE INDEX agent_executions_message   ON agent_executions (thread_id, message_id) WHERE message_id IS NOT NULL;
CREATE UNIQUE INDEX agent_executions_interrupt ON agent_executions (answers_interrupt) WHERE answers_interrupt IS NOT NULL;
CREATE INDEX        agent_executions_open      ON agent_executions (thread_id, ordinal) WHERE state <> 'closed';

-- step: the model call that said it, or after which a tool answered; -1 before the first one.
-- part: the order within the step.
CREATE TABLE messages (
    run_id       TEXT    NOT NULL REFERENCES agent_executions (id) ON DELETE CASCADE,
    step         INTEGER NOT NULL,
    part         INTEGER NOT NULL,
    id           TEXT    NOT NULL,
    role         TEXT    NOT NULL,
    content      TEXT,
    tool_calls   TEXT,                          -- JSON, as AG-UI has it
    tool_call_id TEXT,
    error        TEXT,
    open         INTEGER NOT NULL DEFAULT 0,    -- still being written
    PRIMARY KEY (run_id, step, part)
) STRICT;

CREATE INDEX messages_open ON messages (run_id) WHERE open = 1;

-- The tool calls of a run.
CREATE TABLE execution_steps (
    run_id   TEXT NOT NULL REFERENCES agent_executions (id) ON DELETE CASCADE,
    call_id  TEXT NOT NULL,
    begun_at INTEGER,                           -- null: answered without being called
    ended_at INTEGER,
    PRIMARY KEY (run_id, call_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE interrupts (
    id              TEXT    NOT NULL PRIMARY KEY,
    run_id          TEXT    NOT NULL REFERENCES agent_executions (id) ON DELETE CASCADE,
    part            INTEGER NOT NULL,           -- the order within the run
    reason          TEXT    NOT NULL,
    message         TEXT,
    tool_call_id    TEXT,
    response_schema TEXT,                       -- JSON
    payload         TEXT,                       -- the user's answer; null while there is none
    approved        INTEGER,
    denial          TEXT,
    answered_at     INTEGER
) STRICT;

CREATE INDEX interrupts_run ON interrupts (run_id, part);
