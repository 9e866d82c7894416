import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FakeThread } from './fake-thread.js';
import { faultsOf } from './strict-schema.js';

const script = fileURLToPath(new URL('validate-events.mjs', import.meta.url));

const validate = (/** @type {object[]} */ ...events) =>
  spawnSync(process.execPath, [script], { input: events.map(event => JSON.stringify(event)).join('\n'), encoding: 'utf8' });

test('Events with exactly the fields of AG-UI 1.0 are valid', () => {
  const { status, stdout } = validate(
    { type: 'RUN_STARTED', threadId: 't', runId: 'r', timestamp: 1 },
    { type: 'RUN_FINISHED', threadId: 't', runId: 'r', outcome: { type: 'interrupt', interrupts: [{ id: 'i', reason: 'tool_call', responseSchema: { type: 'object', additionalProperties: null } }] } },
    { type: 'CUSTOM', name: 'gatehouse.queued', value: { runId: 'r', messageId: 'm', text: 'hi' } });
  assert.equal(stdout, '3 events, 0 invalid\n');
  assert.equal(status, 0);
});

for (const [name, event] of /** @type {[string, object][]} */ ([
  ['an unknown type', { type: 'THINKING_START' }],
  ['an unknown field', { type: 'TEXT_MESSAGE_END', messageId: 'm', seq: 1 }],
  ['an unknown field further down', { type: 'RUN_FINISHED', threadId: 't', runId: 'r', outcome: { type: 'success', code: 1 } }],
  ['an unknown field in a list', { type: 'RUN_FINISHED', threadId: 't', runId: 'r', usage: [{ model: 'm', tokens: 1 }] }],
  ['a list that is too short', { type: 'RUN_FINISHED', threadId: 't', runId: 'r', outcome: { type: 'interrupt', interrupts: [] } }],
  ['a missing field', { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm' }],
  ['null where absent is meant', { type: 'RUN_FINISHED', threadId: 't', runId: 'r', outcome: null }],
])) test(`An event with ${name} is not valid`, () => assert.notDeepEqual(faultsOf(event), []));

test('One invalid event fails the script', () => {
  const { status, stdout } = validate({ type: 'TEXT_MESSAGE_END', messageId: 'm' }, { type: 'TEXT_MESSAGE_END' });
  assert.equal(status, 1);
  assert.match(stdout, /^stdin:2: messageId: /);
  assert.equal(validate().status, 1, 'no events at all are a mistake too');
});

test('The events of the fake server are valid', () => {
  for (const text of ['ready', 'timeline', 'connections', 'what can you do', 'restart', 'fail', 'else']) {
    const thread = new FakeThread('t');
    thread.run({ messageId: 'm', text });
    while (thread.step() !== null);
    assert.deepEqual(thread.events.flatMap(faultsOf), [], text);
  }
});
