// Where things stand, and in what words: pure, so that Node can test it.

/** @typedef {{ name: string, after: { node: string, strength: string }[] }} GraphNode */
/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ from: string, to: string, strength: string, points: Point[] }} PlacedEdge */
/** @typedef {{ id: string, layer: number, size: number, at: number, before: Slot[], next: Slot[] }} Slot */

/**
 * The layer of each node: the longest way to it from one that is after nothing. A cycle, which the server refuses, ends nowhere.
 * @param {GraphNode[]} nodes
 */
export function layersOf(nodes) {
  const byName = new Map(nodes.map(node => [node.name, node]));
  /** @type {Map<string, number>} */
  const layers = new Map();
  /** @type {(node: GraphNode) => number} */
  const layerOf = node => {
    const known = layers.get(node.name);
    if (known !== undefined) return known;
    layers.set(node.name, 0);
    const before = node.after.flatMap(edge => byName.get(edge.node) ?? []);
    const layer = Math.max(0, ...before.map(each => layerOf(each) + 1));
    layers.set(node.name, layer);
    return layer;
  };
  nodes.forEach(layerOf);
  return layers;
}

/**
 * A layered drawing, left to right, or downwards: the centre of each node, and the points of each edge. An edge that passes a
 * layer has a place of its own in it, so that it runs behind no node.
 * @param {GraphNode[]} nodes
 * @param {{ width: number, height: number, down: boolean }} size of a node
 */
export function placeGraph(nodes, { width, height, down }) {
  const layers = layersOf(nodes);
  const [along, across] = down ? [height + 44, width] : [width + 76, height];
  const gap = down ? 12 : 18;
  /** @type {Slot[][]} */
  const rows = [];
  const slot = (/** @type {string} */ id, /** @type {number} */ layer, /** @type {number} */ size) => {
    /** @type {Slot} */
    const made = { id, layer, size, at: 0, before: [], next: [] };
    (rows[layer] ??= []).push(made);
    return made;
  };
  const slots = new Map(nodes.map(node => [node.name, slot(node.name, layers.get(node.name) ?? 0, across)]));
  const edges = nodes.flatMap(node => node.after.flatMap(({ node: from, strength }) => {
    const [start, end] = [slots.get(from), slots.get(node.name)];
    if (!start || !end || start.layer >= end.layer) return [];
    const way = [start];
    for (let layer = start.layer + 1; layer < end.layer; layer++) way.push(slot(`${from}>${node.name}`, layer, 6));
    way.push(end);
    way.slice(1).forEach((each, index) => {
      each.before.push(way[index]);
      way[index].next.push(each);
    });
    return [{ from, to: node.name, strength, way }];
  }));
  arrange(rows, gap);
  const lowest = Math.min(0, ...rows.flat().map(each => each.at - each.size / 2));
  const breadth = Math.max(across, ...rows.flat().map(each => each.at + each.size / 2)) - lowest;
  const point = (/** @type {Slot} */ each, shift = 0) => {
    const [a, b] = [each.layer * along + (down ? height : width) / 2 + shift, each.at - lowest];
    return down ? { x: b, y: a } : { x: a, y: b };
  };
  const half = (down ? height : width) / 2;
  const length = (rows.length - 1) * along + 2 * half;
  return {
    width: down ? breadth : length,
    height: down ? length : breadth,
    nodes: new Map([...slots].map(([name, each]) => [name, point(each)])),
    edges: edges.map(({ way, ...edge }) => /** @type {PlacedEdge} */ ({
      ...edge,
      points: way.flatMap((each, index) => index === 0 ? [point(each, half)] : index === way.length - 1 ? [point(each, -half)]
        : [point(each, -half), point(each, half)]),
    })),
  };
}

/** Orders each layer by its neighbours, then draws it towards them as far as there is room. */
function arrange(/** @type {Slot[][]} */ rows, /** @type {number} */ gap) {
  const middle = (/** @type {Slot} */ each, /** @type {Slot[]} */ beside) =>
    beside.length === 0 ? each.at : beside.reduce((sum, other) => sum + other.at, 0) / beside.length;
  const settle = (/** @type {Slot[]} */ row, /** @type {number[]} */ wanted) => {
    let edge = -Infinity;
    row.forEach((each, index) => {
      each.at = Math.max(wanted[index], edge + each.size / 2);
      edge = each.at + each.size / 2 + gap;
    });
    const shift = row.reduce((sum, each, index) => sum + each.at - wanted[index], 0) / row.length;
    row.forEach(each => each.at -= shift);
  };
  rows.forEach(row => settle(row, row.map(() => 0)));
  for (let sweep = 0; sweep < 12; sweep++) {
    const isForth = sweep % 2 === 0;
    for (const row of isForth ? rows : rows.toReversed()) {
      const wanted = new Map(row.map(each => [each, middle(each, isForth ? each.before : each.next)]));
      const by = (/** @type {Slot} */ each) => wanted.get(each) ?? 0;
      if (sweep < 8) row.sort((one, other) => by(one) - by(other));
      settle(row, row.map(by));
    }
  }
}

/** A node, all that it stands on and all that stands on it. @param {GraphNode[]} nodes @param {string} name */
export function chainOf(nodes, name) {
  const chain = new Set([name]);
  const walk = (/** @type {string} */ at, /** @type {(name: string) => string[]} */ next, seen = new Set([at])) => {
    for (const each of next(at)) {
      if (seen.has(each)) continue;
      seen.add(each);
      chain.add(each);
      walk(each, next, seen);
    }
  };
  walk(name, at => nodes.find(node => node.name === at)?.after.map(edge => edge.node) ?? []);
  walk(name, at => nodes.filter(node => node.after.some(edge => edge.node === at)).map(node => node.name));
  return chain;
}

/** A scale from nothing to `most`, and round marks on it, five at most. @param {number} most */
export function scaleOf(most) {
  const end = Math.max(most, 1e-3);
  const rough = end / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(each => each * power).find(each => each >= rough * 0.999) ?? rough;
  return { end, ticks: Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(12))) };
}

/** A time in words: two units at most. @param {number} ms */
export function span(ms) {
  const s = ms / 1000;
  if (ms < 0.95) return `${Number(Math.max(0, ms).toFixed(2))} ms`;
  if (ms < 999.5) return `${ms < 10 ? Number(ms.toFixed(1)) : Math.round(ms)} ms`;
  if (s < 59.95) return `${s < 10 ? Number(s.toFixed(1)) : Math.round(s)} s`;
  /** @type {(big: number, unit: string, small: number, part: string) => string} */
  const two = (big, unit, small, part) => small === 0 ? `${big} ${unit}` : `${big} ${unit} ${small} ${part}`;
  const whole = Math.round(s);
  if (whole < 3600) return two(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 86400) return two(Math.floor(whole / 3600), 'h', Math.floor(whole % 3600 / 60), 'min');
  return two(Math.floor(whole / 86400), 'd', Math.floor(whole % 86400 / 3600), 'h');
}

/** How long, in whole seconds so that it changes once a second. @param {number} ms */
export const lasting = ms => ms < 1000 ? 'under 1 s' : span(Math.floor(ms / 1000) * 1000);

/** How long ago, in whole seconds so that it changes once a second. @param {number} ms */
export const age = ms => ms < 1000 ? 'just now' : lasting(ms);

/**
 * How far a measure's bar is filled and where its target is marked, from 0 to 1.
 * @param {{ value?: number, target: number, unit: string, atLeast: boolean }} measure
 */
export function barOf({ value, target, unit, atLeast }) {
  const most = unit === '%' && atLeast ? 100 : Math.max(value ?? 0, target * (atLeast ? 1 : 1.25), 1e-9);
  const share = (/** @type {number} */ each) => Math.min(1, Math.max(0, each / most));
  return { fill: share(value ?? 0), mark: share(target) };
}

/**
 * The verdict in a word, and how grave it is.
 * @param {{ ready: boolean, withdrawn?: string, startedAt?: string, nodes: { state: string }[], incidents: { closedAt?: string }[] }} status
 * @returns {{ word: string, state: string }}
 */
export function verdictOf({ ready, withdrawn, startedAt, nodes, incidents }) {
  if (withdrawn !== undefined) return { word: /drain|stop|shut/i.test(withdrawn) ? 'Draining' : 'Out of service', state: 'stabilising' };
  if (!ready) return startedAt === undefined && !nodes.some(({ state }) => state === 'failed') ? { word: 'Starting', state: 'checking' }
    : { word: startedAt === undefined ? 'Cannot start yet' : 'Not ready', state: 'failed' };
  if (incidents.some(({ closedAt }) => closedAt === undefined)) return { word: 'Ready, with an open incident', state: 'degraded' };
  return nodes.some(({ state }) => state === 'failed' || state === 'degraded') ? { word: 'Ready, degraded', state: 'degraded' } : { word: 'Ready', state: 'ready' };
}
