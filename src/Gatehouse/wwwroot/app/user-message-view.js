import { element, expose } from './element.js';

/**
 * @typedef {object} UserMessage
 * @property {string} id
 * @property {string} text
 * @property {'sent' | 'sending' | 'waiting' | 'cancelled' | 'refused'} state
 * @property {string} [error]
 * @property {[string, () => void][]} [actions] what can be done about it
 */

const NOTES = { sent: '', sending: 'Sending', waiting: 'Waits for the answer above', cancelled: 'Cancelled: will not be answered', refused: 'Not sent' };

/** What a person has said, as it was typed. */
export class UserMessageView {
  #text = element('div', { class: 'bubble' });
  #note = element('div', { class: 'message-note' });
  element = element('article', { class: 'message user', 'aria-label': 'You' }, this.#text, this.#note);

  /** @type {string} */
  #shown = '';

  update(/** @type {UserMessage} */ { id, text, state, error, actions = [] }) {
    const key = `${state} ${error} ${text}`;
    if (key === this.#shown) return;
    this.#shown = key;
    Object.assign(this.element.dataset, { messageId: id, role: 'user', state });
    expose(this.element, { rawText: text });
    this.#text.textContent = text;
    this.#note.hidden = state === 'sent';
    this.#note.replaceChildren(error ? `${NOTES[state]}: ${error}` : NOTES[state],
      ...actions.map(([label, onclick]) => element('button', { type: 'button', class: 'link', onclick }, label)));
  }
}
