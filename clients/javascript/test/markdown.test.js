import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBlock, splitBlocks } from '../../../src/Gatehouse/wwwroot/app/markdown.js';
import { parseInline } from '../../../src/Gatehouse/wwwroot/app/markdown-inline.js';

/** @import { Inline } from '../../../src/Gatehouse/wwwroot/app/markdown-inline.js' */
/** @import { Block } from '../../../src/Gatehouse/wwwroot/app/markdown.js' */

/** A tree as a short text, so that cases can be read. @returns {string} */
const brief = (/** @type {Inline[]} */ nodes) => nodes.map(node => {
  switch (node.type) {
    case 'text': return node.text;
    case 'code': return `<code ${node.text}>`;
    case 'break': return '<br>';
    case 'link': return `<a ${node.href} ${brief(node.children)}>`;
    default: return `<${node.type} ${brief(node.children)}>`;
  }
}).join('');

/** @returns {unknown} */
const outline = (/** @type {Block} */ block) => {
  switch (block.type) {
    case 'code': return ['code', block.language, block.text];
    case 'list': return [block.start ?? '-', ...block.items.map(item => item.map(outline))];
    case 'quote': return ['>', ...block.children.map(outline)];
    case 'table': return ['table', ...block.rows.map(row => row.map(brief))];
    case 'rule': return '---';
    case 'heading': return [`h${block.level}`, brief(block.children)];
    default: return brief(block.children);
  }
};

const blocks = (/** @type {string} */ text) => splitBlocks(text).map(lines => outline(parseBlock(lines)));

for (const [text, expected] of [
  ['plain', 'plain'],
  ['a **b** c', 'a <strong b> c'],
  ['*a **b** c*', '<em a <strong b> c>'],
  ['`a **b**` and ``c ` d``', '<code a **b**> and <code c ` d>'],
  ['snake_case_name and my__init__py', 'snake_case_name and my__init__py'],
  ['_em_ and __strong__', '<em em> and <strong strong>'],
  ['~~gone~~', '<del gone>'],
  ['2 * 3 * 4', '2 * 3 * 4'],
  ['**not closed', '**not closed'],
  ['a `not closed', 'a `not closed'],
  ['\\*not em\\*', '*not em*'],
  ['one\ntwo', 'one<br>two'],
  ['[text](https://example.com/a_(b)) x', '<a https://example.com/a_(b) text> x'],
  ['[mail](mailto:a@example.com)', '<a mailto:a@example.com mail>'],
  ['[x](javascript:alert(1)) [y](data:text/html,z) [z](/path)', 'x y z'],
  ['[not](closed', '[not](closed'],
  ['see https://example.com/x?a=1&b=2.', 'see <a https://example.com/x?a=1&b=2 https://example.com/x?a=1&b=2>.'],
  ['<b>no markup</b> &amp;', '<b>no markup</b> &amp;'],
]) test(`Inline: ${JSON.stringify(text)}`, () => assert.equal(brief(parseInline(text)), expected));

for (const [text, expected] of /** @type {[string, unknown[]][]} */ ([
  ['one\n\ntwo', ['one', 'two']],
  ['# Title\ntext', [['h1', 'Title'], 'text']],
  ['text\n---\nmore', ['text', '---', 'more']],
  ['```sh\na\n\nb\n```\nafter', [['code', 'sh', 'a\n\nb'], 'after']],
  ['```\nstill being written', [['code', '', 'still being written']]],
  ['```', [['code', '', '']]],
  ['````\n```\n````', [['code', '', '```']]],
  ['- a\n- b\n  - c\n- d', [['-', ['a'], ['b', ['-', ['c']]], ['d']]]],
  ['1. a\n\n2. b\n\n   more\n\nend', [[1, ['a'], ['b', 'more']], 'end']],
  ['3) c\n4) d', [[3, ['c'], ['d']]]],
  ['text\n- a', ['text', ['-', ['a']]]],
  ['- a\nlazy', [['-', ['a<br>lazy']]]],
  ['-', [['-', []]]],
  ['> a\n> b\n\nc', [['>', 'a<br>b'], 'c']],
  ['| a | b |\n|---|--:|\n| 1 | **2** |', [['table', ['a', 'b'], ['1', '<strong 2>']]]],
  ['| a | b |\n| 1 | 2 |', ['| a | b |<br>| 1 | 2 |']],
  ['', []],
])) test(`Blocks: ${JSON.stringify(text)}`, () => assert.deepEqual(blocks(text), expected));

for (const [text, expected] of [
  ['a **b', 'a <strong b>'],
  ['a **b*', 'a <strong b>'],
  ['a **b `c', 'a <strong b <code c>>'],
  ['a `b', 'a <code b>'],
  ['a `', 'a '],
  ['a **b** *c', 'a <strong b> *c'],
]) test(`Growing: ${JSON.stringify(text)}`, () => assert.equal(brief(parseInline(text, true)), expected));

test('A text that grows changes its last block only', () => {
  const text = 'one **two**\n\n- a\n- b\n\n```js\nlet x;\n```\n\nend of it';
  const whole = splitBlocks(text);
  for (let length = 1; length < text.length; length++) {
    const part = splitBlocks(text.slice(0, length));
    assert.deepEqual(part.slice(0, -1), whole.slice(0, Math.max(0, part.length - 1)));
  }
});

for (const part of ['**a', '*a **', '[a](', '`a ``', '_', '> ', '- ', '```\n', '| a |\n', 'h'])
  test(`32 KiB of ${JSON.stringify(part)} are parsed quickly`, { timeout: 2000 }, () => void blocks(part.repeat(32768 / part.length)));
