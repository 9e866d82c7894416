/** @import { Message } from '/client/types.js' */
import { element, expose, icon } from './element.js';

/** What a model thought before it spoke: a line that opens to the text. */
export class ReasoningView {
  #title = element('span', {});
  #text = element('div', { class: 'thought-text' });
  element = element('details', { class: 'message thought' }, element('summary', {}, icon('thought'), this.#title, icon('chevron')), this.#text);

  /** @type {Message | undefined} */
  #shown;

  update(/** @type {{ message: Message, isWriting: boolean }} */ { message, isWriting }) {
    this.element.classList.toggle('writing', isWriting);
    this.#title.textContent = isWriting ? 'Thinking' : 'Thought about it';
    if (message === this.#shown) return;
    this.#shown = message;
    Object.assign(this.element.dataset, { messageId: message.id, role: message.role });
    expose(this.element, { rawText: message.content ?? '' });
    this.#text.textContent = message.content ?? '';
  }
}
