/**
 * @typedef {{ type: 'text', text: string }} Text
 * @typedef {{ type: 'code', text: string }} CodeSpan
 * @typedef {{ type: 'strong' | 'em' | 'del', children: Inline[] }} Styled
 * @typedef {{ type: 'link', href: string, children: Inline[] }} Link
 * @typedef {{ type: 'break' }} Break
 * @typedef {Text | CodeSpan | Styled | Link | Break} Inline
 */

const PLAIN = /[^\\`*_~[\nh]+/y;
const ADDRESS = /https?:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]*_~]/y;
const LINK_TARGET = /\]\(\s*([^\s()]*(?:\([^\s()]*\)[^\s()]*)*)\s*\)/y;
const PUNCTUATION = /[!-/:-@[-`{-~]/;
const WORD = /[\p{L}\p{N}]/u;
const DEEPEST = 6;

/** @type {[string, 'strong' | 'em' | 'del'][]} Longer marks first. */
const STYLES = [['**', 'strong'], ['__', 'strong'], ['~~', 'del'], ['*', 'em'], ['_', 'em']];

/**
 * Text with its styles, as a tree. A mark that does not occur again is not looked for again, so the time
 * is bounded whatever a model writes.
 *
 * @param {string} text
 * @param {boolean} [isGrowing] more will follow: then what is bold or code and not closed yet is shown as such
 * @param {number} [depth]
 * @returns {Inline[]}
 */
export function parseInline(text, isGrowing = false, depth = 0) {
  /** @type {Inline[]} */
  const nodes = [];
  /** @type {Set<string>} Marks that do not occur any more in what follows. */
  const absent = new Set();
  let plain = '';
  const flush = () => {
    if (plain !== '') nodes.push({ type: 'text', text: plain });
    plain = '';
  };
  for (let at = 0; at < text.length;) {
    const span = spanAt(text, at, depth, absent) ?? (isGrowing ? growingAt(text, at) : undefined) ?? { end: at + 1, text: text[at] };
    if (span.node) {
      flush();
      nodes.push(span.node);
    } else {
      plain += span.text;
    }
    at = span.end;
  }
  flush();
  return nodes;
}

/**
 * @param {string} text
 * @param {number} at
 * @param {number} depth
 * @param {Set<string>} absent
 * @returns {{ end: number, node?: Inline, text?: string } | null} null: a mark that means nothing here
 */
function spanAt(text, at, depth, absent) {
  PLAIN.lastIndex = at;
  const run = PLAIN.exec(text);
  if (run) return { end: PLAIN.lastIndex, text: run[0] };
  const char = text[at];
  if (char === '\n') return { end: at + 1, node: { type: 'break' } };
  if (char === '\\' && PUNCTUATION.test(text[at + 1] ?? '')) return { end: at + 2, text: text[at + 1] };
  if (char === '`') return codeAt(text, at, absent);
  if (char === 'h') return addressAt(text, at);
  if (depth >= DEEPEST) return null;
  return char === '[' ? linkAt(text, at, depth, absent) : styledAt(text, at, depth, absent);
}

/**
 * What is still being written, up to the end of the text.
 * @returns {{ end: number, node?: Inline, text?: string } | undefined}
 */
function growingAt(/** @type {string} */ text, /** @type {number} */ at) {
  const isBold = text.startsWith('**', at);
  if (!isBold && text[at] !== '`') return undefined;
  const rest = text.slice(at).replace(/^(\*\*|`+)/, '').replace(/\*$/, '');
  /** @type {Inline} */
  const node = isBold ? { type: 'strong', children: parseInline(rest, true, 1) } : { type: 'code', text: rest };
  return { end: text.length, ...(rest.trim() === '' ? { text: '' } : { node }) };
}

function codeAt(/** @type {string} */ text, /** @type {number} */ at, /** @type {Set<string>} */ absent) {
  let end = at;
  while (text[end] === '`') end++;
  const marks = text.slice(at, end);
  const close = find(text, marks, end, absent);
  if (close === -1) return marks.length > 1 ? { end, text: marks } : null;
  const inside = text.slice(end, close).replaceAll('\n', ' ');
  const isPadded = inside.startsWith(' ') && inside.endsWith(' ') && inside.trim() !== '';
  return { end: close + marks.length, node: /** @type {Inline} */ ({ type: 'code', text: isPadded ? inside.slice(1, -1) : inside }) };
}

function addressAt(/** @type {string} */ text, /** @type {number} */ at) {
  ADDRESS.lastIndex = at;
  const address = WORD.test(text[at - 1] ?? '') ? null : ADDRESS.exec(text)?.[0];
  if (!address || !isSafe(address)) return null;
  return { end: at + address.length, node: /** @type {Inline} */ ({ type: 'link', href: address, children: [{ type: 'text', text: address }] }) };
}

function linkAt(/** @type {string} */ text, /** @type {number} */ at, /** @type {number} */ depth, /** @type {Set<string>} */ absent) {
  const close = find(text, '](', at + 1, absent);
  if (close === -1 || close - at > 1000) return null;
  LINK_TARGET.lastIndex = close;
  const target = LINK_TARGET.exec(text);
  if (!target) return null;
  const label = text.slice(at + 1, close);
  const children = parseInline(label, false, depth + 1);
  const node = isSafe(target[1]) ? { type: 'link', href: target[1], children } : { type: 'text', text: label };
  return { end: LINK_TARGET.lastIndex, node: /** @type {Inline} */ (node) };
}

function styledAt(/** @type {string} */ text, /** @type {number} */ at, /** @type {number} */ depth, /** @type {Set<string>} */ absent) {
  for (const [mark, type] of STYLES) {
    if (!text.startsWith(mark, at) || !opens(text, at, mark)) continue;
    const close = mark.length === 1 ? findSingle(text, mark, at + 2, absent) : find(text, mark, at + mark.length + 1, absent);
    if (close === -1 || !closes(text, close, mark)) continue;
    return { end: close + mark.length, node: /** @type {Inline} */ ({ type, children: parseInline(text.slice(at + mark.length, close), false, depth + 1) }) };
  }
  return null;
}

/** A mark opens before something that is neither space nor the same again; an underscore does not inside a word. */
function opens(/** @type {string} */ text, /** @type {number} */ at, /** @type {string} */ mark) {
  const next = text[at + mark.length] ?? ' ';
  return /\S/.test(next) && !(mark.length === 1 && next === mark) && !(mark[0] === '_' && WORD.test(text[at - 1] ?? ''));
}

function closes(/** @type {string} */ text, /** @type {number} */ at, /** @type {string} */ mark) {
  return /\S/.test(text[at - 1]) && !(mark[0] === '_' && WORD.test(text[at + mark.length] ?? ''));
}

function find(/** @type {string} */ text, /** @type {string} */ mark, /** @type {number} */ from, /** @type {Set<string>} */ absent) {
  if (absent.has(mark)) return -1;
  const at = text.indexOf(mark, from);
  if (at === -1) absent.add(mark);
  return at;
}

/** The next mark that is not one of a pair. */
function findSingle(/** @type {string} */ text, /** @type {string} */ mark, /** @type {number} */ from, /** @type {Set<string>} */ absent) {
  let at = find(text, mark, from, absent);
  while (at !== -1 && text[at + 1] === mark) at = text.indexOf(mark, at + 2);
  return at;
}

/** Only addresses that cannot run anything. */
function isSafe(/** @type {string} */ href) {
  return /^(https?:\/\/|mailto:)/i.test(href);
}
