/** @import { GatehouseClient, CommandError, ThreadReplica } from '/client/index.js' */
/** @import { OutgoingMessage } from './outgoing.js' */
import { newId } from './new-id.js';
import { Outgoing } from './outgoing.js';

const MOST_FOLLOWED = 20;

/**
 * The conversation that is open, and what has been said into it. Tells `change` when what is to be seen has changed,
 * `said` when something was said here, and `threads` when the list of threads may have changed.
 */
export class Chat extends EventTarget {
  /** @type {string | null} The thread that is open; null for one that does not exist yet. */
  threadId = null;

  outgoing = new Outgoing();

  /** @type {Set<string>} Interrupts that have been answered here and are not closed yet. */
  answered = new Set();

  /** @type {Set<string>} Runs that have been cancelled here; one that waits ends when its turn comes. */
  cancelled = new Set();

  #client;

  /** @type {string[]} Threads that were open, the latest last. They stay followed, so that going back is instant. */
  #visited = [];

  constructor(/** @type {GatehouseClient} */ client) {
    super();
    this.#client = client;
    client.addEventListener('thread', event => this.#changed(/** @type {CustomEvent} */ (event).detail));
    for (const message of this.outgoing.all.filter(({ error }) => error === undefined)) {
      this.#follow(message.threadId); // First, or the thread would begin with this message for whoever opens it.
      this.#send(message);
    }
  }

  /** @type {ThreadReplica | undefined} */
  get replica() {
    return this.threadId === null ? undefined : this.#client.thread(this.threadId);
  }

  /** Outgoing messages that the thread does not show yet. */
  get waiting() {
    const { replica } = this;
    return this.threadId === null ? [] : this.outgoing.of(this.threadId).filter(({ messageId }) =>
      !replica?.message(messageId) && !replica?.queued.some(run => run.messageId === messageId));
  }

  /** Whether the thread's content is still on its way. */
  get isLoading() {
    return this.threadId !== null && this.replica?.cursor === null;
  }

  open(/** @type {string | null} */ threadId) {
    this.threadId = threadId;
    if (threadId !== null) this.#follow(threadId);
    this.#tell('change');
  }

  /** Sends a message into the open thread, which begins with it if there is none. */
  say(/** @type {string} */ text) {
    this.threadId ??= newId();
    const message = { threadId: this.threadId, messageId: newId(), text };
    this.outgoing.add(message);
    this.#visit(this.threadId);
    this.#send(message);
    this.#tell('said');
    this.#tell('change');
  }

  /** A message that was refused is tried again, as a new one. */
  sayAgain(/** @type {OutgoingMessage} */ { messageId, text }) {
    this.outgoing.remove(messageId);
    this.say(text);
  }

  discard(/** @type {string} */ messageId) {
    this.outgoing.remove(messageId);
    this.#tell('change');
  }

  /** Stops the active run, or the one that is named. */
  cancel(/** @type {string | undefined} */ runId = this.replica?.run?.runId) {
    if (runId === undefined) return;
    this.cancelled.add(runId);
    this.#tell('change');
    this.#client.cancel(runId).catch(error => {
      this.cancelled.delete(runId);
      this.#complain(error);
      this.#tell('change');
    });
  }

  answer(/** @type {string} */ interruptId, /** @type {boolean} */ approved) {
    this.answered.add(interruptId);
    this.#tell('change');
    this.#client.answer(interruptId, { approved }).catch(error => {
      this.answered.delete(interruptId);
      this.#complain(error);
    });
  }

  #follow(/** @type {string} */ threadId) {
    this.#visit(threadId);
    // A thread that nobody has written in yet is unknown to the server: it begins with the first message.
    this.#client.follow(threadId).then(() => this.#tell('change'), error => error.code === 'unknown_thread' ? this.#tell('change') : this.#complain(error));
  }

  #visit(/** @type {string} */ threadId) {
    this.#visited = [...this.#visited.filter(id => id !== threadId), threadId];
    const idle = this.#visited.slice(0, -1).filter(id => !this.#client.thread(id)?.run && this.outgoing.of(id).length === 0);
    for (const left of idle.slice(0, Math.max(0, this.#visited.length - MOST_FOLLOWED))) {
      this.#client.unfollow(left);
      this.#visited = this.#visited.filter(id => id !== left);
    }
  }

  #send(/** @type {OutgoingMessage} */ { threadId, messageId, text }) {
    this.#client.run({ threadId, messageId, text }).then(() => this.#tell('threads'), error => {
      if (error.code === 'closed') return; // The page is being left; the next one sends it again.
      this.outgoing.refuse(messageId, error.message);
      this.#tell('change');
    });
  }

  #changed(/** @type {{ threadId: string, by: import('/client/types.js').Events | null }} */ { threadId, by }) {
    const replica = this.#client.thread(threadId);
    for (const { messageId, error } of this.outgoing.of(threadId))
      if (error === undefined && (replica?.message(messageId) || replica?.queued.some(run => run.messageId === messageId))) this.outgoing.remove(messageId);
    if (by?.events?.some(({ type }) => type.startsWith('RUN_'))) this.#tell('threads');
    if (threadId === this.threadId) this.#tell('change');
  }

  #complain(/** @type {CommandError} */ { message }) {
    this.dispatchEvent(new CustomEvent('complaint', { detail: message }));
  }

  #tell(/** @type {string} */ type) {
    this.dispatchEvent(new Event(type));
  }
}
