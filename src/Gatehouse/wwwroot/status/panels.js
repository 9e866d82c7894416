import { html, shape, svg } from './dom.js';
import { age, barOf, lasting, span } from './layout.js';

/** @typedef {import('./pictures.js').Startup} Startup */
/** @typedef {{ at: string, state: string, reason?: string }} Event */
/**
 * @typedef {{ name: string, state: string, required: boolean, after: { node: string, strength: string }[], since: string, lastGood?: string, waitingOn: string[],
 *   reason?: string, checks: number, failures: number, restarts: number, parked: boolean, lastMs?: number, flaps: number, unbrokenSeconds?: number, events: Event[] }} StatusNode
 * @typedef {{ name: string, title: string, value?: number, unit: string, target: number, atLeast: boolean, window: string, events?: number, isGood?: boolean }} Measure
 * @typedef {{ question: string, answer: string, since?: string, sameAs?: string, evidence?: { text: string }[], causes?: Hop[] }} Hop
 * @typedef {{ when: string, text: string, command?: string, risk: string }} Remedy
 * @typedef {{ summary: string, chain?: Hop, roots?: { remedies?: Remedy[] }[] }} Diagnosis
 * @typedef {{ id: string, title: string, openedAt: string, mendedAt?: string, closedAt?: string, instance: string, diagnosis?: Diagnosis,
 *   impact?: { upgradesRefused?: number, turnsFailed?: number, secondsNotReady?: number }, timeline?: { at: string, kind: string, text: string }[] }} Incident
 * @typedef {{ id: string, revision: string, startedAt: string, secondsAgo: number, ready: boolean, open: number, held: number, draining: number, runs: number }} Instance
 * @typedef {{ at: string, instance: string, revision: string, build: string, ready: boolean, withdrawn?: string, startedAt?: string, summary: string,
 *   nodes: StatusNode[], startup: Startup, measures: Measure[], incidents: Incident[], instances: Instance[],
 *   connections: { open: number, held: number, draining: number } }} Status
 */

const pad = (/** @type {number} */ part) => String(part).padStart(2, '0');

/** The time of day, with the date where it is not that of `now`. @param {string | number} at @param {number} now */
export function clock(at, now) {
  const date = new Date(at);
  const day = date.toDateString() === new Date(now).toDateString() ? '' : `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} `;
  return `${day}${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

const time = (/** @type {string} */ at, /** @type {number} */ now) => html('time', { datetime: at }, clock(at, now));
const fact = (/** @type {string} */ name, /** @type {string | Node} */ value) => html('div', {}, html('dt', {}, name), html('dd', {}, value));
const count = (/** @type {number} */ number, /** @type {string} */ one) => `${number.toLocaleString('en')} ${one}${number === 1 ? '' : 's'}`;

/** Why a node is as it is, in a line. @param {StatusNode} node */
export const causeOf = ({ reason, waitingOn, parked }) =>
  reason ?? (waitingOn.length > 0 ? `waiting for ${waitingOn.join(', ')}` : parked ? 'parked until it is asked for' : '');

/** @param {StatusNode[]} nodes @param {number} now */
export const componentViews = (nodes, now) => nodes.map(node => html('details', { class: 'component', 'data-key': node.name, id: `node-${node.name}`, 'data-state': node.state },
  html('summary', {}, shape(node.state), html('span', { class: 'name' }, node.name, !node.required && html('small', {}, ' optional')),
    html('span', { class: 'word' }, node.state),
    html('span', { class: 'age' }, age(now - Date.parse(node.since))),
    html('span', { class: 'cause' }, causeOf(node))),
  html('dl', { class: 'facts' },
    fact('Since', time(node.since, now)),
    node.lastGood !== undefined && fact('Last good', time(node.lastGood, now)),
    fact('After', node.after.map(({ node: before, strength }) => strength === 'hard' ? before : `${before} (${strength})`).join(', ') || 'nothing'),
    fact('Checks', `${node.checks.toLocaleString('en')}, ${node.failures.toLocaleString('en')} failed`),
    node.lastMs !== undefined && fact('Last check took', span(node.lastMs)),
    node.unbrokenSeconds !== undefined && fact('Unbroken for', lasting(node.unbrokenSeconds * 1000)),
    node.flaps + node.restarts > 0 && fact('Breaks and restarts', `${node.flaps} and ${node.restarts}`)),
  html('ol', { class: 'history', 'aria-label': `History of ${node.name}, newest first` }, ...node.events.toReversed().map(({ at, state, reason }) =>
    html('li', {}, time(at, now), shape(state), html('span', {}, reason === undefined ? state : `${state}: ${reason}`))))));

/** A number with its unit apart, so that it can be large: numbers and words in turn. */
function figure(/** @type {number} */ value, /** @type {string} */ unit) {
  if (unit === 's') return value === 0 ? ['0', 's'] : span(value * 1000).split(' ');
  return [value.toLocaleString('en', { maximumFractionDigits: 2 }), unit];
}

/** @param {Measure[]} measures */
export const measureViews = measures => measures.map(measure => {
  const { name, title, value, unit, target, atLeast, window, events, isGood } = measure;
  const { fill, mark } = barOf(measure);
  const parts = value === undefined || events === 0 ? undefined : figure(value, unit);
  const goal = `${atLeast ? 'at least' : 'at most'} ${unit === 's' ? span(target * 1000) : `${target} ${unit}`}`;
  const state = parts === undefined || isGood === undefined ? 'unknown' : isGood ? 'ready' : 'failed';
  const word = { unknown: 'not known', ready: 'on target', failed: 'off target' }[state];
  return html('li', { class: 'measure', 'data-key': name, 'data-state': state },
    html('span', { class: 'title' }, title, shape(state), html('span', { class: 'unseen' }, word)),
    parts ? html('span', { class: 'value' }, ...parts.map((part, index) => index % 2 === 0 ? part : html('small', {}, ` ${part} `)))
      : html('span', { class: 'none' }, events === 0 ? 'no traffic' : 'not yet'),
    svg('svg', { class: 'bar', 'aria-hidden': 'true' },
      svg('rect', { class: 'ground', width: '100%', y: 3, height: 6, rx: 3 }),
      parts && svg('rect', { class: 'fill', width: `${fill * 100}%`, y: 3, height: 6, rx: 3 }),
      svg('rect', { class: 'mark', x: `${Math.min(99.2, mark * 100)}%`, width: 2, height: 12 })),
    html('span', { class: 'goal' }, goal, html('span', {}, events === undefined ? window : `${window} · ${events.toLocaleString('en')}`)));
});


/** @param {Hop} hop @param {number} now @returns {Node} */
const whyView = ({ question, answer, since, sameAs, evidence = [], causes = [] }, now) => html('li', {},
  html('span', { class: 'question' }, question),
  html('span', { class: 'answer' }, sameAs === undefined ? answer : `${answer} (told above)`, since !== undefined && html('span', { class: 'since' }, ' since ', time(since, now))),
  evidence.length > 0 && html('ul', { class: 'evidence' }, ...evidence.map(({ text }) => html('li', {}, text))),
  causes.length > 0 && html('ol', { class: 'whys' }, ...causes.map(cause => whyView(cause, now))));

const DUE = { now: 'Now', next: 'Next', prevent: 'So that it does not come again' };

/** @param {Remedy[]} remedies */
const remedyViews = remedies => remedies.map(({ when, text, command, risk }) => html('li', {},
  html('span', { class: 'due', 'data-when': when }, DUE[/** @type {keyof typeof DUE} */ (when)] ?? when),
  html('span', {}, `${text}${risk === 'none' ? '' : ` Risk: ${risk}.`}`),
  command !== undefined && html('span', { class: 'command' }, html('code', {}, command),
    html('button', { type: 'button', class: 'copy', 'data-copy': command, 'aria-label': `Copy the command ${command}` }, 'Copy'))));

/** @param {Incident[]} incidents @param {number} now */
export const incidentViews = (incidents, now) => incidents.length === 0 ? [html('p', { class: 'nothing' }, shape('ready'), 'No incidents.')]
  : incidents.map(({ id, title, openedAt, mendedAt, closedAt, diagnosis, impact = {}, timeline = [] }) => {
    const [state, word] = closedAt !== undefined ? ['ready', 'Closed'] : mendedAt !== undefined ? ['stabilising', 'Mended'] : ['failed', 'Open'];
    const remedies = (diagnosis?.roots ?? []).flatMap(root => root.remedies ?? []);
    const { upgradesRefused = 0, turnsFailed = 0, secondsNotReady = 0 } = impact;
    const cost = [upgradesRefused > 0 && `${count(upgradesRefused, 'upgrade')} refused`, turnsFailed > 0 && `${count(turnsFailed, 'turn')} failed`,
      secondsNotReady > 0 && `not ready for ${span(secondsNotReady * 1000)}`].filter(Boolean);
    return html('details', { class: 'incident', 'data-key': id, 'data-state': state, 'data-incident': word.toLowerCase() },
      html('summary', {}, shape(state), html('span', { class: 'word' }, word), html('span', { class: 'title' }, title),
        html('span', { class: 'age' }, time(openedAt, now), ` · ${closedAt === undefined ? 'for ' : 'lasted '}${lasting((closedAt === undefined ? now : Date.parse(closedAt)) - Date.parse(openedAt))}`),
        diagnosis && html('span', { class: 'cause' }, diagnosis.summary)),
      cost.length > 0 && html('p', { class: 'cost' }, `It cost: ${cost.join(', ')}.`),
      diagnosis?.chain && html('h3', {}, 'Why'),
      diagnosis?.chain && html('ol', { class: 'whys' }, whyView(diagnosis.chain, now)),
      remedies.length > 0 && html('h3', {}, 'What to do'),
      remedies.length > 0 && html('ul', { class: 'remedies' }, ...remedyViews(remedies)),
      timeline.length > 0 && html('h3', {}, 'What happened'),
      timeline.length > 0 && html('ol', { class: 'history' }, ...timeline.map(({ at, text }) => html('li', {}, time(at, now), html('span', {}, text)))));
  });

/** @param {Instance[]} instances @param {string} own @param {number} now */
export function instanceViews(instances, own, now) {
  // Laid out as a grid, of which not every browser says any more that it is a table.
  return html('table', { role: 'table', 'aria-labelledby': 'instances-title' }, html('tbody', { role: 'rowgroup' },
    ...instances.map(({ id, revision, startedAt, secondsAgo, ready, open, held, draining, runs }) => html('tr', { role: 'row', 'data-key': id },
      html('th', { scope: 'row', role: 'rowheader' }, id, id === own && html('small', {}, ' this one')),
      html('td', { role: 'cell', class: 'state' }, shape(ready ? 'ready' : 'failed'), ready ? 'ready' : 'not ready'),
      html('td', { role: 'cell', class: 'numbers' }, ...[[open, 'open'], [held, 'held'], [draining, 'draining'], [runs, 'runs']].map(([value, of]) =>
        html('span', {}, html('b', {}, value.toLocaleString('en')), ` ${of}`))),
      html('td', { role: 'cell', class: 'quiet' }, `${revision} · up ${age(now - Date.parse(startedAt))}${id === own ? '' : ` · heard ${Math.round(secondsAgo)} s ago`}`)))));
}
