/** @import { Accepted, Answer, CommandId, ConnectionState, Effect, Threads } from './types.js' */
import { CommandError } from './command-error.js';
import { Session } from './session.js';
import { Socket } from './socket.js';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * @typedef {object} ClientOptions
 * @property {typeof WebSocket} [WebSocket] The constructor; the platform's own if absent.
 * @property {() => Promise<unknown>} [refreshToken] Gets a new token and puts it where the URL or a cookie has it, when the server has closed because the old one expired.
 * @property {() => number} [random] In [0, 1); for tests.
 */

/**
 * A connection to Gatehouse that survives its connections: the session's decisions, with sockets and timers around them.
 *
 * Events, each a `CustomEvent`: `state` (detail: ConnectionState), `thread` (detail: `{threadId, by}`; what changed
 * is in `thread(threadId)`), `unfollowed` (detail: `{threadId, code, message}`), `refused` (detail: `{code, message}`).
 */
export class GatehouseClient extends EventTarget {
  #session;
  #url;
  #options;

  /** @type {Map<number, Socket>} */
  #sockets = new Map();

  /** @type {Map<CommandId, { resolve: (answer: any) => void, reject: (error: CommandError) => void }>} */
  #promises = new Map();

  /** @type {Map<number, string>} The server that a link has gone to. */
  #dialled = new Map();

  /** @type {string | undefined} The server that the latest `welcome` came from. */
  #welcomedBy;

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  #isActing = false;

  /**
   * @param {string | URL} url for example `wss://chat.example/ws`
   * @param {ClientOptions} [options]
   */
  constructor(url, options = {}) {
    super();
    this.#url = url;
    this.#options = { WebSocket: globalThis.WebSocket, random: Math.random, refreshToken: async () => undefined, ...options };
    this.#session = new Session({ clock: () => performance.now(), random: this.#options.random });
  }

  /** @returns {ConnectionState & { retryInMs?: number }} */
  get state() {
    const state = this.#session.state;
    return state.retryAt === undefined ? state : { ...state, retryInMs: Math.max(0, state.retryAt - performance.now()) };
  }

  /** What there is of a thread that is followed; undefined if it is not. */
  thread(/** @type {string} */ threadId) {
    return this.#session.replica(threadId);
  }

  start() {
    this.#session.start();
    this.#act();
  }

  /** Ends the session. What is unanswered fails with `closed`. */
  stop() {
    this.#session.stop();
    this.#act();
  }

  /** Cuts the wait for the next attempt to connect short, for when the network is known to be back. */
  hurry() {
    const link = this.#session.hurry();
    if (link !== null) this.#sockets.get(link)?.connectNow();
    this.#act();
  }

  /**
   * Follows a thread, for as long as the client lives, whatever happens to connections. Resolves once it is up to date.
   * @returns {Promise<void>}
   */
  follow(/** @type {string} */ threadId) {
    return this.#promise(this.#session.follow(threadId));
  }

  unfollow(/** @type {string} */ threadId) {
    this.#session.unfollow(threadId);
    this.#act();
  }

  /**
   * Sends a message. A thread that is not followed is followed from here on: follow first one that has a history.
   * @param {{ threadId: string, messageId: string, text: string, agent?: string }} message
   * @returns {Promise<Accepted>}
   */
  run(message) {
    return this.#promise(this.#session.run(message));
  }

  /** @returns {Promise<Answer>} */
  cancel(/** @type {string} */ runId) {
    return this.#promise(this.#session.cancel(runId));
  }

  /** @returns {Promise<Accepted>} */
  answer(/** @type {string} */ interruptId, /** @type {unknown} */ payload) {
    return this.#promise(this.#session.answer(interruptId, payload));
  }

  /** @returns {Promise<Threads>} */
  threads(/** @type {string | undefined} */ before = undefined) {
    return this.#promise(this.#session.threads(before));
  }

  /** @returns {Promise<Answer>} */
  auth(/** @type {string} */ token) {
    return this.#promise(this.#session.auth(token));
  }

  /** @returns {Promise<any>} */
  #promise(/** @type {CommandId} */ id) {
    const promise = new Promise((resolve, reject) => this.#promises.set(id, { resolve, reject }));
    this.#act();
    return promise;
  }

  /** Does what the session wants, in order even if a listener asks for more meanwhile, and comes back when something is due. */
  #act() {
    if (this.#isActing) return;
    this.#isActing = true;
    for (let effects = this.#session.takeEffects(); effects.length > 0; effects = this.#session.takeEffects())
      for (const effect of effects) this.#perform(effect);
    this.#isActing = false;
    clearTimeout(this.#timer);
    const dueAt = this.#session.dueAt;
    if (dueAt === Infinity) return;
    this.#timer = setTimeout(() => {
      this.#session.tick();
      this.#act();
    }, Math.min(LONGEST_TIMER_MS, Math.max(0, dueAt - performance.now())));
  }

  #perform(/** @type {Effect} */ effect) {
    switch (effect.do) {
      case 'connect': return this.#connect(effect);
      case 'send': return this.#sockets.get(effect.link)?.send(effect.command);
      case 'close': return this.#end(effect.link, effect.code);
      case 'drop': return this.#end(effect.link);
      case 'refreshToken': return this.#refreshToken();
      case 'answered': return this.#settle(effect.id)?.resolve(effect.answer ?? undefined);
      case 'failed': return this.#settle(effect.id)?.reject(new CommandError(effect.code, effect.message));
      case 'changed': return this.#tell('thread', { threadId: effect.threadId, by: effect.by });
      case 'unfollowed': return this.#tell('unfollowed', effect);
      case 'refused': return this.#tell('refused', effect);
      case 'state': return this.#tell('state', this.state);
    }
  }

  #connect(/** @type {import('./types.js').ConnectEffect} */ { link, delayMs, resume }) {
    const told = (/** @type {() => void} */ tell) => {
      tell();
      this.#act();
    };
    const options = { WebSocket: this.#options.WebSocket, url: () => this.#address(link, resume), delayMs };
    this.#sockets.set(link, new Socket(options, {
      opened: () => told(() => this.#session.opened(link)),
      received: message => told(() => {
        if (message.type === 'welcome') this.#welcomedBy = this.#dialled.get(link);
        this.#session.received(link, message);
      }),
      closed: code => told(() => {
        this.#forget(link);
        this.#session.closed(link, code);
      }),
    }));
  }

  #end(/** @type {number} */ link, /** @type {number | undefined} */ code = undefined) {
    this.#sockets.get(link)?.close(code);
    this.#forget(link);
  }

  #forget(/** @type {number} */ link) {
    this.#sockets.delete(link);
    this.#dialled.delete(link);
  }

  /** Where a link goes: the app may have changed its URL since, and the token is for the server that gave it alone. */
  #address(/** @type {number} */ link, /** @type {string | undefined} */ resume) {
    const url = new URL(this.#url, globalThis.location?.href);
    const server = `${url.origin}${url.pathname}`;
    this.#dialled.set(link, server);
    if (resume !== undefined && server === this.#welcomedBy) url.searchParams.set('resume', resume);
    return url;
  }

  /** If it fails, the server refuses the old token again, and the next attempt comes after a longer wait. */
  #refreshToken() {
    const renewed = () => {
      this.#session.tokenRenewed();
      this.#act();
    };
    this.#options.refreshToken().then(renewed, renewed);
  }

  #settle(/** @type {CommandId} */ id) {
    const promise = this.#promises.get(id);
    this.#promises.delete(id);
    return promise;
  }

  #tell(/** @type {string} */ type, /** @type {object} */ detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
