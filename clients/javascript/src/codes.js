/**
 * The tables of docs/protocol.md §6 and §7; a test compares them with the document.
 */

/** Every error code, and whether the same command may be sent again. */
export const ERROR_CODES = Object.freeze({
  invalid_json: { retry: false },
  invalid_command: { retry: false },
  unknown_type: { retry: false },
  too_deep: { retry: false },
  text_too_long: { retry: false },
  unknown_thread: { retry: false },
  unknown_run: { retry: false },
  unknown_agent: { retry: false },
  unknown_interrupt: { retry: false },
  conflict: { retry: false },
  too_many_subscriptions: { retry: false },
  unsupported: { retry: false },
  queue_full: { retry: true },
  unavailable: { retry: true },
  internal: { retry: true },
});

/** What a client answers itself, where no server has. `text_too_long` and `invalid_command` it shares with the server. */
export const LOCAL_CODES = Object.freeze({
  /** The command is over `maxFrameBytes`. */
  frame_too_big: { retry: false },
  /** The link was closed with 1008 or 1009 before the answer came. */
  refused: { retry: false },
  /** The session has stopped. */
  closed: { retry: false },
  /** The thread was left before the server said that it is followed. */
  unfollowed: { retry: false },
});

/** Whether a command that was refused with `code` may be sent again; a code this version does not know may not. */
export function mayRetry(/** @type {string} */ code) {
  return Object.hasOwn(ERROR_CODES, code) && ERROR_CODES[/** @type {keyof typeof ERROR_CODES} */ (code)].retry;
}

/**
 * What a client does when its connection has been closed.
 * @typedef {'reconnect' | 'reconnectNow' | 'backOff' | 'reconnectWithoutResend' | 'resynchronise' | 'refreshToken' | 'stop'} CloseAction
 */

/**
 * @param {number | null} code the close code; null if the connection broke without one
 * @returns {CloseAction}
 */
export function closeAction(code) {
  switch (code) {
    case 1000: case 1002: case 1003: case 1007: return 'stop';
    case 1008: case 1009: return 'reconnectWithoutResend';
    case 1013: return 'backOff';
    default: return code !== null && code >= 4000 && code < 4500 ? BY_HUNDRED[Math.floor(code / 100) - 40] : 'reconnect';
  }
}

/** @type {CloseAction[]} 4000-4099, 4100-4199, … */
const BY_HUNDRED = ['stop', 'backOff', 'reconnectNow', 'refreshToken', 'resynchronise'];
