/** @import { Block } from './markdown.js' */
/** @import { Inline } from './markdown-inline.js' */
import { element, icon } from './element.js';
import { parseBlock, splitBlocks } from './markdown.js';

/** Shows Markdown that grows: blocks whose source is unchanged keep their elements. */
export class MarkdownView {
  element = element('div', { class: 'markdown' });

  /** @type {string[]} What each block shown was made from. */
  #shown = [];

  update(/** @type {string} */ text, isGrowing = false) {
    const blocks = splitBlocks(text);
    const grows = (/** @type {number} */ at) => isGrowing && at === blocks.length - 1;
    const sources = blocks.map((lines, at) => `${grows(at) ? 'growing' : 'whole'}\n${lines.join('\n')}`);
    blocks.forEach((lines, at) => {
      if (sources[at] === this.#shown[at]) return;
      const made = blockElement(parseBlock(lines, grows(at)));
      const old = this.element.children[at];
      if (old) old.replaceWith(made);
      else this.element.append(made);
    });
    while (this.element.children.length > blocks.length) this.element.lastElementChild?.remove();
    this.#shown = sources;
  }
}

/** @returns {HTMLElement} */
function blockElement(/** @type {Block} */ block) {
  switch (block.type) {
    case 'heading': return element(block.level < 3 ? 'h3' : 'h4', {}, ...block.children.map(inlineNode));
    case 'paragraph': return element('p', {}, ...block.children.map(inlineNode));
    case 'code': return codeElement(block.language, block.text);
    case 'quote': return element('blockquote', {}, ...block.children.map(blockElement));
    case 'list': return listElement(block.start, block.items);
    case 'table': return tableElement(block);
    case 'rule': return element('hr');
  }
}

function listElement(/** @type {number | null} */ start, /** @type {Block[][]} */ items) {
  const entries = items.map(item => element('li', {}, ...item.map(blockElement)));
  return start === null ? element('ul', {}, ...entries) : element('ol', { start }, ...entries);
}

function tableElement(/** @type {import('./markdown.js').Table} */ { align, rows }) {
  const row = (/** @type {Inline[][]} */ cells, /** @type {'th' | 'td'} */ tag) =>
    element('tr', {}, ...cells.map((cell, at) => element(tag, { class: align[at] ? `align-${align[at]}` : undefined }, ...cell.map(inlineNode))));
  const [head, ...body] = rows;
  return element('div', { class: 'table-frame', tabindex: 0 },
    element('table', {}, element('thead', {}, row(head, 'th')), element('tbody', {}, ...body.map(cells => row(cells, 'td')))));
}

function codeElement(/** @type {string} */ language, /** @type {string} */ text) {
  return element('figure', { class: 'code' },
    element('figcaption', {}, element('span', {}, language || 'text'), copyButton(() => text)),
    element('pre', { tabindex: 0 }, element('code', {}, text)));
}

/** Copies what `text` says at that moment; not there where the platform has no clipboard. */
export function copyButton(/** @type {() => string} */ text) {
  if (!navigator.clipboard) return null;
  const button = element('button', { class: 'copy', type: 'button', 'aria-label': 'Copy', title: 'Copy', async onclick() {
    await navigator.clipboard.writeText(text());
    button.replaceChildren(icon('check'));
    setTimeout(() => button.replaceChildren(icon('copy')), 1500);
  } }, icon('copy'));
  return button;
}

/** @returns {Node} */
function inlineNode(/** @type {Inline} */ inline) {
  switch (inline.type) {
    case 'text': return document.createTextNode(inline.text);
    case 'code': return element('code', {}, inline.text);
    case 'break': return element('br');
    case 'link': return element('a', { href: inline.href, target: '_blank', rel: 'noopener noreferrer' }, ...inline.children.map(inlineNode));
    default: return element(inline.type, {}, ...inline.children.map(inlineNode));
  }
}
