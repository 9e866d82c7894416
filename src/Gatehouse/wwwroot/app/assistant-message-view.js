/** @import { Message } from '/client/types.js' */
/** @import { CallState } from './tool-call-view.js' */
import { element, expose } from './element.js';
import { copyButton, MarkdownView } from './markdown-view.js';
import { ToolCallView } from './tool-call-view.js';

/**
 * @typedef {object} AssistantMessage
 * @property {Message} message
 * @property {{ result: Message | undefined, state: CallState }[]} calls in the order of `message.toolCalls`
 * @property {boolean} isWriting
 */

/** What the agent says, as Markdown, and the tools it calls. */
export class AssistantMessageView {
  #markdown = new MarkdownView();
  #calls = element('div', { class: 'calls' });
  #actions = element('div', { class: 'message-actions' }, copyButton(() => this.#text));
  element = element('article', { class: 'message assistant', 'aria-label': 'Answer' }, this.#markdown.element, this.#calls, this.#actions);

  /** @type {Map<string, ToolCallView>} */
  #views = new Map();

  /** @type {Message | undefined} */
  #shown;

  #isWriting = false;
  #text = '';

  update(/** @type {AssistantMessage} */ { message, calls, isWriting }) {
    this.element.classList.toggle('writing', isWriting);
    this.#actions.hidden = isWriting || !message.content;
    (message.toolCalls ?? []).forEach((call, at) => this.#view(call.id).update(call, calls[at].result, calls[at].state));
    if (message === this.#shown && isWriting === this.#isWriting) return;
    this.#shown = message;
    this.#isWriting = isWriting;
    this.#text = message.content ?? '';
    Object.assign(this.element.dataset, { messageId: message.id, role: message.role });
    expose(this.element, { rawText: this.#text });
    this.#markdown.element.hidden = this.#text === '';
    this.#markdown.update(this.#text, isWriting);
  }

  #view(/** @type {string} */ toolCallId) {
    const known = this.#views.get(toolCallId);
    if (known) return known;
    const view = new ToolCallView();
    this.#views.set(toolCallId, view);
    this.#calls.append(view.element);
    return view;
  }
}
