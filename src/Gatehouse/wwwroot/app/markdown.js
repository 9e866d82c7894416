/** @import { Inline } from './markdown-inline.js' */
import { parseInline } from './markdown-inline.js';

/**
 * @typedef {{ type: 'heading', level: number, children: Inline[] }} Heading
 * @typedef {{ type: 'paragraph', children: Inline[] }} Paragraph
 * @typedef {{ type: 'code', language: string, text: string }} Code
 * @typedef {{ type: 'list', start: number | null, items: Block[][] }} List `start` is null for bullets.
 * @typedef {{ type: 'quote', children: Block[] }} Quote
 * @typedef {{ type: 'table', align: ('left' | 'right' | 'center' | null)[], rows: Inline[][][] }} Table The first row is the head.
 * @typedef {{ type: 'rule' }} Rule
 * @typedef {Heading | Paragraph | Code | List | Quote | Table | Rule} Block
 */

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^\s`]*)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])( +|$)/;
const DELIMITERS = /^ {0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const DEEPEST = 8;

/**
 * The lines of each top-level block, so that a text that grows at its end changes the last one only.
 * @returns {string[][]}
 */
export function splitBlocks(/** @type {string} */ text) {
  const lines = text.replaceAll('\r\n', '\n').replaceAll('\t', '    ').split('\n');
  /** @type {string[][]} */
  const blocks = [];
  for (let at = 0; at < lines.length;) {
    const end = lines[at].trim() === '' ? at : endOfBlock(lines, at);
    if (end > at) blocks.push(lines.slice(at, end));
    at = Math.max(end, at + 1);
  }
  return blocks;
}

/**
 * @param {string[]} lines
 * @param {boolean} [isGrowing] more will follow
 * @param {number} [depth]
 * @returns {Block}
 */
export function parseBlock(lines, isGrowing = false, depth = 0) {
  const [first] = lines;
  const fence = FENCE.exec(first);
  if (fence) return { type: 'code', language: fence[2], text: lines.slice(1, closesFence(fence[1], lines.at(-1), lines) ? -1 : undefined).join('\n') };
  const heading = HEADING.exec(first);
  if (heading) return { type: 'heading', level: heading[1].length, children: parseInline(heading[2]) };
  if (RULE.test(first)) return { type: 'rule' };
  if (depth < DEEPEST && QUOTE.test(first)) return { type: 'quote', children: parseBlocks(lines.map(line => line.replace(QUOTE, '')), isGrowing, depth + 1) };
  if (depth < DEEPEST && ITEM.test(first)) return parseList(lines, isGrowing, depth);
  if (isTable(lines, 0)) return parseTable(lines);
  return { type: 'paragraph', children: parseInline(lines.map(line => line.trim()).join('\n'), isGrowing) };
}

/** @returns {Block[]} */
function parseBlocks(/** @type {string[]} */ lines, /** @type {boolean} */ isGrowing, /** @type {number} */ depth) {
  return splitBlocks(lines.join('\n')).map((block, at, { length }) => parseBlock(block, isGrowing && at === length - 1, depth));
}

function endOfBlock(/** @type {string[]} */ lines, /** @type {number} */ at) {
  const fence = FENCE.exec(lines[at]);
  if (fence) return endOfFence(lines, at, fence[1]);
  if (HEADING.test(lines[at]) || RULE.test(lines[at])) return at + 1;
  if (ITEM.test(lines[at])) return endOfList(lines, at);
  let end = at + 1;
  while (end < lines.length && lines[end].trim() !== '' && (QUOTE.test(lines[at]) || !interrupts(lines, end))) end++;
  return end;
}

/** Whether a line ends a paragraph and begins a block of its own. */
function interrupts(/** @type {string[]} */ lines, /** @type {number} */ at) {
  return [FENCE, HEADING, RULE, QUOTE, ITEM].some(begin => begin.test(lines[at])) || isTable(lines, at);
}

function endOfFence(/** @type {string[]} */ lines, /** @type {number} */ at, /** @type {string} */ marks) {
  for (let end = at + 1; end < lines.length; end++) if (closesFence(marks, lines[end], lines.slice(at))) return end + 1;
  return lines.length; // It is still being written.
}

function closesFence(/** @type {string} */ marks, /** @type {string | undefined} */ line, /** @type {string[]} */ lines) {
  const bare = line?.trim() ?? '';
  return lines.length > 1 && bare.length >= marks.length && bare === marks[0].repeat(bare.length);
}

/** A list goes on while lines are items of its kind, belong to one by indentation, or are blank before such a line. */
function endOfList(/** @type {string[]} */ lines, /** @type {number} */ at) {
  let end = at + 1;
  for (let next = end; next < lines.length; next++) {
    if (lines[next].trim() === '') continue;
    const isItem = ITEM.test(lines[next]) && !RULE.test(lines[next]) && isOrdered(lines[next]) === isOrdered(lines[at]);
    const isLazy = next === end && !interrupts(lines, next);
    if (!isItem && !/^ {2,}/.test(lines[next]) && !isLazy) break;
    end = next + 1;
  }
  return end;
}

const isOrdered = (/** @type {string} */ line) => /^ *\d/.test(line);

/** @returns {List} */
function parseList(/** @type {string[]} */ lines, /** @type {boolean} */ isGrowing, /** @type {number} */ depth) {
  const outer = ITEM.exec(lines[0])?.[1].length ?? 0;
  /** @type {string[][]} */
  const items = [];
  let indent = 0;
  for (const line of lines) {
    const item = ITEM.exec(line);
    if (item && item[1].length <= outer + 1) {
      indent = Math.min(item[0].length, item[1].length + item[2].length + 1);
      items.push([line.slice(item[0].length)]);
    } else {
      items[items.length - 1].push(line.replace(new RegExp(`^ {0,${indent}}`), ''));
    }
  }
  const start = isOrdered(lines[0]) ? Number.parseInt(lines[0], 10) : null;
  return { type: 'list', start, items: items.map((item, at) => parseBlocks(item, isGrowing && at === items.length - 1, depth + 1)) };
}

function isTable(/** @type {string[]} */ lines, /** @type {number} */ at) {
  return at + 1 < lines.length && lines[at].includes('|') && lines[at + 1].includes('-') && DELIMITERS.test(lines[at + 1])
    && cells(lines[at]).length === cells(lines[at + 1]).length;
}

/** @returns {Table} */
function parseTable(/** @type {string[]} */ lines) {
  const align = cells(lines[1]).map(cell => cell.endsWith(':') ? (cell.startsWith(':') ? 'center' : 'right') : (cell.startsWith(':') ? 'left' : null));
  const rows = [lines[0], ...lines.slice(2)].map(line => {
    const row = cells(line);
    return align.map((_, at) => parseInline(row[at] ?? ''));
  });
  return { type: 'table', align, rows };
}

const cells = (/** @type {string} */ line) => line.trim().replace(/^\||\|$/g, '').split('|').map(cell => cell.trim());
