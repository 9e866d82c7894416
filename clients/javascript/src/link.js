/** @import { Welcome } from './types.js' */

const SILENT_HEARTBEATS = 2.25;

/** One connection, from the wish for it to its end. */
export class Link {
  /** When the attempt to connect begins. */
  dueAt;

  /** When anything was last heard; Infinity before the WebSocket is open. */
  heardAt = Infinity;

  heartbeatMs = 20_000;
  maxFrameBytes = 64 * 1024;
  welcomedAt = Infinity;

  /** When the link is closed at the latest, once the server has said that it is going away. */
  closeAt = Infinity;

  /** @type {string | undefined} The node that a server which is starting waits for. */
  startingNode;

  /**
   * @param {number} id
   * @param {number} dueAt
   */
  constructor(id, dueAt) {
    this.id = id;
    this.dueAt = dueAt;
  }

  get isOpen() {
    return this.heardAt !== Infinity;
  }

  /** When the link counts as dead if nothing more is heard on it. */
  get deadAt() {
    return this.heardAt + SILENT_HEARTBEATS * this.heartbeatMs;
  }

  /**
   * @param {Welcome} welcome
   * @param {number} now
   */
  welcomed(welcome, now) {
    this.heartbeatMs = welcome.heartbeatMs;
    this.maxFrameBytes = welcome.maxFrameBytes;
    this.welcomedAt = now;
    this.startingNode = undefined;
  }
}
