/** @import { Command, CommandId } from './types.js' */

/**
 * @typedef {object} Unanswered
 * @property {Command} command
 * @property {number | null} link the link it was last sent on
 * @property {number} dueAt when it may be sent; in the future after a refusal that allows another try
 */

/** The commands that have not been answered, in order. All are idempotent, so a new link is simply sent them again. */
export class Outbox {
  /** @type {Map<CommandId, Unanswered>} */
  #unanswered = new Map();

  add(/** @type {Command} */ command) {
    this.#unanswered.set(command.id, { command, link: null, dueAt: -Infinity });
  }

  get all() {
    return [...this.#unanswered.values()];
  }

  /** When the next refused command is due. */
  nextDue(/** @type {number} */ now) {
    return Math.min(Infinity, ...this.all.map(entry => entry.dueAt).filter(dueAt => dueAt > now));
  }

  /** What has not been sent on `link` and may be now. */
  toSend(/** @type {number} */ link, /** @type {number} */ now) {
    return this.all.filter(entry => entry.link !== link && entry.dueAt <= now);
  }

  /** Those whose answer `link` owes. */
  sentOn(/** @type {number} */ link) {
    return this.all.filter(entry => entry.link === link);
  }

  /** The command that an answer on `link` is for; undefined if it was not sent there last. */
  answeredBy(/** @type {number} */ link, /** @type {CommandId} */ id) {
    const entry = this.#unanswered.get(id);
    return entry?.link === link ? entry : undefined;
  }

  /** Refused for now: belongs to no link until it is due. */
  postpone(/** @type {Unanswered} */ entry, /** @type {number} */ dueAt) {
    entry.link = null;
    entry.dueAt = dueAt;
  }

  remove(/** @type {CommandId} */ id) {
    this.#unanswered.delete(id);
  }
}
