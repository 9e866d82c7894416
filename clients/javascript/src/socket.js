/** @import { Command, ServerMessage } from './types.js' */
import { SUBPROTOCOL } from './limits.js';

const CONNECT_TIMEOUT_MS = 45_000;

/**
 * What a socket tells its owner. `closed` comes once, at the end.
 * @typedef {object} SocketListener
 * @property {() => void} opened
 * @property {(message: ServerMessage) => void} received
 * @property {(code: number | null) => void} closed null: broken without a close frame, or never opened
 */

/**
 * @typedef {object} SocketOptions
 * @property {typeof globalThis.WebSocket} WebSocket
 * @property {() => URL} url asked for when the WebSocket is opened
 * @property {number} delayMs
 */

/** The WebSocket of one link: opened after a delay, JSON lines in and out. */
export class Socket {
  /** @type {WebSocket | null} */
  #webSocket = null;

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @type {SocketListener | null} */
  #listener;

  #options;

  /**
   * @param {SocketOptions} options
   * @param {SocketListener} listener
   */
  constructor(options, listener) {
    this.#options = options;
    this.#listener = listener;
    this.#timer = setTimeout(() => this.connectNow(), options.delayMs);
  }

  connectNow() {
    if (this.#webSocket !== null || this.#listener === null) return;
    const webSocket = new this.#options.WebSocket(this.#options.url(), SUBPROTOCOL);
    this.#webSocket = webSocket;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ended(null), CONNECT_TIMEOUT_MS);
    webSocket.onopen = () => {
      clearTimeout(this.#timer);
      this.#listener?.opened();
    };
    webSocket.onmessage = ({ data }) => this.#receive(String(data));
    webSocket.onclose = ({ code }) => this.#ended(code === 1005 || code === 1006 ? null : code);
    webSocket.onerror = () => {}; // `close` follows and says the same.
  }

  send(/** @type {Command} */ command) {
    if (this.#webSocket?.readyState === 1) this.#webSocket.send(JSON.stringify(command));
  }

  /** Ends the connection, in order if a code is given; the listener hears no more of it. */
  close(/** @type {number | undefined} */ code = undefined) {
    clearTimeout(this.#timer);
    this.#listener = null;
    this.#webSocket?.close(code);
  }

  #receive(/** @type {string} */ frame) {
    for (const line of frame.split('\n')) if (line !== '') this.#listener?.received(JSON.parse(line));
  }

  #ended(/** @type {number | null} */ code) {
    const listener = this.#listener;
    this.close();
    listener?.closed(code);
  }
}
