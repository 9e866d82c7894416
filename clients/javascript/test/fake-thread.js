/** @import { AgUiEvent, Events, Interrupt, Snapshot } from '../src/types.js' */
/** @import { Step } from './fake-agent.js' */
import { ThreadReplica } from '../src/thread-replica.js';
import { answerTo, speech } from './fake-agent.js';

/** @typedef {{ runId: string, steps: Step[], messageId?: string, text: string, isCancelled: boolean }} Run */

/** One thread of the fake server: its log, its runs, and the state of both as a snapshot. It outlives a server that restarts. */
export class FakeThread {
  /** @type {AgUiEvent[]} */
  events = [];

  /** @type {Run[]} The first is active. */
  runs = [];

  /** @type {Map<string, { runId: string, text: string, cursor: string }>} by message id */
  accepted = new Map();

  /** @type {Map<string, { interrupt: Interrupt, payload?: unknown, runId?: string }>} */
  interrupts = new Map();

  updatedAt = Date.now();
  #oldest = 0;
  #replica;

  constructor(/** @type {string} */ threadId) {
    this.threadId = threadId;
    this.#replica = new ThreadReplica(threadId);
    this.#replica.cursor = this.cursorAt(0);
  }

  get head() {
    return this.events.length;
  }

  get title() {
    return this.#replica.messages.find(message => message.role === 'user')?.content?.slice(0, 60) ?? 'New chat';
  }

  cursorAt(/** @type {number} */ seq) {
    return `${this.threadId.slice(0, 4)}@${seq}`;
  }

  /** Where a cursor stands; null if it cannot be served from. */
  seqOf(/** @type {string | undefined} */ cursor) {
    const seq = Number(cursor?.split('@')[1] ?? NaN);
    return Number.isInteger(seq) && seq >= this.#oldest && seq <= this.head && cursor === this.cursorAt(seq) ? seq : null;
  }

  /** The log's window moves on: cursors before the head are served a snapshot. */
  forget() {
    this.#oldest = this.head;
  }

  append(/** @type {AgUiEvent} */ event) {
    const after = this.cursorAt(this.head);
    this.events.push(event);
    this.#replica.apply({ type: 'events', threadId: this.threadId, after, cursor: this.cursorAt(this.head), events: [event] });
    this.updatedAt = Date.now();
  }

  /** @returns {Events} */
  eventsFrom(/** @type {number} */ seq) {
    return { type: 'events', threadId: this.threadId, after: this.cursorAt(seq), cursor: this.cursorAt(this.head), events: this.events.slice(seq) };
  }

  /** @returns {Snapshot} */
  snapshot() {
    const { messages, run, queued, interrupts } = this.#replica;
    return {
      type: 'snapshot', threadId: this.threadId, cursor: this.cursorAt(this.head), messages: [...messages], queued, interrupts,
      ...(run ? { run: { ...run, agent: 'ops' } } : {}),
    };
  }

  run(/** @type {{ messageId: string, text: string }} */ { messageId, text }) {
    const known = this.accepted.get(messageId);
    if (known) return known;
    const accepted = { runId: crypto.randomUUID(), text, cursor: this.cursorAt(this.head) };
    this.accepted.set(messageId, accepted);
    const { runId } = accepted;
    const answer = answerTo(text);
    this.#enqueue({ runId, messageId, text, isCancelled: false, steps: [
      { type: 'RUN_STARTED', threadId: this.threadId, runId },
      { type: 'TEXT_MESSAGE_START', messageId, role: 'user' },
      { type: 'TEXT_MESSAGE_CONTENT', messageId, delta: text },
      { type: 'TEXT_MESSAGE_END', messageId },
      { pause: 10 },
      ...answer.steps,
      answer.fails ? { type: 'RUN_ERROR', message: 'The model did not answer.', code: 'agent_failed' } : this.#finish(runId, answer),
    ] });
    return accepted;
  }

  answer(/** @type {string} */ interruptId, /** @type {any} */ payload) {
    const open = this.interrupts.get(interruptId);
    if (!open) return null;
    if (open.runId) return { runId: open.runId, cursor: this.cursorAt(this.head) };
    const runId = crypto.randomUUID();
    Object.assign(open, { runId, payload });
    const toolCallId = /** @type {string} */ (open.interrupt.toolCallId);
    this.#enqueue({ runId, text: '', isCancelled: false, steps: [
      { type: 'RUN_STARTED', threadId: this.threadId, runId },
      { type: 'TOOL_CALL_RESULT', messageId: crypto.randomUUID(), toolCallId, content: payload.approved ? '{"restarted":true}' : 'denied', role: 'tool' },
      ...speech(crypto.randomUUID(), payload.approved ? 'Done: the monitor of `redis` was restarted.' : 'Then I leave it as it is.'),
      this.#finish(runId, {}),
    ] });
    return { runId, cursor: this.cursorAt(this.head) };
  }

  cancel(/** @type {string} */ runId) {
    const run = this.runs.find(each => each.runId === runId);
    if (!run) return;
    run.isCancelled = true;
    if (run === this.runs[0]) return;
    this.runs.splice(this.runs.indexOf(run), 1);
    this.append({ type: 'RUN_FINISHED', threadId: this.threadId, runId, outcome: { type: 'cancelled' } });
  }

  /** Does the next step of the active run. Returns how many ticks to wait before the one after it; null if there is no run. */
  step() {
    const [run] = this.runs;
    if (!run) return null;
    const step = run.isCancelled ? { type: 'RUN_FINISHED', threadId: this.threadId, runId: run.runId, outcome: { type: 'cancelled' } } : run.steps.shift();
    if (step && 'pause' in step && typeof step.pause === 'number') return step.pause;
    const event = /** @type {AgUiEvent} */ (step);
    this.append(event);
    if (event.type === 'RUN_FINISHED' || event.type === 'RUN_ERROR') this.runs.shift();
    return 0;
  }

  #enqueue(/** @type {Run} */ run) {
    this.runs.push(run);
    if (this.runs.length > 1) this.append({ type: 'CUSTOM', name: 'gatehouse.queued', value: { runId: run.runId, messageId: run.messageId, text: run.text } });
  }

  #finish(/** @type {string} */ runId, /** @type {{ steps?: Step[], asks?: boolean }} */ answer) {
    if (!answer.asks) return { type: 'RUN_FINISHED', threadId: this.threadId, runId, outcome: { type: 'success' } };
    const call = /** @type {AgUiEvent} */ (answer.steps?.find(step => 'type' in step && step.type === 'TOOL_CALL_START'));
    const interrupt = { id: crypto.randomUUID(), reason: 'tool_call', message: 'Restart the monitor of redis?', toolCallId: call.toolCallId };
    this.interrupts.set(interrupt.id, { interrupt });
    return { type: 'RUN_FINISHED', threadId: this.threadId, runId, outcome: { type: 'interrupt', interrupts: [interrupt] } };
  }
}
