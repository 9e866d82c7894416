/** @import { ServerMessage } from '../src/types.js' */
import { Session } from '../src/session.js';
import { FakeConnection } from './fake-connection.js';
import { FakeThread } from './fake-thread.js';

const WELCOME = { connectionId: 'k', instance: 'i', revision: '1', heartbeatMs: 200, reconnectMs: 10, maxFrameBytes: 65536, resumeToken: 's' };
const QUESTIONS = ['Why is it not ready?', 'How many connections are there?', 'What can you do?', 'restart it', 'fail'];

/** One connection between a session and the fake server, whose messages arrive when the simulation says so, in order. */
class Wire {
  /** @type {string[]} */
  toServer = [];
  /** @type {string[]} */
  toClient = [];
  readyState = 1;
  OPEN = 1;
  /** @type {(data: string) => void} */
  #hear = () => {};

  on(/** @type {string} */ _, /** @type {(data: string) => void} */ hear) {
    this.#hear = hear;
  }

  send(/** @type {string} */ data) {
    this.toClient.push(data);
  }

  /** What no server should do: `events` that are lost, or come twice. */
  garble(/** @type {number} */ dice) {
    const at = this.toClient.findIndex(data => data.startsWith('{"type":"events"'));
    if (at !== -1) this.toClient.splice(at, 1, ...(dice < 0.5 ? [] : [this.toClient[at], this.toClient[at]]));
  }

  deliver() {
    const data = this.toServer.shift();
    if (data !== undefined) this.#hear(data);
  }
}

/** A session, a server and a network that loses connections, driven by a seed: the same seed is the same history. */
export class Simulation {
  now = 0;
  /** @type {Map<string, FakeThread>} */
  threads = new Map();
  /** @type {Map<number, { wire: Wire, connection?: FakeConnection, dueAt: number }>} */
  #links = new Map();
  #seed;
  #messages = 0;
  /** @type {Map<number | string, string>} Commands that wait, for the report of a failure. */
  unanswered = new Map();
  session = new Session({ clock: () => this.now, random: () => this.#random() });

  constructor(/** @type {number} */ seed) {
    this.#seed = seed;
  }

  /** Lets everything happen that can, `steps` times, then heals the network and lets it come to rest. */
  run(steps = 300) {
    this.session.start();
    for (let step = 0; step < steps; step++) this.#disturb();
    for (let rounds = 0; rounds < 4000 && !this.#isAtRest; rounds++) this.#calm();
    return this;
  }

  /** Mulberry32. */
  #random() {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  #pick(/** @type {any[]} */ from) {
    return from[Math.floor(this.#random() * from.length)];
  }

  #disturb() {
    const threadId = `t${Math.floor(this.#random() * 3)}`;
    const dice = this.#random();
    if (dice < 0.03) this.#say(threadId);
    else if (dice < 0.05) this.session.follow(threadId);
    else if (dice < 0.06) this.#cancel();
    else if (dice < 0.09) this.#lose(this.#pick([...this.#links.keys()]));
    else if (dice < 0.10) this.#pick([...this.#links.values()])?.connection?.send({ type: 'goaway', deadlineMs: 100, spreadMs: 20, reason: 'drain' });
    else if (dice < 0.11) this.#pick([...this.threads.values()])?.forget();
    else if (dice < 0.13) this.#pick([...this.#links.values()])?.connection?.heartbeat();
    else if (dice < 0.16) this.#pick([...this.#links.values()])?.wire.garble(this.#random());
    else if (dice < 0.35) this.#pick([...this.threads.values()])?.step();
    else if (dice < 0.5) this.#pick([...this.#links.values()])?.connection?.pump();
    else if (dice < 0.8) this.#carry(this.#pick([...this.#links.keys()]));
    else this.#pass(this.#random() * 30);
    this.#perform();
  }

  #calm() {
    for (const thread of this.threads.values()) thread.step();
    for (const id of [...this.#links.keys()]) {
      const { connection, wire } = this.#links.get(id) ?? {};
      connection?.pump();
      if (this.now % 100 < 10) connection?.heartbeat();
      while (wire && this.#links.has(id) && (wire.toServer.length > 0 || wire.toClient.length > 0)) this.#carry(id);
    }
    this.#pass(10);
    this.#perform();
  }

  get #isAtRest() {
    return this.session.state.name === 'connected' && this.unanswered.size === 0
      && [...this.threads.values()].every(thread => thread.runs.length === 0 && this.session.replica(thread.threadId)?.cursor === thread.cursorAt(thread.head));
  }

  #say(/** @type {string} */ threadId) {
    if (!this.session.replica(threadId)) this.session.follow(threadId);
    const messageId = `m${++this.#messages}`;
    this.unanswered.set(this.session.run({ threadId, messageId, text: `${this.#pick(QUESTIONS)} ${messageId}` }), messageId);
  }

  #cancel() {
    const run = this.#pick(['t0', 't1', 't2'].map(id => this.session.replica(id)?.run ?? null).filter(each => each !== null));
    if (run) this.unanswered.set(this.session.cancel(run.runId), `cancel ${run.runId}`);
  }

  #lose(/** @type {number | undefined} */ id) {
    if (id === undefined) return;
    this.#links.delete(id);
    this.session.closed(id, this.#pick([null, null, 1001, 1012, 4400]));
  }

  /** One message arrives, on one side of one connection. */
  #carry(/** @type {number | undefined} */ id) {
    const link = id === undefined ? undefined : this.#links.get(id);
    if (id === undefined || !link?.connection) return;
    if (link.wire.toClient.length > 0 && (link.wire.toServer.length === 0 || this.#random() < 0.5)) {
      this.session.received(id, /** @type {ServerMessage} */ (JSON.parse(link.wire.toClient.shift() ?? '')));
    } else {
      link.wire.deliver();
    }
    this.#perform();
  }

  #pass(/** @type {number} */ ms) {
    const end = this.now + ms;
    while (this.session.dueAt <= end) {
      this.now = Math.max(this.now, this.session.dueAt);
      this.session.tick();
      this.#perform();
    }
    this.now = end;
    for (const [id, link] of this.#links) if (!link.connection && link.dueAt <= this.now) this.#open(id, link);
  }

  #open(/** @type {number} */ id, /** @type {{ wire: Wire, connection?: FakeConnection }} */ link) {
    this.session.opened(id);
    link.connection = new FakeConnection(/** @type {any} */ (link.wire), {
      get: threadId => this.threads.get(threadId),
      open: threadId => this.threads.get(threadId) ?? this.#create(threadId),
      all: () => [...this.threads.values()],
    }, WELCOME);
  }

  #create(/** @type {string} */ threadId) {
    const thread = new FakeThread(threadId);
    this.threads.set(threadId, thread);
    return thread;
  }

  #perform() {
    for (const effect of this.session.takeEffects()) {
      switch (effect.do) {
        case 'connect': this.#links.set(effect.link, { wire: new Wire(), dueAt: this.now + effect.delayMs }); break;
        case 'send': this.#links.get(effect.link)?.wire.toServer.push(JSON.stringify(effect.command)); break;
        case 'close':
        case 'drop': this.#links.delete(effect.link); break;
        case 'answered': this.unanswered.delete(effect.id); break;
      }
    }
  }
}
