const CEILING_MS = 30_000;
const STABLE_MS = 60_000;
const BRAKE_MS = 10_000;

/** How long to wait before the next attempt to connect: full jitter, docs/protocol.md §7. */
export class Backoff {
  #attempt = 0;
  #lastAtOnce = -Infinity;
  #random;

  /** @param {() => number} random in [0, 1) */
  constructor(random) {
    this.#random = random;
  }

  /**
   * The delay of the next attempt.
   * @param {number} baseMs the server's `reconnectMs`
   * @param {number} [from] the first step to be used
   */
  next(baseMs, from = 0) {
    const step = Math.max(this.#attempt, from);
    this.#attempt = step + 1;
    return this.#random() * Math.min(CEILING_MS, baseMs * 2 ** step);
  }

  /**
   * The delay where the server asks for none: a server that always asks gets its way once in ten seconds.
   * @param {number} baseMs
   * @param {number} now milliseconds
   */
  atOnce(baseMs, now) {
    if (now - this.#lastAtOnce < BRAKE_MS) return this.next(baseMs);
    this.#lastAtOnce = now;
    return 0;
  }

  /** A connection has ended that was welcomed `ms` ago. Only a stable one forgives what went before. */
  lasted(/** @type {number} */ ms) {
    if (ms >= STABLE_MS) this.#attempt = 0;
  }
}
