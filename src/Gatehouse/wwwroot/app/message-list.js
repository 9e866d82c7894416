/** @import { ThreadReplica } from '/client/index.js' */
/** @import { Message } from '/client/types.js' */
/** @import { Chat } from './chat.js' */
/** @import { CallState } from './tool-call-view.js' */
import { AssistantMessageView } from './assistant-message-view.js';
import { InterruptView } from './interrupt-view.js';
import { NoticeView } from './notice-view.js';
import { ReasoningView } from './reasoning-view.js';
import { UserMessageView } from './user-message-view.js';

/**
 * One thing to be shown: which view, under which key it is found again, and what it is updated with.
 * @typedef {{ key: string, view: new () => { element: HTMLElement, update(what: any): void }, what: any }} Item
 */

/** Shows the open thread. Views are kept by key and touch the page only where what they show has changed. */
export class MessageList {
  /** @type {Map<string, { element: HTMLElement, update(what: any): void }>} */
  #views = new Map();

  /** @type {string | null} */
  #threadId = null;

  #parent;
  #chat;
  #edit;

  /**
   * @param {HTMLElement} parent
   * @param {Chat} chat
   * @param {(text: string) => void} edit puts a text back where it can be changed
   */
  constructor(parent, chat, edit) {
    this.#parent = parent;
    this.#chat = chat;
    this.#edit = edit;
  }

  render() {
    if (this.#threadId !== this.#chat.threadId) this.#clear();
    const items = this.#items();
    const keys = new Set(items.map(({ key }) => key));
    for (const [key, view] of this.#views) {
      if (keys.has(key)) continue;
      view.element.remove();
      this.#views.delete(key);
    }
    items.forEach(({ key, view, what }, at) => {
      const shown = this.#views.get(key) ?? new view();
      this.#views.set(key, shown);
      shown.update(what);
      if (this.#parent.children[at] !== shown.element) this.#parent.insertBefore(shown.element, this.#parent.children[at] ?? null);
    });
  }

  #clear() {
    this.#threadId = this.#chat.threadId;
    this.#views.clear();
    this.#parent.replaceChildren();
  }

  /** @returns {Item[]} */
  #items() {
    const { replica } = this.#chat;
    return [...replica ? this.#said(replica) : [], ...replica ? this.#state(replica) : [], ...this.#toCome(replica)];
  }

  /** @returns {Item[]} */
  #said(/** @type {ThreadReplica} */ replica) {
    /** @type {Map<string | undefined, Message>} */
    const results = new Map(replica.messages.filter(({ role }) => role === 'tool').map(message => [message.toolCallId, message]));
    const asking = new Set(replica.interrupts.map(({ toolCallId }) => toolCallId));
    const called = new Set(replica.messages.flatMap(({ toolCalls = [] }) => toolCalls.map(({ id }) => id)));
    return replica.messages.flatMap((message, at) => {
      const isWriting = replica.run !== null && at === replica.messages.length - 1;
      const key = message.id;
      if (message.role === 'user') return { key, view: UserMessageView, what: { id: key, text: message.content ?? '', state: 'sent' } };
      if (message.role === 'reasoning') return { key, view: ReasoningView, what: { message, isWriting } };
      if (message.role === 'tool' && called.has(message.toolCallId ?? '')) return [];
      const calls = (message.toolCalls ?? []).map(call => {
        const result = results.get(call.id);
        return { result, state: callState(result, asking.has(call.id), replica.run !== null) };
      });
      return { key, view: AssistantMessageView, what: { message, calls, isWriting } };
    });
  }

  /** @returns {Item[]} what goes on in the thread, or how it ended */
  #state(/** @type {ThreadReplica} */ { messages, run, interrupts, ended }) {
    const calls = messages.flatMap(({ toolCalls = [] }) => toolCalls);
    /** @type {Item[]} */
    const items = interrupts.map(interrupt => ({
      key: `interrupt ${interrupt.id}`,
      view: InterruptView,
      what: {
        interrupt,
        call: calls.find(({ id }) => id === interrupt.toolCallId),
        isAnswered: this.#chat.answered.has(interrupt.id),
        answer: (/** @type {boolean} */ approved) => this.#chat.answer(interrupt.id, approved),
      },
    }));
    const notice = (/** @type {string} */ kind, /** @type {string} */ text) => ({ key: 'notice', view: NoticeView, what: { kind, text } });
    if (run && !isSpeaking(messages.at(-1))) items.push(notice('working', 'Working'));
    if (!run && ended?.outcome === 'cancelled') items.push(notice('ended', 'Stopped'));
    if (!run && ended?.outcome === 'error') items.push(notice('failed', `The answer failed: ${ended.message}`));
    return items;
  }

  /** @returns {Item[]} messages that wait for their turn, or are not accepted yet */
  #toCome(/** @type {ThreadReplica | undefined} */ replica) {
    const chat = this.#chat;
    const queued = (replica?.queued ?? []).map(({ runId, messageId, text }) => chat.cancelled.has(runId)
      ? { id: messageId, text, state: 'cancelled' }
      : { id: messageId, text, state: 'waiting', actions: [['Cancel', () => chat.cancel(runId)]] });
    const outgoing = chat.waiting.map(message => message.error === undefined
      ? { id: message.messageId, text: message.text, state: 'sending' }
      : { id: message.messageId, text: message.text, state: 'refused', error: message.error, actions: [
        ['Try again', () => chat.sayAgain(message)],
        ['Edit', () => {
          chat.discard(message.messageId);
          this.#edit(message.text);
        }],
      ] });
    return [...queued, ...outgoing].map(what => ({ key: what.id, view: UserMessageView, what }));
  }
}

const isSpeaking = (/** @type {Message | undefined} */ last) => last?.role === 'reasoning' || (last?.role === 'assistant' && Boolean(last.content) && !last.toolCalls);

/**
 * @param {Message | undefined} result
 * @param {boolean} isAsking
 * @param {boolean} isRunning
 * @returns {CallState}
 */
function callState(result, isAsking, isRunning) {
  if (result) return result.error ? 'failed' : 'done';
  if (isAsking) return 'asking';
  return isRunning ? 'running' : 'left';
}
