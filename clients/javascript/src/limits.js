/** The protocol's fixed bounds (docs/protocol.md §2 and §3). */

export const SUBPROTOCOL = 'gatehouse.v1';
export const TEXT_BYTES = 32 * 1024;

const ID = /^[A-Za-z0-9._:-]{1,128}$/;
const encoder = new TextEncoder();

/** Whether `id` may name a thread, a message or an agent. */
export function isId(/** @type {string} */ id) {
  return ID.test(id);
}

/** How long `text` is as UTF-8. */
export function utf8Length(/** @type {string} */ text) {
  return encoder.encode(text).length;
}
