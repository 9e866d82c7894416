/** @import { GatehouseClient } from '/client/index.js' */

const FIRST_MS = 1000;
const NEXT_MS = 3000;
const PATIENCE_MS = 1000;

/**
 * Knows what a server that is not ready waits for, while there is no connection: a browser cannot read why an upgrade was
 * refused, and one that is held says nothing. The readiness probe tells. A connection that is back soon is not asked about.
 */
export class StartWatch {
  /** @type {{ node: string, hasBeenUp: boolean } | undefined} */
  #culprit;

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  #client;
  #changed;

  /**
   * @param {GatehouseClient} client
   * @param {() => void} changed it is another node now
   */
  constructor(client, changed) {
    this.#client = client;
    this.#changed = changed;
    client.addEventListener('state', () => this.#look());
  }

  /** What the server is said to be doing, and for which node it waits; undefined if nobody has said. */
  get said() {
    const node = this.#client.state.node ?? this.#culprit?.node;
    if (node === undefined) return undefined;
    const hasBeenUp = node === this.#culprit?.node && this.#culprit.hasBeenUp;
    return `The server is ${hasBeenUp ? 'not ready' : 'starting'} (waiting for ${node})`;
  }

  get #isWanted() {
    return ['connecting', 'waiting'].includes(this.#client.state.name);
  }

  #look() {
    if (this.#isWanted) {
      this.#timer ??= this.#askIn(FIRST_MS);
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = this.#culprit = undefined;
  }

  /** Spread, because all pages of a server lose it at once. */
  #askIn(/** @type {number} */ ms) {
    return setTimeout(() => this.#ask(), ms * (0.5 + Math.random()));
  }

  async #ask() {
    const asked = this.#timer;
    const culprit = document.hidden || !navigator.onLine ? this.#culprit : await fetchCulprit();
    if (asked !== this.#timer) return; // connected meanwhile
    this.#culprit = culprit;
    this.#timer = this.#askIn(NEXT_MS);
    this.#changed();
  }
}

/** The first required node that is not up; undefined if there is none, or no answer. */
async function fetchCulprit() {
  try {
    const answer = await fetch('/ready', { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) });
    /** @type {{ nodes?: { name: string, state: string, required?: boolean, lastGood?: string }[] }} */
    const { nodes = [] } = await answer.json();
    const down = nodes.find(({ state, required = true }) => required && state !== 'ready' && state !== 'degraded');
    return down && { node: down.name, hasBeenUp: down.lastGood !== undefined };
  } catch {
    return undefined; // The server is away, or slow; the next attempt to connect will tell.
  }
}
