/** A command has failed for good; `code` is one of docs/protocol.md §6 or of `LOCAL_CODES`. */
export class CommandError extends Error {
  name = 'CommandError';

  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}
