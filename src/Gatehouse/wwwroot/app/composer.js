/** @import { Chat } from './chat.js' */
/** @import { Drafts } from './drafts.js' */
import { part } from './element.js';

const TALLEST = 240;

/** Where messages are written. */
export class Composer {
  #field = part('composer', HTMLTextAreaElement);
  #send = part('send', HTMLButtonElement);
  #cancel = part('cancel', HTMLButtonElement);
  #chat;
  #drafts;

  /** @type {string | null | undefined} The thread whose draft is in the field. */
  #threadId;

  /**
   * @param {Chat} chat
   * @param {Drafts} drafts
   */
  constructor(chat, drafts) {
    this.#chat = chat;
    this.#drafts = drafts;
    this.#field.addEventListener('input', () => this.#typed());
    this.#field.addEventListener('keydown', event => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    part('composer-form', HTMLFormElement).addEventListener('submit', event => {
      event.preventDefault();
      this.#submit();
    });
    this.#cancel.addEventListener('click', () => {
      chat.cancel();
      this.focus();
    });
  }

  focus() {
    this.#field.focus();
  }

  /** Puts a text into the field, before what is there. */
  edit(/** @type {string} */ text) {
    this.#field.value = [text, this.#field.value].filter(each => each !== '').join('\n');
    this.#typed();
    this.focus();
  }

  render() {
    this.#cancel.hidden = !this.#chat.replica?.run;
    if (this.#threadId === this.#chat.threadId) return;
    this.#threadId = this.#chat.threadId;
    this.#field.value = this.#drafts.read(this.#threadId);
    this.#fit();
  }

  #typed() {
    this.#drafts.write(this.#chat.threadId, this.#field.value);
    this.#fit();
  }

  #submit() {
    const text = this.#field.value.trim();
    if (text === '') return;
    this.#drafts.write(this.#chat.threadId, '');
    this.#field.value = '';
    this.#fit();
    this.#chat.say(text);
  }

  #fit() {
    this.#send.disabled = this.#field.value.trim() === '';
    this.#field.style.height = 'auto';
    this.#field.style.height = `${Math.min(this.#field.scrollHeight, TALLEST)}px`;
  }
}
