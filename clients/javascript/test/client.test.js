import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import WebSocket from 'ws';
import { GatehouseClient } from '../src/index.js';
import { FakeServer } from './fake-server.js';

const thread = { threadId: 'thread-1' };

/** @type {FakeServer} */
let server;
/** @type {GatehouseClient} */
let client;
let port = 0;

beforeEach(async () => {
  server = new FakeServer({ tickMs: 1, welcome: { reconnectMs: 1 } });
  port = await server.listen();
  client = newClient();
});

afterEach(async () => {
  client.stop();
  await server.kill();
});

function newClient() {
  const created = new GatehouseClient(`ws://127.0.0.1:${port}/ws`, { WebSocket: /** @type {any} */ (WebSocket) });
  created.start();
  return created;
}

/** Resolves when the thread of `of` has come to `is`. */
function until(/** @type {GatehouseClient} */ of, /** @type {(replica: import('../src/index.js').ThreadReplica) => unknown} */ is) {
  return new Promise(resolve => {
    const check = () => {
      const replica = of.thread(thread.threadId);
      if (!replica || !is(replica)) return;
      of.removeEventListener('thread', check);
      resolve(undefined);
    };
    of.addEventListener('thread', check);
    check();
  });
}

const answered = (/** @type {import('../src/index.js').ThreadReplica} */ replica) => !replica.run && replica.messages.length > 1;

test('A message is answered, before the connection stands or after', async () => {
  const accepted = await client.run({ ...thread, messageId: 'm1', text: 'What can you do?' });
  assert.equal(accepted.threadId, 'thread-1');
  await until(client, answered);
  assert.equal(client.thread('thread-1')?.messages[1].role, 'assistant');
  assert.deepEqual((await client.threads()).threads.map(each => each.title), ['What can you do?']);
});

test('A second client sees the same', async () => {
  await client.run({ ...thread, messageId: 'm1', text: 'Why is it not ready?' });
  const other = newClient();
  await other.follow('thread-1');
  await Promise.all([until(client, answered), until(other, answered)]);
  assert.deepEqual(other.thread('thread-1')?.messages, client.thread('thread-1')?.messages);
  other.stop();
});

for (const [name, disturb] of /** @type {[string, () => unknown][]} */ ([
  ['dropped connections', () => server.drop()],
  ['servers that go away', () => server.goAway(50)],
  ['a server that is killed', async () => {
    await server.kill();
    server = new FakeServer({ threads: server.threads, tickMs: 1, welcome: { reconnectMs: 1 } });
    await server.listen(port);
  }],
])) {
  test(`Nothing is lost or doubled by ${name}`, async () => {
    const text = 'Why is it not ready?';
    await client.run({ ...thread, messageId: 'm1', text });
    for (let seen = 10; seen <= 60; seen += 10) {
      await until(client, replica => (server.threads.get('thread-1')?.seqOf(replica.cursor ?? undefined) ?? 0) >= seen);
      await disturb();
    }
    await until(client, answered);
    assert.deepEqual(client.thread('thread-1')?.messages, server.threads.get('thread-1')?.snapshot().messages);
  });
}

test('A cancelled run ends, and the one behind it starts', async () => {
  const first = await client.run({ ...thread, messageId: 'm1', text: 'Show the start-up timeline' });
  const second = await client.run({ ...thread, messageId: 'm2', text: 'What can you do?' });
  assert.equal(second.queued, 1);
  await until(client, replica => replica.queued.length === 1);
  await client.cancel(first.runId);
  await until(client, replica => replica.run?.runId === second.runId && replica.queued.length === 0);
  await until(client, replica => !replica.run);
});

test('An interrupt is answered and closes', async () => {
  await client.run({ ...thread, messageId: 'm1', text: 'restart it' });
  await until(client, replica => replica.interrupts.length === 1);
  await client.answer(client.thread('thread-1')?.interrupts[0].id ?? '', { approved: true });
  await until(client, replica => replica.interrupts.length === 0 && !replica.run);
});

test('A command that fails for good rejects with its code', async () => {
  await assert.rejects(client.follow('nowhere'), { name: 'CommandError', code: 'unknown_thread' });
  await client.run({ ...thread, messageId: 'm1', text: 'one' });
  await assert.rejects(client.run({ ...thread, messageId: 'm1', text: 'two' }), { code: 'conflict' });
  await assert.rejects(client.run({ ...thread, messageId: 'm2', text: '\u0001'.repeat(20000) }), { code: 'frame_too_big' });
});

/** Resolves when `client` is connected for another time. */
function connectedAgain() {
  return new Promise(resolve => client.addEventListener('state', function heard() {
    if (client.state.name !== 'connected') return;
    client.removeEventListener('state', heard);
    resolve(undefined);
  }));
}

test('A client that comes back shows its token beside the query, to the server that gave it alone', async () => {
  client.stop();
  const url = new URL(`ws://127.0.0.1:${port}/ws?room=1`);
  client = new GatehouseClient(url, { WebSocket: /** @type {any} */ (WebSocket) });
  for (const move of [() => client.start(), () => server.drop(), () => { url.hostname = 'localhost'; server.drop(); }]) {
    const connected = connectedAgain();
    move();
    await connected;
  }
  assert.deepEqual(server.queries.filter(query => query.includes('room')), ['?room=1', '?room=1&resume=none', '?room=1']);
});

test('What is unanswered when the client stops fails', async () => {
  const waits = client.run({ ...thread, messageId: 'm1', text: 'one' });
  client.stop();
  await assert.rejects(waits, { code: 'closed' });
});
