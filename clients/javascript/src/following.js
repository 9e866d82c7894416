/** @import { CommandId, Effect, ErrorMessage, Events, Heartbeat, Snapshot, Subscribed } from './types.js' */
/** @import { Link } from './link.js' */
import { Subscription } from './subscription.js';

/**
 * The threads that are followed. Each is bound to the link it was subscribed on last; what other links say about it is
 * ignored. Events that do not follow the thread's own cursor are not applied but asked for again, once until answered.
 */
export class Following {
  /** @type {Map<string, Subscription>} In the order in which they were followed. */
  #subscriptions = new Map();

  #newId;
  #effects;

  /**
   * @param {() => number} newId
   * @param {Effect[]} effects where what is wanted is put
   */
  constructor(newId, effects) {
    this.#newId = newId;
    this.#effects = effects;
  }

  get #all() {
    return [...this.#subscriptions.values()];
  }

  /** Whether no `subscribe` waits for its answer. */
  get isSubscribed() {
    return this.#all.every(({ pending }) => pending === null);
  }

  /** When the next refused `subscribe` is due. */
  get dueAt() {
    return Math.min(Infinity, ...this.#all.map(({ retryAt }) => retryAt));
  }

  has(/** @type {string} */ threadId) {
    return this.#subscriptions.has(threadId);
  }

  replica(/** @type {string} */ threadId) {
    return this.#subscriptions.get(threadId)?.replica;
  }

  /**
   * @param {string} threadId
   * @param {CommandId} id under which the caller hears that it is done
   * @param {Link | null} current
   */
  follow(threadId, id, current) {
    const known = this.#subscriptions.get(threadId);
    const subscription = known ?? this.#remember(threadId);
    subscription.waiting.push(id);
    if (known && known.link !== null && !known.isAsking) this.#followed(known);
    else if (!known && current) this.#subscribe(subscription, current);
  }

  unfollow(/** @type {string} */ threadId, /** @type {Link | null} */ current) {
    const subscription = this.#subscriptions.get(threadId);
    if (!subscription) return;
    this.#subscriptions.delete(threadId);
    this.#fail(subscription, 'unfollowed', 'The thread was left.');
    if (current && subscription.link === current.id)
      this.#effects.push({ do: 'send', link: current.id, command: { type: 'unsubscribe', id: this.#newId(), threadId } });
  }

  /** A run was accepted on `link` in a thread that was not followed: the server has subscribed that connection at `cursor`. */
  adopt(/** @type {string} */ threadId, /** @type {string} */ cursor, /** @type {Link} */ link) {
    const subscription = this.#remember(threadId);
    subscription.replica.cursor = cursor;
    subscription.bind(link.id);
    this.#effects.push({ do: 'changed', threadId, by: null });
  }

  /** A link has become current. */
  subscribeAll(/** @type {Link} */ link) {
    for (const subscription of this.#subscriptions.values()) this.#subscribe(subscription, link);
  }

  /** Sends again what was refused for now. */
  retry(/** @type {Link} */ link, /** @type {number} */ now) {
    for (const subscription of this.#subscriptions.values())
      if (subscription.retryAt <= now) this.#subscribe(subscription, link);
  }

  lost(/** @type {Link} */ link) {
    for (const subscription of this.#subscriptions.values()) if (subscription.link === link.id) subscription.bind(null);
  }

  forgetCursors() {
    for (const { replica } of this.#subscriptions.values()) replica.cursor = null;
  }

  /** Nothing will come any more. The replicas stay readable. */
  stop(/** @type {string} */ code, /** @type {string} */ message) {
    for (const subscription of this.#subscriptions.values()) {
      subscription.bind(null);
      this.#fail(subscription, code, message);
    }
  }

  apply(/** @type {Link} */ link, /** @type {Events} */ message) {
    const subscription = this.#bound(link, message.threadId);
    if (!subscription) return;
    if (subscription.replica.apply(message)) this.#effects.push({ do: 'changed', threadId: message.threadId, by: message });
    else if (!subscription.isAsking) this.#subscribe(subscription, link);
  }

  restore(/** @type {Link} */ link, /** @type {Snapshot} */ message) {
    const subscription = this.#bound(link, message.threadId);
    if (!subscription?.replica.restore(message)) return;
    this.#effects.push({ do: 'changed', threadId: message.threadId, by: message });
    subscription.awaitsSnapshot = false;
    if (subscription.pending === null) this.#followed(subscription);
  }

  compare(/** @type {Link} */ link, /** @type {Heartbeat} */ { heads }) {
    for (const [threadId, head] of Object.entries(heads)) {
      const subscription = this.#bound(link, threadId);
      if (subscription && !subscription.isAsking && subscription.replica.cursor !== head) this.#subscribe(subscription, link);
    }
  }

  subscribed(/** @type {Link} */ link, /** @type {Subscribed} */ { id, threadId, result }) {
    const subscription = this.#bound(link, threadId);
    if (subscription?.pending !== id) return;
    subscription.pending = null;
    subscription.awaitsSnapshot = result === 'snapshot';
    if (!subscription.awaitsSnapshot) this.#followed(subscription);
  }

  /**
   * @param {Link} link
   * @param {ErrorMessage} error
   * @param {number} dueAt when it may be tried again; Infinity if it may not
   * @returns {boolean} whether the error was about a `subscribe`
   */
  refused(link, { id, code, message }, dueAt) {
    const subscription = this.#all.find(each => each.link === link.id && each.pending === id);
    if (!subscription) return false;
    const { threadId } = subscription;
    subscription.pending = null;
    subscription.retryAt = dueAt;
    if (dueAt < Infinity) return true;
    this.#subscriptions.delete(threadId);
    this.#fail(subscription, code, message);
    this.#effects.push({ do: 'unfollowed', threadId, code, message });
    return true;
  }

  #remember(/** @type {string} */ threadId) {
    const subscription = new Subscription(threadId);
    this.#subscriptions.set(threadId, subscription);
    return subscription;
  }

  #subscribe(/** @type {Subscription} */ subscription, /** @type {Link} */ link) {
    const id = this.#newId();
    subscription.bind(link.id, id);
    const { threadId, replica: { cursor } } = subscription;
    this.#effects.push({ do: 'send', link: link.id, command: { type: 'subscribe', id, threadId, ...(cursor === null ? {} : { cursor }) } });
  }

  /** The subscription of a thread, if it is `link` that speaks for it. */
  #bound(/** @type {Link} */ link, /** @type {string} */ threadId) {
    const subscription = this.#subscriptions.get(threadId);
    return subscription?.link === link.id ? subscription : undefined;
  }

  #followed(/** @type {Subscription} */ subscription) {
    for (const id of subscription.waiting.splice(0)) this.#effects.push({ do: 'answered', id, answer: null });
  }

  #fail(/** @type {Subscription} */ subscription, /** @type {string} */ code, /** @type {string} */ message) {
    for (const id of subscription.waiting.splice(0)) this.#effects.push({ do: 'failed', id, code, message });
  }
}
