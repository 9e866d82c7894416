/** @import { ConnectionState, Effect, GoAway, Welcome } from './types.js' */
/** @import { CloseAction } from './codes.js' */
import { Backoff } from './backoff.js';
import { closeAction } from './codes.js';
import { Link } from './link.js';

const FIRST_RECONNECT_MS = 1000;

/**
 * Which connections there are. At rest there is one, `current`. `next` is being opened: the first, the one after a
 * loss, or the successor of a server that goes away. `retiring` has been succeeded and is closed when it is no longer needed.
 */
export class Links {
  /** @type {Link | null} */
  current = null;

  /** @type {Link | null} */
  next = null;

  /** @type {Link | null} */
  retiring = null;

  running = false;
  awaitsToken = false;

  /** @type {number | undefined} The close code that ended the session. */
  stoppedBy;

  /** @type {string | undefined} What the latest server that was not ready waits for. */
  #waitingFor;

  /** @type {string | undefined} Of the latest `welcome`. */
  #resumeToken;

  #count = 0;
  #reconnectMs = FIRST_RECONNECT_MS;
  #backoff;
  #clock;
  #random;
  #effects;

  /**
   * @param {() => number} clock milliseconds
   * @param {() => number} random in [0, 1)
   * @param {Effect[]} effects where what is wanted is put
   */
  constructor(clock, random, effects) {
    this.#clock = clock;
    this.#random = random;
    this.#effects = effects;
    this.#backoff = new Backoff(random);
  }

  /** @returns {ConnectionState} */
  get state() {
    if (!this.running) return { name: 'stopped', code: this.stoppedBy };
    if (this.current) return { name: 'connected' };
    if (!this.next) return { name: 'waiting' };
    const node = this.next.startingNode ?? this.#waitingFor;
    if (this.next.dueAt > this.#clock()) return { name: 'waiting', retryAt: this.next.dueAt, node };
    return { name: 'connecting', node };
  }

  /** When the state changes or a link dies if nothing else happens. */
  get dueAt() {
    const due = this.#all.flatMap(link => [link.deadAt, link === this.retiring ? link.closeAt : Infinity]);
    return Math.min(Infinity, ...due, this.next && this.next.dueAt > this.#clock() ? this.next.dueAt : Infinity);
  }

  get #all() {
    return [this.current, this.next, this.retiring].filter(link => link !== null);
  }

  find(/** @type {number} */ id) {
    return this.#all.find(link => link.id === id);
  }

  start() {
    this.running = true;
    this.stoppedBy = undefined;
    this.#connect(0);
  }

  stop(/** @type {number | undefined} */ code = undefined) {
    for (const link of this.#all) this.#end(link);
    this.current = this.next = this.retiring = null;
    this.running = this.awaitsToken = false;
    this.#waitingFor = undefined;
    this.stoppedBy = code;
  }

  hurry() {
    if (this.current || !this.next || this.next.dueAt <= this.#clock()) return null;
    this.next.dueAt = this.#clock();
    return this.next.id;
  }

  /** A new token is there. */
  renewed() {
    if (!this.awaitsToken) return;
    this.awaitsToken = false;
    this.#connect(this.#backoff.next(this.#reconnectMs));
  }

  heard(/** @type {Link} */ link) {
    link.heardAt = this.#clock();
  }

  /** `next` becomes current; the one it succeeds, if any, retires. */
  welcomed(/** @type {Link} */ link, /** @type {Welcome} */ welcome) {
    link.welcomed(welcome, this.#clock());
    this.#reconnectMs = welcome.reconnectMs;
    this.#resumeToken = welcome.resumeToken;
    this.#waitingFor = undefined;
    this.retire();
    if (this.current) this.#backoff.lasted(this.#clock() - this.current.welcomedAt);
    this.retiring = this.current;
    this.current = link;
    this.next = null;
  }

  /** The server of the current link is about to close: asks for a successor. */
  goAway(/** @type {Link} */ link, /** @type {GoAway} */ { deadlineMs, spreadMs }) {
    if (link !== this.current || link.closeAt !== Infinity) return;
    link.closeAt = this.#clock() + deadlineMs;
    if (!this.next) this.#connect(this.#random() * spreadMs);
  }

  /** Closes the link that has been succeeded. */
  retire() {
    if (this.retiring) this.#end(this.retiring);
    this.retiring = null;
  }

  /** Links on which nothing has been heard for too long. */
  dead() {
    return this.#all.filter(link => link.deadAt <= this.#clock());
  }

  drop(/** @type {Link} */ link) {
    this.#effects.push({ do: 'drop', link: link.id });
  }

  /**
   * A link is gone; asks for another one where the code says so.
   * @param {Link} link
   * @param {number | null} code
   * @returns {CloseAction} what the code means for what was under way on the link
   */
  lost(link, code) {
    if (link === this.retiring) {
      this.retiring = null;
      return 'reconnect';
    }
    if (link === this.current) this.#backoff.lasted(this.#clock() - link.welcomedAt);
    const succeeded = link === this.current ? this.next : this.current;
    if (link === this.current) this.current = null;
    else this.next = null;
    this.#waitingFor = link.startingNode;
    const action = closeAction(code);
    if (succeeded) this.#keepMoving(action, code);
    else this.#reconnect(action, code);
    return action;
  }

  /** One of two links is gone, a successor or its predecessor: the move goes on unless the code ends the session. */
  #keepMoving(/** @type {CloseAction} */ action, /** @type {number | null} */ code) {
    if (action === 'stop') this.stop(code ?? undefined);
    else if (!this.next) this.#connect(this.#backoff.next(this.#reconnectMs));
  }

  #reconnect(/** @type {CloseAction} */ action, /** @type {number | null} */ code) {
    switch (action) {
      case 'stop': return this.stop(code ?? undefined);
      case 'reconnectNow': return this.#connect(this.#backoff.atOnce(this.#reconnectMs, this.#clock()));
      case 'backOff': return this.#connect(this.#backoff.next(this.#reconnectMs, 1));
      case 'refreshToken':
        this.awaitsToken = true;
        this.#effects.push({ do: 'refreshToken' });
        return;
      default: return this.#connect(this.#backoff.next(this.#reconnectMs));
    }
  }

  #connect(/** @type {number} */ delayMs) {
    this.next = new Link(++this.#count, this.#clock() + delayMs);
    this.#effects.push({ do: 'connect', link: this.next.id, delayMs, ...(this.#resumeToken === undefined ? {} : { resume: this.#resumeToken }) });
  }

  #end(/** @type {Link} */ link) {
    this.#effects.push(link.isOpen ? { do: 'close', link: link.id, code: 1000 } : { do: 'drop', link: link.id });
  }
}
