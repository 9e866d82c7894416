/** @import { ActiveRun, AgUiEvent, Events, Interrupt, Message, QueuedRun, Snapshot } from './types.js' */

/**
 * What the client has of one thread: a pure fold of its events, exact up to `cursor`.
 *
 * Only two things change it. `apply` takes events if and only if they follow the cursor; `restore` takes a snapshot,
 * of one page or several, in place of everything before.
 */
export class ThreadReplica {
  /** @type {string | null} The position that has been consumed; null before the first. */
  cursor = null;

  /** @type {Message[]} In order, including a message that is still being written. */
  messages = [];

  /** @type {ActiveRun | null} */
  run = null;

  /** @type {QueuedRun[]} */
  queued = [];

  /** @type {Interrupt[]} Open ones only. */
  interrupts = [];

  /**
   * How the latest run ended; null while one is active, and where it is not known: a snapshot does not say.
   * @type {{ outcome: 'success' | 'interrupt' | 'cancelled' | 'error', code?: string, message?: string } | null}
   */
  ended = null;

  /** @type {Map<string, number>} Where in `messages` an id is. */
  #index = new Map();

  /** @type {Map<string, string>} The assistant message of a tool call. */
  #callers = new Map();

  /** @type {Snapshot[]} Pages of a snapshot that has not ended. */
  #pages = [];

  constructor(/** @type {string} */ threadId) {
    this.threadId = threadId;
  }

  /** Takes events. False if they do not follow the cursor: then nothing has changed and the thread must be subscribed again. */
  apply(/** @type {Events} */ { after, cursor, events }) {
    if (after !== this.cursor) return false;
    for (const event of events) this.#fold(event);
    this.cursor = cursor;
    return true;
  }

  /** Takes one page of a snapshot. True once it was the last one and the whole has been applied. */
  restore(/** @type {Snapshot} */ page) {
    if (this.#pages.length > 0 && this.#pages[0].cursor !== page.cursor) this.#pages = [];
    this.#pages.push(page);
    if (page.more) return false;
    const pages = this.#pages;
    this.forgetPages();
    this.messages = pages.flatMap(each => each.messages);
    this.queued = pages.flatMap(each => each.queued ?? []);
    this.interrupts = pages.flatMap(each => each.interrupts ?? []);
    this.run = pages.find(each => each.run)?.run ?? null;
    this.ended = null;
    this.cursor = page.cursor;
    this.#reindex();
    return true;
  }

  /** A snapshot that was cut off begins again from its first page. */
  forgetPages() {
    this.#pages = [];
  }

  message(/** @type {string} */ id) {
    const at = this.#index.get(id);
    return at === undefined ? undefined : this.messages[at];
  }

  #reindex() {
    this.#index = new Map(this.messages.map((message, at) => [message.id, at]));
    this.#callers = new Map(this.messages.flatMap(message => (message.toolCalls ?? []).map(call => [call.id, message.id])));
  }

  #fold(/** @type {AgUiEvent} */ event) {
    switch (event.type) {
      case 'RUN_STARTED': return this.#started(event);
      case 'RUN_FINISHED': return this.#finished(event);
      case 'RUN_ERROR': return this.#failed(event);
      case 'TEXT_MESSAGE_START': return this.#open({ id: event.messageId, role: event.role ?? 'assistant', content: '' });
      case 'REASONING_MESSAGE_START': return this.#open({ id: event.messageId, role: 'reasoning', content: '' });
      case 'TEXT_MESSAGE_CONTENT':
      case 'REASONING_MESSAGE_CONTENT': return this.#append(event);
      case 'TOOL_CALL_START': return this.#call(event);
      case 'TOOL_CALL_ARGS': return this.#argue(event);
      case 'TOOL_CALL_RESULT': return this.#result(event);
      case 'CUSTOM': return event.name === 'gatehouse.queued' ? this.#wait(event.value) : undefined;
      default: return undefined; // *_END, and what later versions add, changes nothing that is kept here.
    }
  }

  #started(/** @type {AgUiEvent} */ { runId }) {
    this.run = { runId };
    this.ended = null;
    this.queued = this.queued.filter(waiting => waiting.runId !== runId);
  }

  #finished(/** @type {AgUiEvent} */ { runId, outcome }) {
    if (this.run?.runId === runId) {
      this.run = null;
      this.ended = { outcome: outcome?.type ?? 'success' };
    }
    this.queued = this.queued.filter(waiting => waiting.runId !== runId);
    if (outcome?.type !== 'interrupt') return;
    const asked = /** @type {Interrupt[]} */ (outcome.interrupts);
    this.interrupts = [...this.interrupts.filter(open => !asked.some(({ id }) => id === open.id)), ...asked];
  }

  #failed(/** @type {AgUiEvent} */ { code, message }) {
    this.run = null;
    this.ended = { outcome: 'error', code, message };
  }

  #wait(/** @type {QueuedRun} */ waiting) {
    if (!this.queued.some(({ runId }) => runId === waiting.runId)) this.queued = [...this.queued, waiting];
  }

  /** A start of a message that a snapshot or a tool call has already brought adds nothing. */
  #open(/** @type {Message} */ message) {
    const at = this.#index.get(message.id);
    if (at === undefined) {
      this.#index.set(message.id, this.messages.length);
      this.messages.push(message);
    } else {
      this.messages[at] = { ...message, ...this.messages[at] };
    }
  }

  #append(/** @type {AgUiEvent} */ { messageId, delta }) {
    this.#replace(messageId, message => ({ ...message, content: (message.content ?? '') + delta }));
  }

  /** A call belongs to the assistant message it names; if there is none, it begins one. */
  #call(/** @type {AgUiEvent} */ { toolCallId, toolCallName, parentMessageId }) {
    const parent = this.message(parentMessageId);
    const caller = !parentMessageId || (parent && parent.role !== 'assistant') ? toolCallId : parentMessageId;
    if (!this.#index.has(caller)) this.#open({ id: caller, role: 'assistant' });
    this.#callers.set(toolCallId, caller);
    this.#replace(caller, message => message.toolCalls?.some(({ id }) => id === toolCallId) ? message : {
      ...message,
      toolCalls: [...(message.toolCalls ?? []), { id: toolCallId, type: 'function', function: { name: toolCallName, arguments: '' } }],
    });
  }

  #argue(/** @type {AgUiEvent} */ { toolCallId, delta }) {
    this.#replace(this.#callers.get(toolCallId), message => ({
      ...message,
      toolCalls: message.toolCalls?.map(call => call.id !== toolCallId ? call
        : { ...call, function: { ...call.function, arguments: call.function.arguments + delta } }),
    }));
  }

  /** The result of a call also closes the interrupt that asked about it. */
  #result(/** @type {AgUiEvent} */ { messageId, toolCallId, content }) {
    this.#open({ id: messageId, role: 'tool', toolCallId, content: typeof content === 'string' ? content : JSON.stringify(content) });
    this.interrupts = this.interrupts.filter(open => open.toolCallId !== toolCallId);
  }

  /**
   * @param {string | undefined} id
   * @param {(message: Message) => Message} change
   */
  #replace(id, change) {
    const at = id === undefined ? undefined : this.#index.get(id);
    if (at !== undefined) this.messages[at] = change(this.messages[at]);
  }
}
