/** @import { Accepted, Answer, Command, CommandId, ConnectionState, Effect, ErrorMessage, ServerMessage, Welcome } from './types.js' */
/** @import { Link } from './link.js' */
import { mayRetry } from './codes.js';
import { Following } from './following.js';
import { isId, TEXT_BYTES, utf8Length } from './limits.js';
import { Links } from './links.js';
import { Outbox } from './outbox.js';

const RETRY_AFTER_MS = 1000;
const DEFAULT_FRAME_BYTES = 64 * 1024;

/**
 * What a client decides, without sockets or timers: intents, messages and time go in, effects come out of `takeEffects`.
 *
 * `Links` knows which connections there are, `Following` the threads, `Outbox` the commands without an answer. What ties
 * them together is `welcome`: the link becomes current, every followed thread is subscribed there at its own cursor, and
 * then every unanswered command is sent again.
 */
export class Session {
  /** @type {Effect[]} */
  #effects = [];

  #outbox = new Outbox();
  #following = new Following(() => this.#newId(), this.#effects);
  #ids = 0;
  #clock;
  #links;

  /** @type {ConnectionState} The last that was told. */
  #state;

  /**
   * @param {object} world
   * @param {() => number} world.clock milliseconds, never going back
   * @param {() => number} world.random in [0, 1)
   */
  constructor({ clock, random }) {
    this.#clock = clock;
    this.#links = new Links(clock, random, this.#effects);
    this.#state = this.#links.state;
  }

  get state() {
    return this.#links.state;
  }

  /** When `tick` has something to do; Infinity if nothing is due. */
  get dueAt() {
    return Math.min(this.#links.dueAt, this.#following.dueAt, this.#outbox.nextDue(this.#clock()));
  }

  /** The replica of a thread that is followed. */
  replica(/** @type {string} */ threadId) {
    return this.#following.replica(threadId);
  }

  /** What is wanted since the last call. */
  takeEffects() {
    const state = this.#links.state;
    if (state.name !== this.#state.name || state.retryAt !== this.#state.retryAt || state.node !== this.#state.node) {
      this.#state = state;
      this.#effects.push({ do: 'state', state });
    }
    return this.#effects.splice(0);
  }

  // What the app wants. A number that is returned is the id under which `answered` or `failed` will speak of it.

  start() {
    if (!this.#links.running) this.#links.start();
  }

  stop() {
    if (this.#links.running) this.#links.stop();
    this.#abandon();
  }

  /** Does not wait for the next attempt any longer; says which link is to be opened now, if one was waited for. */
  hurry() {
    return this.#links.hurry();
  }

  tokenRenewed() {
    this.#links.renewed();
  }

  follow(/** @type {string} */ threadId) {
    const id = this.#newId();
    if (isId(threadId)) this.#following.follow(threadId, id, this.#links.current);
    else this.#fail(id, 'invalid_command', 'The thread id is not one.');
    return id;
  }

  unfollow(/** @type {string} */ threadId) {
    this.#following.unfollow(threadId, this.#links.current);
  }

  /** @param {{ threadId: string, messageId: string, text: string, agent?: string }} message */
  run({ threadId, messageId, text, agent }) {
    const id = this.#newId();
    if (![threadId, messageId, agent ?? 'none'].every(isId)) this.#fail(id, 'invalid_command', 'An id is not one.');
    else if (text === '') this.#fail(id, 'invalid_command', 'The text is empty.');
    else if (utf8Length(text) > TEXT_BYTES) this.#fail(id, 'text_too_long', 'The text is over 32 KiB.');
    else this.#ask({ type: 'run', id, threadId, messageId, text, ...(agent === undefined ? {} : { agent }) });
    return id;
  }

  cancel(/** @type {string} */ runId) {
    return this.#ask({ type: 'cancel', id: this.#newId(), runId });
  }

  answer(/** @type {string} */ interruptId, /** @type {unknown} */ payload) {
    return this.#ask({ type: 'answer', id: this.#newId(), interruptId, payload });
  }

  threads(/** @type {string | undefined} */ before = undefined) {
    return this.#ask({ type: 'threads', id: this.#newId(), ...(before === undefined ? {} : { before }) });
  }

  auth(/** @type {string} */ token) {
    return this.#ask({ type: 'auth', id: this.#newId(), token });
  }

  // What happens to links, and time.

  opened(/** @type {number} */ id) {
    const link = this.#links.find(id);
    if (link) this.#links.heard(link);
  }

  received(/** @type {number} */ id, /** @type {ServerMessage} */ message) {
    const link = this.#links.find(id);
    if (!link) return;
    this.#links.heard(link);
    this.#dispatch(link, message);
    if (this.#links.retiring && this.#following.isSubscribed) this.#links.retire();
  }

  closed(/** @type {number} */ id, /** @type {number | null} */ code) {
    const link = this.#links.find(id);
    if (link) this.#lost(link, code);
  }

  tick() {
    const now = this.#clock();
    for (const link of this.#links.dead()) {
      this.#links.drop(link);
      this.#lost(link, null);
    }
    if (this.#links.retiring && this.#links.retiring.closeAt <= now) this.#links.retire();
    const { current } = this.#links;
    if (!current) return;
    this.#following.retry(current, now);
    this.#sendDue(current);
  }

  #dispatch(/** @type {Link} */ link, /** @type {ServerMessage} */ message) {
    switch (message.type) {
      case 'welcome': return this.#welcomed(link, message);
      case 'starting': link.startingNode = message.node; return;
      case 'goaway': return this.#links.goAway(link, message);
      case 'heartbeat': return this.#following.compare(link, message);
      case 'events': return this.#following.apply(link, message);
      case 'snapshot': return this.#following.restore(link, message);
      case 'subscribed': return this.#following.subscribed(link, message);
      case 'accepted': return this.#accepted(link, message);
      case 'threads':
      case 'ok': return void this.#answered(link, message);
      case 'error': return this.#refused(link, message);
      default: return; // a later version's message
    }
  }

  #welcomed(/** @type {Link} */ link, /** @type {Welcome} */ welcome) {
    if (link !== this.#links.next) return;
    this.#links.welcomed(link, welcome);
    this.#following.subscribeAll(link);
    this.#sendDue(link);
  }

  #lost(/** @type {Link} */ link, /** @type {number | null} */ code) {
    const action = this.#links.lost(link, code);
    this.#following.lost(link);
    if (action === 'resynchronise') this.#following.forgetCursors();
    if (action === 'reconnectWithoutResend')
      for (const { command } of this.#outbox.sentOn(link.id)) this.#fail(command.id, 'refused', `The server closed with ${code}.`);
    if (!this.#links.running) this.#abandon();
  }

  // Commands and their answers.

  #newId() {
    return ++this.#ids;
  }

  #ask(/** @type {Command & { id: number }} */ command) {
    const { current, running, stoppedBy } = this.#links;
    if (!running && stoppedBy !== undefined) {
      this.#fail(command.id, 'closed', `The server ended the session with ${stoppedBy}.`);
    } else if (this.#fits(command, current?.maxFrameBytes ?? DEFAULT_FRAME_BYTES)) {
      this.#outbox.add(command);
      if (current) this.#sendDue(current);
    }
    return command.id;
  }

  #sendDue(/** @type {Link} */ link) {
    for (const entry of this.#outbox.toSend(link.id, this.#clock())) {
      if (!this.#fits(entry.command, link.maxFrameBytes)) continue;
      entry.link = link.id;
      this.#effects.push({ do: 'send', link: link.id, command: entry.command });
    }
  }

  /** A command that the server would close the connection for fails here. */
  #fits(/** @type {Command} */ command, /** @type {number} */ maxFrameBytes) {
    const fits = utf8Length(JSON.stringify(command)) <= maxFrameBytes;
    if (!fits) this.#fail(command.id, 'frame_too_big', `The command is over ${maxFrameBytes} bytes.`);
    return fits;
  }

  #answered(/** @type {Link} */ link, /** @type {Answer} */ message) {
    if (!this.#outbox.answeredBy(link.id, message.id)) return false;
    this.#outbox.remove(message.id);
    this.#effects.push({ do: 'answered', id: message.id, answer: message });
    return true;
  }

  /** Running subscribes the connection at the accepted cursor; a thread that is followed already keeps its own. */
  #accepted(/** @type {Link} */ link, /** @type {Accepted} */ message) {
    if (!this.#answered(link, message) || this.#following.has(message.threadId)) return;
    this.#following.adopt(message.threadId, message.cursor, link);
  }

  #refused(/** @type {Link} */ link, /** @type {ErrorMessage} */ error) {
    const { id, code, message } = error;
    if (id === undefined) return void this.#effects.push({ do: 'refused', code, message });
    const dueAt = mayRetry(code) ? this.#clock() + (error.retryAfterMs ?? RETRY_AFTER_MS) : Infinity;
    if (this.#following.refused(link, error, dueAt)) return;
    const entry = this.#outbox.answeredBy(link.id, id);
    if (entry && dueAt < Infinity) this.#outbox.postpone(entry, dueAt);
    else if (entry) this.#fail(id, code, message);
  }

  #fail(/** @type {CommandId} */ id, /** @type {string} */ code, /** @type {string} */ message) {
    this.#outbox.remove(id);
    this.#effects.push({ do: 'failed', id, code, message });
  }

  /** The session has stopped: nothing will be answered any more. */
  #abandon() {
    for (const { command } of this.#outbox.all) this.#fail(command.id, 'closed', 'The session has stopped.');
    this.#following.stop('closed', 'The session has stopped.');
  }
}
