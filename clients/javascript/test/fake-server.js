import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { FakeConnection } from './fake-connection.js';
import { FakeThread } from './fake-thread.js';

const ROOTS = {
  client: fileURLToPath(new URL('../src/', import.meta.url)),
  page: fileURLToPath(new URL('../../../src/Gatehouse/wwwroot/', import.meta.url)),
};

/** @type {Record<string, string>} */
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.webmanifest': 'application/manifest+json' };

const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * A server that speaks docs/protocol.md from memory, and serves the chat page: for tests of the client and for working
 * on the page. Its threads outlive it, so that another one can be started with them on the same port.
 */
export class FakeServer {
  /** @type {Set<FakeConnection>} */
  connections = new Set();

  /** @type {string[]} The query of each upgrade. */
  queries = [];

  #http = createServer((request, response) => this.#serve(request.url ?? '/', response));
  #webSockets = new WebSocketServer({ server: this.#http, path: '/ws', handleProtocols: () => 'gatehouse.v1' });
  /** @type {NodeJS.Timeout[]} */
  #timers = [];
  /** @type {WeakMap<FakeThread, number>} Ticks until a thread's next step. */
  #waits = new WeakMap();

  /** @param {{ threads?: Map<string, FakeThread>, tickMs?: number, welcome?: object }} [options] */
  constructor({ threads = new Map(), tickMs = 20, welcome = {} } = {}) {
    this.threads = threads;
    this.tickMs = tickMs;
    this.welcome = { connectionId: 'k1', instance: 'fake', revision: '1', heartbeatMs: 20000, reconnectMs: 500, maxFrameBytes: 65536, resumeToken: 'none', ...welcome };
    this.#webSockets.on('connection', (webSocket, request) => {
      this.queries.push(new URL(request.url ?? '', 'ws://localhost').search);
      const connection = new FakeConnection(webSocket, this.#access, this.welcome);
      this.connections.add(connection);
      webSocket.on('close', () => this.connections.delete(connection));
    });
  }

  /** @returns {Promise<number>} the port */
  async listen(port = 0) {
    await new Promise(resolve => this.#http.listen(port, '127.0.0.1', () => resolve(undefined)));
    this.#timers = [
      setInterval(() => this.#tick(), this.tickMs),
      setInterval(() => this.connections.forEach(each => each.heartbeat()), /** @type {any} */ (this.welcome).heartbeatMs),
    ];
    return /** @type {import('node:net').AddressInfo} */ (this.#http.address()).port;
  }

  /** Cuts every connection. */
  drop() {
    for (const connection of this.connections) connection.drop();
  }

  goAway(deadlineMs = 2000, spreadMs = 0) {
    for (const connection of this.connections) connection.send({ type: 'goaway', deadlineMs, spreadMs, reason: 'drain' });
  }

  /** As `kill -9` would. */
  async kill() {
    this.#timers.forEach(clearInterval);
    this.drop();
    this.#webSockets.close();
    this.#http.closeAllConnections();
    await new Promise(resolve => this.#http.close(resolve));
  }

  #access = {
    get: (/** @type {string} */ threadId) => this.threads.get(threadId),
    open: (/** @type {string} */ threadId) => {
      const thread = this.threads.get(threadId) ?? new FakeThread(threadId);
      this.threads.set(threadId, thread);
      return thread;
    },
    all: () => [...this.threads.values()],
  };

  #tick() {
    for (const thread of this.threads.values()) {
      const wait = this.#waits.get(thread) ?? 0;
      if (wait > 0) this.#waits.set(thread, wait - 1);
      else this.#advance(thread);
    }
    for (const connection of this.connections) connection.pump();
  }

  #advance(/** @type {FakeThread} */ thread) {
    for (let wait = thread.step(); wait !== null; wait = thread.step()) {
      if (wait === 0) continue;
      this.#waits.set(thread, wait - 1);
      return;
    }
  }

  #serve(/** @type {string} */ url, /** @type {import('node:http').ServerResponse} */ response) {
    const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
    const file = path.startsWith('/client/') ? join(ROOTS.client, path.slice(8)) : join(ROOTS.page, path === '/' ? 'index.html' : path);
    if (!existsSync(file) || !statSync(file).isFile()) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-security-policy': CSP, 'cache-control': 'no-store' });
    createReadStream(file).pipe(response);
  }
}
