/** @import { GatehouseClient } from '/client/index.js' */
/** @import { ThreadSummary } from '/client/types.js' */
import { element, part } from './element.js';

const NAME = 'gatehouse.threads';

/** The list of threads, newest first. Tabs tell each other when it has changed. */
export class ThreadList {
  #list = part('thread-list', HTMLUListElement);
  #more = part('more-threads', HTMLButtonElement);
  #client;
  #tabs = new BroadcastChannel(NAME);

  /** @type {ThreadSummary[]} */
  #threads = [];

  /** @type {string | undefined} Where the rest of the list begins. */
  #next;

  /** @type {Map<string, HTMLElement>} */
  #entries = new Map();

  #isLoading = false;
  #isStale = false;
  #changed;

  /**
   * @param {GatehouseClient} client
   * @param {() => void} changed the list is another one
   */
  constructor(client, changed) {
    this.#client = client;
    this.#changed = changed;
    this.#tabs.onmessage = () => this.#load();
    this.#more.addEventListener('click', () => this.#loadMore());
    document.addEventListener('visibilitychange', () => document.hidden || this.#load());
    client.addEventListener('state', () => client.state.name === 'connected' && this.#load());
  }

  /** Something has happened that changes the list, for all tabs. */
  refresh() {
    this.#tabs.postMessage('changed');
    this.#load();
  }

  title(/** @type {string} */ threadId) {
    return this.#threads.find(thread => thread.threadId === threadId)?.title;
  }

  render(/** @type {string | null} */ openId) {
    this.#more.hidden = this.#next === undefined;
    const kept = new Set(this.#threads.map(({ threadId }) => threadId));
    for (const [id, entry] of this.#entries) {
      if (kept.has(id)) continue;
      entry.remove();
      this.#entries.delete(id);
    }
    this.#threads.forEach((thread, at) => {
      const entry = this.#entry(thread, thread.threadId === openId);
      if (this.#list.children[at] !== entry) this.#list.insertBefore(entry, this.#list.children[at] ?? null);
    });
  }

  #entry(/** @type {ThreadSummary} */ { threadId, title, updatedAt, running = false }, /** @type {boolean} */ isOpen) {
    const entry = this.#entries.get(threadId) ?? element('li', {}, element('a', { href: `#${threadId}`, data: { threadId } }, element('span', { class: 'thread-title' }), element('span', { class: 'thread-time' })));
    this.#entries.set(threadId, entry);
    const link = /** @type {HTMLElement} */ (entry.firstElementChild);
    const [name, time] = /** @type {Iterable<HTMLElement>} */ (/** @type {unknown} */ (link.children));
    if (name.textContent !== title) name.textContent = title;
    time.textContent = running ? 'answering' : ago(updatedAt);
    link.toggleAttribute('data-running', running);
    if (isOpen) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
    return entry;
  }

  /** At most one question at a time; what happens meanwhile asks once more. */
  async #load() {
    this.#isStale = true;
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      while (this.#isStale) {
        this.#isStale = false;
        const { threads, next } = await this.#client.threads();
        this.#threads = threads;
        this.#next = next;
      }
      this.#changed();
    } catch (error) {
      console.warn('The list of chats could not be loaded.', error);
    } finally {
      this.#isLoading = false;
    }
  }

  async #loadMore() {
    const { threads, next } = await this.#client.threads(this.#next);
    this.#threads = [...this.#threads, ...threads];
    this.#next = next;
    this.#changed();
  }
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'narrow' });

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000]];

function ago(/** @type {number} */ time) {
  const since = Date.now() - time;
  const [unit, length] = UNITS.find(([, ms]) => since >= ms) ?? ['second', Infinity];
  return unit === 'second' ? 'now' : relative.format(-Math.floor(since / length), unit);
}
