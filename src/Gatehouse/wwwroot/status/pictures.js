import { html, shape, svg } from './dom.js';
import { chainOf, placeGraph, scaleOf, span } from './layout.js';

/** @typedef {import('./layout.js').Point} Point */
/** @typedef {{ name: string, state: string, required: boolean, after: { node: string, strength: string }[], said: string, words: string }} DrawnNode */

const WIDE = { width: 208, height: 62, down: false };
const NARROW = { width: 156, height: 58, down: true };

/** A curve through the points of an edge, which leaves and arrives straight. */
function curve(/** @type {Point[]} */ points, /** @type {boolean} */ down) {
  return points.slice(1).reduce((path, { x, y }, index) => {
    const from = points[index];
    const [half, rise] = [(x - from.x) / 2, (y - from.y) / 2];
    return path + (down ? `C${from.x} ${from.y + rise} ${x} ${y - rise} ${x} ${y}` : `C${from.x + half} ${from.y} ${x - half} ${y} ${x} ${y}`);
  }, `M${points[0].x} ${points[0].y}`);
}

const short = (/** @type {string} */ text, /** @type {number} */ most) => text.length > most ? `${text.slice(0, most - 1)}…` : text;

/**
 * The graph: each node is a button that opens its details; the chain of the one that is looked at stands out.
 * @param {DrawnNode[]} nodes
 * @param {{ down: boolean, chosen?: string }} look
 */
export function graphView(nodes, { down, chosen }) {
  const size = down ? NARROW : WIDE;
  const { width, height, nodes: places, edges } = placeGraph(nodes, size);
  const chain = chosen !== undefined && nodes.some(({ name }) => name === chosen) ? chainOf(nodes, chosen) : undefined;
  const lit = (/** @type {string[]} */ ...names) => chain && (names.every(name => chain.has(name)) ? 'lit' : 'unlit');
  const states = new Map(nodes.map(({ name, state }) => [name, state]));
  const [w, h] = [Math.ceil(width) + 8, Math.ceil(height) + 8];
  return svg('svg', { class: 'graph', 'data-large': nodes.length > 14, 'data-down': down, viewBox: `-4 -4 ${w} ${h}`, width: w, height: h, role: 'group', 'aria-label': 'The graph of components' },
    ...edges.map(({ from, to, strength, points }) => svg('path', {
      'data-key': `${from}>${to}`, class: `edge ${strength}`, d: curve(points, down), 'data-lit': lit(from, to), 'data-state': states.get(from),
      'marker-end': 'url(#arrow)',
    })),
    ...nodes.map(({ name, state, required, said, words }) => {
      const { x, y } = places.get(name) ?? { x: 0, y: 0 };
      const [left, top, text] = [x - size.width / 2, y - size.height / 2, x - size.width / 2 + (down ? 40 : 48)];
      return svg('g', {
        'data-key': name, class: 'node', 'data-node': name, 'data-state': state, 'data-lit': lit(name), tabindex: 0, role: 'button', 'aria-label': `${name}: ${words}`,
        'data-optional': !required,
      },
        svg('title', {}, `${name}: ${words}`),
        svg('rect', { x: left, y: top, width: size.width, height: size.height, rx: 12 }),
        shape(state, { x: left + (down ? 8 : 12), y: y - 13, width: 26, height: 26 }),
        svg('text', { class: 'name', x: text, y: y - 4 }, short(name, down ? 13 : 16)),
        svg('text', { class: 'said', x: text, y: y + 17 }, short(down ? state : said, 21)));
    }));
}

/**
 * @typedef {{ name: string, launchedMs?: number, stabilisingMs?: number, readyMs?: number, ownMs?: number, attemptCount: number,
 *   attempts: { startMs: number, endMs?: number, status: string, reason?: string }[], stop?: object }} StartNode
 * @typedef {{ startedAt?: string, elapsedMs?: number, totalMs?: number, criticalPath: string[], nodes: StartNode[] }} Startup
 */

/** The start as a Gantt chart. @param {Startup} startup */
export function ganttView({ startedAt, elapsedMs = 0, totalMs, criticalPath, nodes }) {
  // The total is that of the nodes that are ready; a node that is not required and never is does not stretch the scale for ever.
  const now = startedAt === undefined ? elapsedMs : totalMs ?? elapsedMs;
  const { end, ticks } = scaleOf(now);
  const percent = (/** @type {number} */ ms) => `${(Math.min(1, Math.max(0, ms / end)) * 100).toFixed(3)}%`;
  const bar = (/** @type {string} */ kind, /** @type {number} */ from, /** @type {number} */ to, y = 9, height = 14) =>
    svg('rect', { class: kind, x: percent(from), width: percent(Math.max(0, Math.min(to, end) - from)), y, height, rx: 3 });
  return [
    html('div', { class: 'gantt-axis', 'aria-hidden': 'true' }, html('span'), svg('svg', { class: 'track' },
      ...ticks.map((tick, index) => svg('text', {
        x: percent(tick), y: 15, 'text-anchor': index === 0 ? 'start' : tick > end * 0.9 ? 'end' : 'middle',
      }, span(tick)))), html('span')),
    ...nodes.map(node => {
      const { name, launchedMs, stabilisingMs, readyMs, attempts } = node;
      const isCritical = criticalPath.includes(name);
      const ended = readyMs ?? now;
      const failed = attempts.filter(({ status }) => status === 'failed' || status === 'fatal').length;
      const words = launchedMs === undefined ? 'waits' : readyMs === undefined ? `${span(Math.max(0, now - launchedMs))}…` : span(readyMs);
      const told = `${name}${isCritical ? ', on the critical path' : ''}: ${launchedMs === undefined ? 'not begun' : `begun at ${span(launchedMs)}`}`
        + `${readyMs === undefined ? ', not ready yet' : `, ready at ${span(readyMs)}`}${failed > 0 ? `, ${failed} failed ${failed === 1 ? 'attempt' : 'attempts'}` : ''}`;
      return html('div', { class: 'gantt-row', 'data-key': name, 'data-critical': isCritical, title: told },
        html('span', { class: 'gantt-name', 'aria-hidden': 'true' }, name),
        svg('svg', { class: 'track', role: 'img', 'aria-label': told },
          ...ticks.map(tick => svg('line', { class: 'tick', x1: percent(tick), x2: percent(tick), y1: 0, y2: '100%' })),
          bar('waits', 0, launchedMs ?? now, 14, 4),
          launchedMs !== undefined && bar('works', launchedMs, stabilisingMs ?? ended),
          ...attempts.filter(({ status }) => status === 'failed' || status === 'fatal').map(({ startMs, endMs }) => bar('fails', startMs, endMs ?? now, 12, 8)),
          stabilisingMs !== undefined && bar('settles', stabilisingMs, ended),
          readyMs !== undefined && svg('svg', { x: percent(readyMs), y: 16, class: 'done' }, svg('path', { d: 'M0-8 6 0 0 8-6 0z' }))),
        html('span', { class: 'gantt-time', 'aria-hidden': 'true' }, words));
    }),
  ];
}
