const FIRST_MS = 1000;
const LONGEST_MS = 30_000;
const SILENCE_MS = 12_000; // the server speaks every five seconds

/** @typedef {import('./panels.js').Status} Status */

/** The live status: reconnects by itself with growing pauses, and takes a silent stream for a broken one. */
export class Feed {
  /** Since when there is no news, by this machine's clock; undefined while there is. @type {number | undefined} */
  lostAt;

  /** @type {EventSource | undefined} */
  #source;

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  #pause = FIRST_MS;
  #heard;
  #lost;

  /** @param {(status: Status) => void} heard @param {() => void} lost */
  constructor(heard, lost) {
    this.#heard = heard;
    this.#lost = lost;
    addEventListener('online', () => this.open());
    document.addEventListener('visibilitychange', () => document.hidden || (this.lostAt !== undefined && this.open()));
  }

  open() {
    this.#source?.close();
    const source = this.#source = new EventSource('/api/status/live');
    this.#watch();
    source.onmessage = ({ data }) => {
      if (source !== this.#source) return;
      this.#pause = FIRST_MS;
      this.lostAt = undefined;
      this.#watch();
      this.#heard(JSON.parse(data));
    };
    source.onerror = () => source === this.#source && this.#lose();
  }

  #watch() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lose(), SILENCE_MS);
  }

  #lose() {
    this.#source?.close();
    this.#source = undefined;
    this.lostAt ??= Date.now();
    clearTimeout(this.#timer);
    // Spread, because all pages of a server lose it at once.
    this.#timer = setTimeout(() => this.open(), this.#pause * (0.5 + Math.random() / 2));
    this.#pause = Math.min(LONGEST_MS, this.#pause * 2);
    this.#lost();
  }
}
