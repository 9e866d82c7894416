/** @import { Interrupt, ToolCall } from '/client/types.js' */
import { element } from './element.js';

/**
 * @typedef {object} OpenInterrupt
 * @property {Interrupt} interrupt
 * @property {ToolCall | undefined} call
 * @property {boolean} isAnswered
 * @property {(approved: boolean) => void} answer
 */

/** A question that a run has ended with. */
export class InterruptView {
  #message = element('p', {});
  #call = element('p', { class: 'interrupt-call' });
  #approve = element('button', { type: 'button', class: 'button primary', data: { testid: 'approve' }, onclick: () => this.#answer(true) }, 'Approve');
  #deny = element('button', { type: 'button', class: 'button', data: { testid: 'deny' }, onclick: () => this.#answer(false) }, 'Deny');
  element = element('section', { class: 'interrupt', 'aria-label': 'The agent asks for your approval' },
    this.#message, this.#call, element('div', { class: 'interrupt-actions' }, this.#approve, this.#deny));

  /** @type {(approved: boolean) => void} */
  #answer = () => {};

  update(/** @type {OpenInterrupt} */ { interrupt, call, isAnswered, answer }) {
    this.#answer = answer;
    this.element.dataset.interruptId = interrupt.id;
    this.#message.textContent = interrupt.message ?? 'The agent asks for your approval.';
    this.#call.hidden = !call;
    this.#call.replaceChildren(element('code', {}, call ? `${call.function.name} ${call.function.arguments}` : ''));
    this.#approve.disabled = this.#deny.disabled = isAnswered;
  }
}
