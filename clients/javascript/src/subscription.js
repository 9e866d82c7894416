/** @import { CommandId } from './types.js' */
import { ThreadReplica } from './thread-replica.js';

/** A thread that the session follows, and the link it is bound to. */
export class Subscription {
  /** @type {number | null} The link whose `events` and `snapshot` are applied; null while there is none. */
  link = null;

  /** @type {CommandId | null} The `subscribe` that has not been answered. */
  pending = null;

  /** A snapshot has been announced and is not complete. */
  awaitsSnapshot = false;

  /** When a `subscribe` that was refused for now is sent again. */
  retryAt = Infinity;

  /** @type {CommandId[]} Whoever asked to follow and waits for it. */
  waiting = [];

  constructor(/** @type {string} */ threadId) {
    this.replica = new ThreadReplica(threadId);
  }

  get threadId() {
    return this.replica.threadId;
  }

  /** Whether the server's word is awaited before another `subscribe` makes sense. */
  get isAsking() {
    return this.pending !== null || this.awaitsSnapshot || this.retryAt !== Infinity;
  }

  /**
   * From now on the thread belongs to `link`, and what other links say about it is ignored.
   * @param {number | null} link
   * @param {CommandId | null} [pending]
   */
  bind(link, pending = null) {
    this.link = link;
    this.pending = pending;
    this.awaitsSnapshot = false;
    this.retryAt = Infinity;
    this.replica.forgetPages();
  }
}
