-- oldest: 1
-- Times that instances give are Unix milliseconds, as in the embedded store; those of the database's own clock are timestamptz.
-- A position is (seq, digest); the digest's 64 bits are kept as a signed integer.
-- Ids are compared byte by byte (COLLATE "C"), whatever the locale of the database: pages of threads are cut by them.
-- Text cannot hold NUL, and models say it: in every text U+0010 is kept as itself twice, and NUL as U+0010 and "0".

CREATE TABLE threads (
    id           text COLLATE "C" NOT NULL PRIMARY KEY,
    owner        text COLLATE "C",              -- the instance that owns it; null: released
    generation   bigint  NOT NULL DEFAULT 0,
    lease_until  timestamptz,                   -- until then nobody takes it from its owner
    claim        uuid,                          -- the call that made the owner: if its answer is lost, it is found by this
    orderly      boolean,                       -- whether that call found the thread without an owner
    seq          bigint  NOT NULL DEFAULT 0,
    digest       bigint  NOT NULL DEFAULT 0,
    next_ordinal bigint  NOT NULL DEFAULT 0,    -- of the thread's next run
    title        text    NOT NULL,
    selftest     boolean NOT NULL,
    created_at   bigint  NOT NULL,
    updated_at   bigint  NOT NULL
) WITH (fillfactor = 80);                       -- renewals change a row in place, without touching its indexes

CREATE INDEX threads_newest ON threads (updated_at, id) WHERE NOT selftest;
CREATE INDEX threads_owned  ON threads (owner, claim) WHERE owner IS NOT NULL;

CREATE TABLE agent_executions (
    id                text COLLATE "C" NOT NULL PRIMARY KEY,
    thread_id         text COLLATE "C" NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
    ordinal           bigint  NOT NULL,
    agent             text    NOT NULL,
    state             text    NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'closing', 'closed')),
    message_id        text COLLATE "C",         -- of the user's message; null if the run answers an interrupt
    answers_interrupt text COLLATE "C",
    accepted_seq      bigint  NOT NULL,
    accepted_digest   bigint  NOT NULL,
    cancel_requested  boolean NOT NULL DEFAULT false,
    steps             integer NOT NULL DEFAULT 0,
    input_tokens      bigint  NOT NULL DEFAULT 0,
    output_tokens     bigint  NOT NULL DEFAULT 0,
    outcome           text CHECK (outcome IN ('finished', 'failed', 'cancelled', 'interrupted')),
    terminal          bytea,                    -- the terminal event, as it is in the log
    created_at        bigint  NOT NULL,
    started_at        bigint,
    closed_at         bigint
);

CREATE UNIQUE INDEX agent_executions_ordinal   ON agent_executions (thread_id, ordinal);
CREATE UNIQUE INDEX agent_executions_message   ON agent_executions (thread_id, message_id) WHERE message_id IS NOT NULL;
CREATE UNIQUE INDEX agent_executions_interrupt ON agent_executions (answers_interrupt) WHERE answers_interrupt IS NOT NULL;
CREATE INDEX        agent_executions_open      ON agent_executions (thread_id, ordinal) WHERE state <> 'closed';

-- step: the model call that said it, or after which a tool answered; -1 before the first one.
-- part: the order within the step.
CREATE TABLE messages (
    run_id       text COLLATE "C" NOT NULL REFERENCES agent_executions (id) ON DELETE CASCADE,
    step         integer NOT NULL,
    part         integer NOT NULL,
    id           text    NOT NULL,
    role         text    NOT NULL,
    content      text,
    tool_calls   text,                          -- JSON, as AG-UI has it
    tool_call_id text,
    error        text,
    open         boolean NOT NULL DEFAULT false,    -- still being written
    PRIMARY KEY (run_id, step, part)
);

CREATE INDEX messages_open ON messages (run_id) WHERE open;

-- The tool calls of a run.
CREATE TABLE execution_steps (
    run_id   text COLLATE "C" NOT NULL REFERENCES agent_executions (id) ON DELETE CASCADE,
    call_id  text COLLATE "C" NOT NULL,
    begun_at bigint,                            -- null: answered without being called
    ended_at bigint,
    PRIMARY KEY (run_id, call_id)
);

CREATE TABLE interrupts (
    id              text COLLATE "C" NOT NULL PRIMARY KEY,
    run_id          text COLLATE "C" NOT NULL REFERENCES agent_executions (id) ON DELETE CASCADE,
    part            integer NOT NULL,           -- the order within the run
    reason          text    NOT NULL,
    message         text,
    tool_call_id    text,
    response_schema text,                       -- JSON
    payload         text,                       -- the user's answer; null while there is none
    approved        boolean,
    denial          text,
    answered_at     bigint
);

CREATE INDEX interrupts_run ON interrupts (run_id, part);

ALTER TABLE agent_executions ADD CONSTRAINT agent_executions_answers FOREIGN KEY (answers_interrupt) REFERENCES interrupts (id);
