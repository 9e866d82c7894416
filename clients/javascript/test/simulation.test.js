import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Simulation } from './simulation.js';

const SEEDS = Number(process.env.SEEDS ?? 500);

test(`In ${SEEDS} random histories every replica ends as its thread, and every message was said once`, () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { threads, session, unanswered } = new Simulation(seed).run();
    assert.deepEqual([...unanswered.values()], [], `seed ${seed}: unanswered`);
    for (const thread of threads.values()) {
      const { messages, cursor, queued, interrupts } = session.replica(thread.threadId) ?? assert.fail(`seed ${seed}: ${thread.threadId} is not followed`);
      const expected = thread.snapshot();
      assert.deepEqual({ messages, cursor, queued, interrupts },
        { messages: expected.messages, cursor: expected.cursor, queued: expected.queued, interrupts: expected.interrupts }, `seed ${seed}`);
      const said = messages.filter(({ role }) => role === 'user').map(({ id }) => id);
      assert.equal(new Set(said).size, said.length, `seed ${seed}: said twice`);
    }
  }
});
