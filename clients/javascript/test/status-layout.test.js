import assert from 'node:assert/strict';
import { test } from 'node:test';
import { age, barOf, chainOf, layersOf, placeGraph, scaleOf, span, verdictOf } from '../../../src/Gatehouse/wwwroot/status/layout.js';

/** `b: a, c~soft` is a node b after a, and softly after c. */
const graph = (/** @type {string[]} */ ...lines) => lines.map(line => {
  const [name, after = ''] = line.split(':');
  return {
    name,
    after: after.split(',').filter(each => each.trim() !== '').map(each => {
      const [node, strength = 'hard'] = each.trim().split('~');
      return { node, strength };
    }),
  };
});

const SHIPPED = graph('configuration', 'agents: configuration', 'database: configuration', 'schema: database', 'chat: schema, agents');

/** Forty nodes, each after two of the layer before and now and then after one of the first. */
const WIDE = graph(...Array.from({ length: 40 }, (_, index) => {
  const layer = Math.floor(index / 8);
  const before = layer === 0 ? [] : [(layer - 1) * 8 + index % 8, (layer - 1) * 8 + (index * 3 + 1) % 8].map(each => `n${each}`);
  return `n${index}: ${[...new Set(before), ...(layer > 1 && index % 3 === 0 ? [`n${index % 8}~soft`] : [])].join(', ')}`;
}));

test('a node stands as far right as the longest way to it is', () => {
  assert.deepEqual(Object.fromEntries(layersOf(SHIPPED)), { configuration: 0, agents: 1, database: 1, schema: 2, chat: 3 });
  assert.deepEqual([...layersOf(graph('late: early, nobody', 'early')).entries()].sort(), [['early', 0], ['late', 1]]);
  assert.equal(layersOf(graph('a: b', 'b: a')).size, 2);
});

for (const [name, nodes] of /** @type {const} */ ([['five', SHIPPED], ['forty', WIDE]]))
  for (const down of [false, true])
    test(`${name} nodes ${down ? 'downwards' : 'to the right'}: none over another, all inside, each edge forwards and behind no node`, () => {
      const size = { width: 200, height: 60, down };
      const { width, height, nodes: places, edges } = placeGraph(nodes, size);
      assert.equal(places.size, nodes.length);
      const all = [...places];
      for (const [index, [one, { x, y }]] of all.entries()) {
        assert.ok(x - 100 >= -0.01 && x + 100 <= width + 0.01 && y - 30 >= -0.01 && y + 30 <= height + 0.01, `${one} is outside`);
        for (const [other, place] of all.slice(index + 1))
          assert.ok(Math.abs(place.x - x) >= 200 || Math.abs(place.y - y) >= 60, `${one} is over ${other}`);
      }
      assert.equal(edges.length, nodes.flatMap(({ after }) => after).length);
      for (const { from, to, points } of edges) {
        const along = points.map(({ x, y }) => down ? y : x);
        assert.deepEqual(along, along.toSorted((one, other) => one - other), `${from} > ${to} goes back`);
        for (const [node, { x, y }] of all)
          for (const point of points.slice(1, -1))
            assert.ok(Math.abs(point.x - x) > 99.9 || Math.abs(point.y - y) > 29.9, `${from} > ${to} runs behind ${node}`);
      }
    });

test('the same graph is drawn the same', () => assert.deepEqual(placeGraph(WIDE, { width: 9, height: 5, down: false }), placeGraph(WIDE, { width: 9, height: 5, down: false })));

test('a chain is all that a node stands on and all that stands on it', () => {
  assert.deepEqual([...chainOf(SHIPPED, 'schema')].sort(), ['chat', 'configuration', 'database', 'schema']);
  assert.deepEqual([...chainOf(graph('a: b', 'b: a'), 'a')].sort(), ['a', 'b']);
});

test('a scale has two to five round marks', () => {
  assert.deepEqual(scaleOf(412).ticks, [0, 200, 400]);
  assert.deepEqual(scaleOf(2000).ticks, [0, 500, 1000, 1500, 2000]);
  assert.deepEqual(scaleOf(0.7).ticks, [0, 0.2, 0.4, 0.6]);
  assert.ok(scaleOf(0).ticks.length > 0);
  for (let most = 0.013; most < 1e7; most *= 1.37) {
    const { end, ticks } = scaleOf(most);
    assert.ok(ticks.length >= 2 && ticks.length <= 5 && (ticks.at(-1) ?? 0) <= end * 1.0001, `${most}: ${ticks}`);
  }
});

test('times are told in two units at most', () => {
  const told = /** @type {[number, string][]} */ ([[0, '0 ms'], [0.4, '0.4 ms'], [4.13, '4.1 ms'], [412.3, '412 ms'], [1830, '1.8 s'], [45_000, '45 s'], [59_999, '1 min'],
    [60_000, '1 min'], [308_200, '5 min 8 s'], [3_600_000, '1 h'], [7_260_000, '2 h 1 min'], [90_000_000, '1 d 1 h']]);
  for (const [ms, text] of told) assert.equal(span(ms), text);
  assert.equal(age(-5), 'just now');
  assert.equal(age(1999), '1 s');
});

test('a bar is filled within its bounds, and its target is marked', () => {
  assert.deepEqual(barOf({ value: 50, target: 99.9, unit: '%', atLeast: true }), { fill: 0.5, mark: 0.9990000000000001 });
  assert.deepEqual(barOf({ target: 1, unit: '%', atLeast: false }), { fill: 0, mark: 0.8 });
  assert.deepEqual(barOf({ value: -120, target: 0, unit: '%', atLeast: true }), { fill: 0, mark: 0 });
  assert.equal(barOf({ value: 90, target: 45, unit: 's', atLeast: false }).fill, 1);
});

test('the verdict is a word', () => {
  const well = { ready: true, startedAt: 'once', nodes: [{ state: 'ready' }], incidents: [] };
  assert.equal(verdictOf(well).word, 'Ready');
  assert.equal(verdictOf({ ...well, incidents: [{ closedAt: 'once' }, {}] }).word, 'Ready, with an open incident');
  assert.equal(verdictOf({ ...well, nodes: [{ state: 'degraded' }] }).word, 'Ready, degraded');
  assert.equal(verdictOf({ ...well, ready: false }).word, 'Not ready');
  assert.equal(verdictOf({ ...well, ready: false, startedAt: undefined }).word, 'Starting');
  assert.equal(verdictOf({ ...well, ready: false, startedAt: undefined, nodes: [{ state: 'failed' }] }).word, 'Cannot start yet');
  assert.equal(verdictOf({ ...well, ready: false, withdrawn: 'the process is stopping' }).word, 'Draining');
  assert.equal(verdictOf({ ...well, ready: false, withdrawn: 'maintenance' }).word, 'Out of service');
});
