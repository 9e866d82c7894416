/** @import { WebSocket } from 'ws' */
/** @import { FakeThread } from './fake-thread.js' */

/** One connection of the fake server: answers commands, and sends whatever lies between its cursors and the threads' heads. */
export class FakeConnection {
  /** @type {Map<string, number>} Per thread, how far it has been sent. */
  #sent = new Map();

  #webSocket;
  #threads;

  /**
   * @param {WebSocket} webSocket
   * @param {{ get(threadId: string): FakeThread | undefined, open(threadId: string): FakeThread, all(): FakeThread[] }} threads
   * @param {object} welcome
   */
  constructor(webSocket, threads, welcome) {
    this.#webSocket = webSocket;
    this.#threads = threads;
    webSocket.on('message', data => {
      for (const line of String(data).split('\n')) this.#answer(JSON.parse(line));
    });
    this.send({ type: 'welcome', ...welcome });
  }

  send(/** @type {object} */ message) {
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.send(JSON.stringify(message));
  }

  /** Sends what is new. */
  pump() {
    for (const [threadId, seq] of this.#sent) {
      const thread = this.#threads.open(threadId);
      if (thread.head > seq) this.send(thread.eventsFrom(seq));
      this.#sent.set(threadId, thread.head);
    }
  }

  heartbeat() {
    this.send({ type: 'heartbeat', heads: Object.fromEntries([...this.#sent].map(([id, seq]) => [id, this.#threads.open(id).cursorAt(seq)])) });
  }

  close(/** @type {number} */ code) {
    this.#webSocket.close(code);
  }

  /** The network is gone. */
  drop() {
    this.#webSocket.terminate();
  }

  #answer(/** @type {any} */ command) {
    const { id, threadId } = command;
    switch (command.type) {
      case 'run': return this.#run(command);
      case 'subscribe': return this.#subscribe(command);
      case 'unsubscribe': this.#sent.delete(threadId); return this.send({ type: 'ok', id });
      case 'cancel': for (const thread of this.#threads.all()) thread.cancel(command.runId); return this.send({ type: 'ok', id });
      case 'answer': return this.#resolve(command);
      case 'threads': return this.#list(id);
      default: return this.send({ type: 'error', id, code: 'unknown_type', message: `There is no command ${command.type}.` });
    }
  }

  #run(/** @type {any} */ { id, threadId, messageId, text }) {
    const thread = this.#threads.open(threadId);
    const { runId, cursor, ...known } = thread.run({ messageId, text });
    if (known.text !== text) return this.send({ type: 'error', id, code: 'conflict', message: 'The message id was used for another text.' });
    const queued = thread.runs.findIndex(run => run.runId === runId);
    this.send({ type: 'accepted', id, threadId, runId, cursor, ...(queued > 0 ? { queued } : {}) });
    if (!this.#sent.has(threadId)) this.#sent.set(threadId, Number(cursor.split('@')[1]));
  }

  #resolve(/** @type {any} */ { id, interruptId, payload }) {
    const thread = this.#threads.all().find(each => each.interrupts.has(interruptId));
    const answered = thread?.answer(interruptId, payload);
    if (!thread || !answered) return this.send({ type: 'error', id, code: 'unknown_interrupt', message: 'There is no such interrupt.' });
    this.send({ type: 'accepted', id, threadId: thread.threadId, ...answered });
  }

  #subscribe(/** @type {any} */ { id, threadId, cursor }) {
    const thread = this.#threads.get(threadId);
    if (!thread) return this.send({ type: 'error', id, code: 'unknown_thread', message: 'There is no such thread.' });
    const seq = thread.seqOf(cursor);
    this.send({ type: 'subscribed', id, threadId, result: seq === null ? 'snapshot' : 'replayed', cursor: seq === null ? thread.cursorAt(thread.head) : cursor });
    if (seq === null) this.send(thread.snapshot());
    this.#sent.set(threadId, seq ?? thread.head);
    this.pump();
  }

  #list(/** @type {unknown} */ id) {
    const threads = this.#threads.all().sort((a, b) => b.updatedAt - a.updatedAt).map(thread => ({
      threadId: thread.threadId, title: thread.title, updatedAt: thread.updatedAt, ...(thread.runs.length > 0 ? { running: true } : {}),
    }));
    this.send({ type: 'threads', id, threads });
  }
}
