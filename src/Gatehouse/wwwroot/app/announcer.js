/** @import { Chat } from './chat.js' */
import { part } from './element.js';

const LONGEST = 2000;

/** Tells those who listen instead of looking what the answer was, once it is complete: word by word would be noise. */
export class Announcer {
  #part = part('announcer');
  #chat;

  /** @type {string | null} The thread whose run is under way. */
  #running = null;

  constructor(/** @type {Chat} */ chat) {
    this.#chat = chat;
  }

  render() {
    const { replica, threadId } = this.#chat;
    if (replica?.run) {
      this.#running = threadId;
    } else if (this.#running !== null) {
      if (this.#running === threadId && replica) this.say(outcome(replica));
      this.#running = null;
    }
  }

  say(/** @type {string} */ text) {
    this.#part.textContent = text.slice(0, LONGEST);
  }
}

function outcome(/** @type {import('/client/index.js').ThreadReplica} */ { messages, interrupts, ended }) {
  if (interrupts.length > 0) return interrupts[interrupts.length - 1].message ?? 'The agent asks for your approval.';
  if (ended?.outcome === 'cancelled') return 'The answer was stopped.';
  if (ended?.outcome === 'error') return `The answer failed: ${ended.message}`;
  return messages.findLast(({ role }) => role === 'assistant')?.content ?? '';
}
