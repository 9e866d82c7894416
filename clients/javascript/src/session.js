/** @import { Accepted, Answer, Command, CommandId, ConnectionState, Effect, ErrorMessage, Events, Heartbeat } from './types.js' */
/** @import { ServerMessage, Snapshot, Subscribed } from './types.js' */
/** @import { Link } from './link.js' */
/** @import { Unanswered } from './outbox.js' */
import { mayRetry } from './codes.js';
import { isId, TEXT_BYTES, utf8Length } from './limits.js';
import { Links } from './links.js';
import { Outbox } from './outbox.js';
import { Subscription } from './subscription.js';

const RETRY_AFTER_MS = 1000;

/**
 * What a client decides, without sockets or timers: intents, messages and time go in, effects come out of `takeEffects`.
 *
 * Three ideas carry it. A link becomes current with its `welcome`: then every followed thread is subscribed at its own
 * cursor, and every unanswered command is sent again. A thread is bound to the link it was subscribed on last; other
 * links' events are ignored. Events that do not follow the thread's cursor are not applied but asked for again.
 */
export class Session {
  /** @type {Effect[]} */
  #effects = [];

  /** @type {Map<string, Subscription>} In the order in which they were followed. */
  #subscriptions = new Map();

  #outbox = new Outbox();
  #ids = 0;
  #clock;
  #links;

  /** @type {ConnectionState} */
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
    const now = this.#clock();
    return Math.min(this.#links.dueAt, this.#outbox.nextDue(now), ...[...this.#subscriptions.values()].map(each => each.retryAt));
  }

  /** The replica of a thread that is followed. */
  replica(/** @type {string} */ threadId) {
    return this.#subscriptions.get(threadId)?.replica;
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

  // Intents. Each returns the id under which `answered` or `failed` will speak of it.

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
    const id = ++this.#ids;
    if (!isId(threadId)) return this.#fail(id, 'invalid_command', 'The thread id is not one.');
    const known = this.#subscriptions.get(threadId);
    if (known && known.link !== null && !known.isAsking) {
      this.#effects.push({ do: 'answered', id, answer: null });
      return id;
    }
    const subscription = known ?? this.#remember(threadId);
    subscription.waiting.push(id);
    if (!known && this.#links.current) this.#subscribe(subscription, this.#links.current);
    return id;
  }

  unfollow(/** @type {string} */ threadId) {
    const subscription = this.#subscriptions.get(threadId);
    if (!subscription) return;
    this.#subscriptions.delete(threadId);
    for (const id of subscription.waiting) this.#fail(id, 'unfollowed', 'The thread was left.');
    const { current } = this.#links;
    if (current && subscription.link === current.id) this.#send(current, { type: 'unsubscribe', id: ++this.#ids, threadId });
  }

  /** @param {{ threadId: string, messageId: string, text: string, agent?: string }} message */
  run({ threadId, messageId, text, agent }) {
    const id = ++this.#ids;
    if (![threadId, messageId, agent ?? 'none'].every(isId)) return this.#fail(id, 'invalid_command', 'An id is not one.');
    if (text === '') return this.#fail(id, 'invalid_command', 'The text is empty.');
    if (utf8Length(text) > TEXT_BYTES) return this.#fail(id, 'text_too_long', 'The text is over 32 KiB.');
    return this.#ask({ type: 'run', id, threadId, messageId, text, ...(agent === undefined ? {} : { agent }) });
  }

  cancel(/** @type {string} */ runId) {
    return this.#ask({ type: 'cancel', id: ++this.#ids, runId });
  }

  answer(/** @type {string} */ interruptId, /** @type {unknown} */ payload) {
    return this.#ask({ type: 'answer', id: ++this.#ids, interruptId, payload });
  }

  threads(/** @type {string | undefined} */ before = undefined) {
    return this.#ask({ type: 'threads', id: ++this.#ids, ...(before === undefined ? {} : { before }) });
  }

  auth(/** @type {string} */ token) {
    return this.#ask({ type: 'auth', id: ++this.#ids, token });
  }

  // What happens to links, and time.

  opened(/** @type {number} */ id) {
    const link = this.#links.find(id);
    if (link) this.#links.opened(link);
  }

  received(/** @type {number} */ id, /** @type {ServerMessage} */ message) {
    const link = this.#links.find(id);
    if (!link) return;
    this.#links.opened(link);
    this.#dispatch(link, message);
    if (this.#links.retiring && this.#isSubscribed()) this.#links.retire();
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
    for (const subscription of this.#subscriptions.values())
      if (subscription.retryAt <= now) this.#subscribe(subscription, current);
    this.#sendDue(current);
  }

  #dispatch(/** @type {Link} */ link, /** @type {ServerMessage} */ message) {
    switch (message.type) {
      case 'welcome': return this.#welcomed(link, message);
      case 'starting': link.startingNode = message.node; return;
      case 'goaway': return this.#links.goAway(link, message);
      case 'heartbeat': return this.#compare(link, message);
      case 'events': return this.#apply(link, message);
      case 'snapshot': return this.#restore(link, message);
      case 'subscribed': return this.#subscribed(link, message);
      case 'accepted': return this.#accepted(link, message);
      case 'threads':
      case 'ok': return this.#answered(link, message);
      case 'error': return this.#refused(link, message);
      default: return; // a later version's message
    }
  }

  #welcomed(/** @type {Link} */ link, /** @type {import('./types.js').Welcome} */ welcome) {
    this.#links.welcomed(link, welcome);
    if (this.#links.current !== link) return;
    for (const subscription of this.#subscriptions.values()) this.#subscribe(subscription, link);
    this.#sendDue(link);
  }

  #lost(/** @type {Link} */ link, /** @type {number | null} */ code) {
    const action = this.#links.lost(link, code);
    for (const subscription of this.#subscriptions.values()) {
      if (subscription.link === link.id) subscription.bind(null);
      if (action === 'resynchronise') subscription.replica.cursor = null;
    }
    if (action === 'reconnectWithoutResend')
      for (const { command } of this.#outbox.sentOn(link.id)) this.#giveUp(command.id, 'refused', `The server closed with ${code}.`);
    if (!this.#links.running) this.#abandon();
  }

  // Threads.

  #remember(/** @type {string} */ threadId) {
    const subscription = new Subscription(threadId);
    this.#subscriptions.set(threadId, subscription);
    return subscription;
  }

  #subscribe(/** @type {Subscription} */ subscription, /** @type {Link} */ link) {
    const id = ++this.#ids;
    subscription.bind(link.id, id);
    const { threadId, replica: { cursor } } = subscription;
    this.#send(link, { type: 'subscribe', id, threadId, ...(cursor === null ? {} : { cursor }) });
  }

  /** The subscription of a thread, if it is `link` that speaks for it. */
  #bound(/** @type {Link} */ link, /** @type {string} */ threadId) {
    const subscription = this.#subscriptions.get(threadId);
    return subscription?.link === link.id ? subscription : undefined;
  }

  #isSubscribed() {
    return [...this.#subscriptions.values()].every(each => each.pending === null);
  }

  #apply(/** @type {Link} */ link, /** @type {Events} */ message) {
    const subscription = this.#bound(link, message.threadId);
    if (!subscription) return;
    if (subscription.replica.apply(message)) this.#effects.push({ do: 'changed', threadId: message.threadId, by: message });
    else if (!subscription.isAsking) this.#subscribe(subscription, link);
  }

  #restore(/** @type {Link} */ link, /** @type {Snapshot} */ message) {
    const subscription = this.#bound(link, message.threadId);
    if (!subscription?.replica.restore(message)) return;
    this.#effects.push({ do: 'changed', threadId: message.threadId, by: message });
    subscription.awaitsSnapshot = false;
    if (subscription.pending === null) this.#followed(subscription);
  }

  #compare(/** @type {Link} */ link, /** @type {Heartbeat} */ { heads }) {
    for (const [threadId, head] of Object.entries(heads)) {
      const subscription = this.#bound(link, threadId);
      if (subscription && !subscription.isAsking && subscription.replica.cursor !== head) this.#subscribe(subscription, link);
    }
  }

  #subscribed(/** @type {Link} */ link, /** @type {Subscribed} */ { id, threadId, result }) {
    const subscription = this.#bound(link, threadId);
    if (subscription?.pending !== id) return;
    subscription.pending = null;
    subscription.awaitsSnapshot = result === 'snapshot';
    if (!subscription.awaitsSnapshot) this.#followed(subscription);
  }

  #followed(/** @type {Subscription} */ subscription) {
    for (const id of subscription.waiting.splice(0)) this.#effects.push({ do: 'answered', id, answer: null });
  }

  // Commands.

  #ask(/** @type {Command} */ command) {
    if (!this.#links.running && this.#links.stoppedBy !== undefined)
      return this.#fail(command.id, 'closed', `The server ended the session with ${this.#links.stoppedBy}.`);
    this.#outbox.add(command);
    const { current } = this.#links;
    if (current) this.#sendDue(current);
    else this.#fits(command, 64 * 1024);
    return command.id;
  }

  #sendDue(/** @type {Link} */ link) {
    for (const entry of this.#outbox.toSend(link.id, this.#clock())) {
      if (!this.#fits(entry.command, link.maxFrameBytes)) continue;
      entry.link = link.id;
      this.#send(link, entry.command);
    }
  }

  /** A command that the server would close the connection for fails here. */
  #fits(/** @type {Command} */ command, /** @type {number} */ maxFrameBytes) {
    const fits = utf8Length(JSON.stringify(command)) <= maxFrameBytes;
    if (!fits) this.#giveUp(command.id, 'frame_too_big', `The command is over ${maxFrameBytes} bytes.`);
    return fits;
  }

  #send(/** @type {Link} */ link, /** @type {Command} */ command) {
    this.#effects.push({ do: 'send', link: link.id, command });
  }

  #answered(/** @type {Link} */ link, /** @type {Answer} */ message) {
    if (!this.#outbox.answeredBy(link.id, message.id)) return false;
    this.#outbox.remove(message.id);
    this.#effects.push({ do: 'answered', id: message.id, answer: message });
    return true;
  }

  /** Running subscribes the connection at the accepted cursor; a thread that is followed already keeps its own. */
  #accepted(/** @type {Link} */ link, /** @type {Accepted} */ message) {
    if (!this.#answered(link, message) || this.#subscriptions.has(message.threadId)) return;
    const subscription = this.#remember(message.threadId);
    subscription.replica.cursor = message.cursor;
    const { current } = this.#links;
    if (current === link) subscription.bind(link.id);
    else if (current) this.#subscribe(subscription, current);
    this.#effects.push({ do: 'changed', threadId: message.threadId, by: null });
  }

  #refused(/** @type {Link} */ link, /** @type {ErrorMessage} */ error) {
    const { id, code, message } = error;
    if (id === undefined) return void this.#effects.push({ do: 'refused', code, message });
    const dueAt = mayRetry(code) ? this.#clock() + (error.retryAfterMs ?? RETRY_AFTER_MS) : Infinity;
    const subscription = [...this.#subscriptions.values()].find(each => each.link === link.id && each.pending === id);
    if (subscription) return this.#notFollowed(subscription, error, dueAt);
    const entry = this.#outbox.answeredBy(link.id, id);
    if (!entry) return;
    if (dueAt < Infinity) this.#postpone(entry, dueAt);
    else this.#giveUp(id, code, message);
  }

  #postpone(/** @type {Unanswered} */ entry, /** @type {number} */ dueAt) {
    entry.link = null;
    entry.dueAt = dueAt;
  }

  #notFollowed(/** @type {Subscription} */ subscription, /** @type {ErrorMessage} */ { code, message }, /** @type {number} */ dueAt) {
    subscription.pending = null;
    subscription.retryAt = dueAt;
    if (dueAt < Infinity) return;
    const { threadId } = subscription;
    this.#subscriptions.delete(threadId);
    for (const id of subscription.waiting) this.#fail(id, code, message);
    this.#effects.push({ do: 'unfollowed', threadId, code, message });
  }

  #giveUp(/** @type {CommandId} */ id, /** @type {string} */ code, /** @type {string} */ message) {
    this.#outbox.remove(id);
    this.#fail(id, code, message);
  }

  /** @returns {number} the id */
  #fail(/** @type {CommandId} */ id, /** @type {string} */ code, /** @type {string} */ message) {
    this.#effects.push({ do: 'failed', id, code, message });
    return /** @type {number} */ (id);
  }

  /** The session has stopped: nothing will be answered any more. */
  #abandon() {
    for (const { command } of this.#outbox.all) this.#giveUp(command.id, 'closed', 'The session has stopped.');
    for (const subscription of this.#subscriptions.values()) {
      subscription.bind(null);
      for (const id of subscription.waiting.splice(0)) this.#fail(id, 'closed', 'The session has stopped.');
    }
  }
}
