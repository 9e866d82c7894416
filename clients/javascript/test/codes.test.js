import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { closeAction, ERROR_CODES } from '../src/index.js';

const document = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');

/** The cells of the first table after `mark`. */
function table(/** @type {string} */ mark) {
  const lines = document.slice(document.indexOf(mark)).split('\n');
  const rows = lines.slice(lines.findIndex(line => line.startsWith('|')) + 2);
  return rows.slice(0, rows.findIndex(line => !line.startsWith('|'))).map(line => line.split('|').slice(1, -1).map(cell => cell.trim()));
}

test('The error codes are those of the protocol document', () => {
  const documented = table('<!-- error-codes').map(([code, retry]) => [code.replaceAll('`', ''), { retry: retry === 'yes' }]);
  assert.deepEqual(Object.entries(ERROR_CODES), documented);
});

test('The close codes are those of the protocol document', () => {
  for (const [codes, , what] of table('## 7. Closing')) {
    const expected = ACTIONS.find(([words]) => what.startsWith(words))?.[1] ?? assert.fail(`no action for "${what}"`);
    for (const code of codesOf(codes)) assert.equal(closeAction(code), expected, `${code}`);
  }
});

const ACTIONS = /** @type {const} */ ([
  ['does not reconnect', 'stop'],
  ['reconnects, and never sends again', 'reconnectWithoutResend'],
  ['reconnects after backing off', 'backOff'],
  ['reconnects, backing off', 'backOff'],
  ['reconnects at once', 'reconnectNow'],
  ['gets a new token', 'refreshToken'],
  ['reconnects and subscribes without cursors', 'resynchronise'],
  ['reconnects', 'reconnect'],
]);

/** @returns {(number | null)[]} the codes of a cell, of a range its ends */
function codesOf(/** @type {string} */ cell) {
  return cell.startsWith('anything') ? [null, 1006, 1011, 3000, 4500, 4999] : [...cell.matchAll(/\d{4}/g)].map(([code]) => Number(code));
}
