/**
 * @typedef {object} OutgoingMessage
 * @property {string} threadId
 * @property {string} messageId
 * @property {string} text
 * @property {string} [error] why it was refused for good
 */

const KEY = 'gatehouse.outgoing';

/**
 * Messages that have been sent and are not accepted. They are kept over a reload of the tab and then sent again, which
 * is harmless: the server knows a message by its id.
 */
export class Outgoing {
  /** @type {OutgoingMessage[]} */
  #messages = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');

  get all() {
    return [...this.#messages];
  }

  of(/** @type {string} */ threadId) {
    return this.#messages.filter(message => message.threadId === threadId);
  }

  add(/** @type {OutgoingMessage} */ message) {
    this.#keep([...this.#messages, message]);
  }

  refuse(/** @type {string} */ messageId, /** @type {string} */ error) {
    this.#keep(this.#messages.map(message => message.messageId === messageId ? { ...message, error } : message));
  }

  remove(/** @type {string} */ messageId) {
    this.#keep(this.#messages.filter(message => message.messageId !== messageId));
  }

  #keep(/** @type {OutgoingMessage[]} */ messages) {
    this.#messages = messages;
    sessionStorage.setItem(KEY, JSON.stringify(messages));
  }
}
