/** @import { GatehouseClient } from '/client/index.js' */
import { part } from './element.js';
import { StartWatch } from './start-watch.js';

/** Says how the connection is. */
export class ConnectionView {
  #part = part('connection');
  #text = /** @type {HTMLElement} */ (this.#part.querySelector('.connection-text'));
  #wait = /** @type {HTMLElement} */ (this.#part.querySelector('.connection-wait'));
  #retry = /** @type {HTMLButtonElement} */ (this.#part.querySelector('.connection-retry'));
  #client;
  #start;

  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** Whether there has been a connection: what comes after it is a reconnection, between attempts and during them. */
  #wasConnected = false;

  constructor(/** @type {GatehouseClient} */ client) {
    this.#client = client;
    this.#start = new StartWatch(client, () => this.render());
    client.addEventListener('state', () => this.render());
    addEventListener('offline', () => this.render());
    addEventListener('online', () => client.hurry());
    this.#retry.addEventListener('click', () => client.state.name === 'stopped' ? client.start() : client.hurry());
    this.render();
  }

  render() {
    this.#wasConnected ||= this.#client.state.name === 'connected';
    const { state, text } = this.#said();
    const { retryInMs = 0 } = this.#client.state;
    this.#part.dataset.state = state;
    if (this.#text.textContent !== text) this.#text.textContent = text;
    this.#wait.textContent = state === 'reconnecting' && retryInMs > 500 ? `in ${Math.ceil(retryInMs / 1000)} s` : '';
    this.#retry.hidden = state !== 'reconnecting' && state !== 'stopped';
    clearInterval(this.#timer);
    if (state === 'reconnecting') this.#timer = setInterval(() => this.render(), 500);
  }

  /** @returns {{ state: 'connected' | 'connecting' | 'starting' | 'reconnecting' | 'offline' | 'stopped', text: string }} */
  #said() {
    const { name, code, retryInMs = 0 } = this.#client.state;
    if (name === 'connected') return { state: 'connected', text: 'Connected' };
    if (name === 'stopped') return { state: 'stopped', text: code === undefined ? 'Not connected' : `The server ended the connection (${code})` };
    if (!navigator.onLine) return { state: 'offline', text: 'Offline' };
    if (this.#start.said !== undefined) return { state: 'starting', text: this.#start.said };
    if (this.#wasConnected || (name === 'waiting' && retryInMs > 500)) return { state: 'reconnecting', text: 'Reconnecting' };
    return { state: 'connecting', text: 'Connecting' };
  }
}
