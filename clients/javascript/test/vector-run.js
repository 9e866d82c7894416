import assert from 'node:assert/strict';
import { Session } from '../src/session.js';

const WELCOME = {
  type: 'welcome', connectionId: 'k1', instance: 'i1', revision: '1',
  heartbeatMs: 20000, reconnectMs: 1000, maxFrameBytes: 65536, resumeToken: 's1',
};

/** One case of tests/vectors, run against a session; the format stands in tests/vectors/README.md. */
export class VectorRun {
  #now = 0;
  /** @type {Map<string, unknown>} `$name` → the id that the session chose */
  #names = new Map();
  /** @type {Map<unknown, string>} request id → `as` */
  #asked = new Map();

  /** @param {{ random?: number[], steps: any[] }} vector */
  constructor(vector) {
    const random = [...vector.random ?? []];
    this.steps = vector.steps;
    this.session = new Session({
      clock: () => this.#now,
      random: () => random.shift() ?? assert.fail('the session drew more randomness than the vector has'),
    });
  }

  run() {
    this.steps.forEach((step, at) => {
      try {
        this.#check(this.#do(step), step.expect ?? {});
      } catch (error) {
        if (error instanceof Error) error.message = `step ${at} (${step.do}): ${error.message}`;
        throw error;
      }
    });
  }

  /** @returns {any[]} the effects */
  #do(/** @type {any} */ step) {
    const { session } = this;
    switch (step.do) {
      case 'start': session.start(); break;
      case 'stop': session.stop(); break;
      case 'run': this.#ask(step, session.run(step)); break;
      case 'follow': this.#ask(step, session.follow(step.threadId)); break;
      case 'unfollow': session.unfollow(step.threadId); break;
      case 'cancel': this.#ask(step, session.cancel(step.runId)); break;
      case 'answer': this.#ask(step, session.answer(step.interruptId, step.payload)); break;
      case 'threads': this.#ask(step, session.threads(step.before)); break;
      case 'token': session.tokenRenewed(); break;
      case 'open': session.opened(step.link); break;
      case 'close': session.closed(step.link, step.code ?? null); break;
      case 'receive': for (const message of step.messages) session.received(step.link, this.#named(message)); break;
      case 'welcome': this.#welcome(step.link, step.with); break;
      case 'connected':
        session.start();
        assert.deepEqual(session.takeEffects().filter(effect => effect.do === 'connect'), [{ do: 'connect', link: 1, delayMs: 0 }]);
        this.#welcome(1, step.with);
        break;
      case 'advance': return this.#advance(step.ms);
      default: assert.fail(`unknown step ${step.do}`);
    }
    return session.takeEffects();
  }

  #welcome(/** @type {number} */ link, /** @type {object | undefined} */ over) {
    this.session.opened(link);
    this.session.received(link, /** @type {any} */ ({ ...WELCOME, ...over }));
  }

  #ask(/** @type {{ as?: string }} */ { as }, /** @type {unknown} */ id) {
    if (as !== undefined) this.#asked.set(id, as);
  }

  /** Time passes up to every moment at which something is due. */
  #advance(/** @type {number} */ ms) {
    const end = this.#now + ms;
    const effects = [];
    while (this.session.dueAt <= end) {
      this.#now = Math.max(this.#now, this.session.dueAt);
      this.session.tick();
      effects.push(...this.session.takeEffects());
    }
    this.#now = end;
    return [...effects, ...this.session.takeEffects()];
  }

  #named(/** @type {any} */ message) {
    return typeof message.id === 'string' && message.id.startsWith('$') ? { ...message, id: this.#names.get(message.id) } : message;
  }

  #check(/** @type {any[]} */ effects, /** @type {any} */ expect) {
    const of = (/** @type {string} */ name) => effects.filter(effect => effect.do === name);
    assert.deepEqual(of('connect').map(({ link }) => link), (expect.connect ?? []).map((/** @type {any} */ each) => each.link), 'connect');
    of('connect').forEach(({ resume }, at) => Object.hasOwn(expect.connect[at], 'resume') && assert.equal(resume ?? null, expect.connect[at].resume, 'resume'));
    of('connect').forEach((effect, at) => assert.ok(Math.abs(effect.delayMs - expect.connect[at].delayMs) <= 1, `delay ${effect.delayMs}`));
    this.#checkSent(of('send'), expect.send ?? []);
    assert.deepEqual(of('close').map(({ link, code }) => ({ link, code })), expect.close ?? [], 'close');
    assert.deepEqual(of('drop').map(({ link }) => link), expect.drop ?? [], 'drop');
    this.#checkDone(of('answered'), expect.done ?? []);
    const failed = of('failed').filter(({ id }) => this.#asked.has(id));
    assert.deepEqual(failed.map(({ id, code }) => ({ as: this.#asked.get(id), code })), expect.failed ?? [], 'failed');
    assert.deepEqual(of('unfollowed').map(({ threadId, code }) => ({ threadId, code })), expect.unfollowed ?? [], 'unfollowed');
    assert.equal(of('refreshToken').length > 0, expect.needsToken ?? false, 'needsToken');
    if (expect.state) assert.equal(this.session.state.name, expect.state, 'state');
    if (expect.node !== undefined) assert.equal(this.session.state.node ?? null, expect.node, 'node');
    if (expect.applied) this.#checkApplied(of('changed'), expect.applied);
    for (const [threadId, replica] of Object.entries(expect.threads ?? {})) this.#checkReplica(threadId, replica);
  }

  #checkSent(/** @type {any[]} */ sent, /** @type {any[]} */ expected) {
    assert.equal(sent.length, expected.length, `sent ${JSON.stringify(sent.map(({ command }) => command))}`);
    sent.forEach(({ link, command }, at) => {
      const name = expected[at].command.id;
      if (!this.#names.has(name)) {
        assert.ok(![...this.#names.values()].includes(command.id), `${name} has an id of its own`);
        this.#names.set(name, command.id);
      }
      assert.deepEqual({ link, command }, { link: expected[at].link, command: this.#named(expected[at].command) }, 'send');
    });
  }

  #checkDone(/** @type {any[]} */ answered, /** @type {any[]} */ expected) {
    const done = answered.filter(({ id }) => this.#asked.has(id));
    assert.deepEqual(done.map(({ id }) => this.#asked.get(id)), expected.map(({ as }) => as), 'done');
    done.forEach(({ answer }, at) => {
      const { as, ...fields } = expected[at];
      for (const [field, value] of Object.entries(fields)) assert.deepEqual(answer?.[field], value, `done.${field}`);
    });
  }

  #checkApplied(/** @type {any[]} */ changed, /** @type {any[]} */ expected) {
    const applied = changed.filter(({ by }) => by !== null).map(({ threadId, by }) =>
      by.type === 'events' ? { threadId, after: by.after, cursor: by.cursor } : { threadId, cursor: by.cursor });
    assert.deepEqual(applied, expected, 'applied');
  }

  #checkReplica(/** @type {string} */ threadId, /** @type {any} */ expected) {
    const replica = this.session.replica(threadId);
    if (expected === null || !replica) return void assert.equal(replica ?? null, expected, threadId);
    for (const [field, value] of Object.entries(expected)) {
      /** @type {any} */
      const actual = Reflect.get(replica, field);
      /** @type {unknown} */
      const compared = field === 'run' && actual && value && value.agent === undefined ? { runId: actual.runId } : actual;
      assert.deepEqual(compared, value, `${threadId}.${field}`);
    }
  }
}
