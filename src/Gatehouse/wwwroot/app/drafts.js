const PREFIX = 'gatehouse.draft.';
const NEW = 'new';

/** What has been typed and not sent, per thread; kept over reloads. */
export class Drafts {
  read(/** @type {string | null} */ threadId) {
    return localStorage.getItem(PREFIX + (threadId ?? NEW)) ?? '';
  }

  write(/** @type {string | null} */ threadId, /** @type {string} */ text) {
    if (text === '') localStorage.removeItem(PREFIX + (threadId ?? NEW));
    else localStorage.setItem(PREFIX + (threadId ?? NEW), text);
  }
}
