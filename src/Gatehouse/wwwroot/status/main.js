import { html, shape, show } from './dom.js';
import { age, span, verdictOf } from './layout.js';
import { causeOf, clock, componentViews, incidentViews, instanceViews, measureViews } from './panels.js';
import { ganttView, graphView } from './pictures.js';
import { Feed } from './feed.js';

/** @typedef {import('./panels.js').Status} Status */

/** @param {string} id */
function part(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`status.html has no element with id ${id}`);
  return found;
}

const narrow = matchMedia('(max-width: 700px)');
const kept = document.getElementById('snapshot');
/** @type {Status | undefined} */
let status;
let heardAt = 0;
/** @type {string | undefined} */
let chosen;

/** The server's time: it goes on only while there is news. */
function serverTime(/** @type {Status} */ { at }) {
  const isFrozen = kept !== null || feed.lostAt !== undefined;
  return Date.parse(at) + (isFrozen ? 0 : performance.now() - heardAt);
}

/** What the page knows of its own freshness. @returns {[string, string]} a state and words */
function news() {
  if (kept && status) return ['kept', `Snapshot of ${clock(status.at, Date.now())}: written by the server, not live`];
  if (feed.lostAt === undefined) return status ? ['live', 'Live'] : ['waiting', 'Connecting'];
  const last = status ? clock(status.at, Date.now()) : clock(feed.lostAt, Date.now());
  return ['lost', `No news since ${last}`];
}

function render() {
  const [state, words] = news();
  document.body.dataset.news = state;
  show(part('news'), html('span', { class: 'dot', 'aria-hidden': 'true' }), words, state === 'lost' && html('span', { class: 'quiet' }, ` (${age(Date.now() - (feed.lostAt ?? 0))} ago)`));
  const known = status;
  const verdict = known ? verdictOf(known) : { word: state === 'lost' ? 'No answer' : 'Connecting', state: 'unknown' };
  const wasTrue = state === 'lost' || state === 'kept';
  part('verdict').dataset.state = wasTrue ? 'unknown' : verdict.state;
  show(part('verdict-shape'), shape(wasTrue ? 'unknown' : verdict.state));
  show(part('verdict-word'), !known || !wasTrue ? verdict.word : `${state === 'kept' ? 'At that time' : 'Last known'}: ${verdict.word.toLowerCase()}`);
  show(part('verdict-text'), known?.withdrawn !== undefined ? `Takes no newcomers: ${known.withdrawn.replace(/\.$/, '')}. ${known.summary}` : known?.summary ?? 'The server has said nothing yet.');
  document.title = `${part('verdict-word').textContent} · Gatehouse status`;
  part('content').hidden = !known;
  if (known) renderStatus(known, serverTime(known));
}

function renderStatus(/** @type {Status} */ { nodes, startup, measures, incidents, instances, connections, instance, revision, build }, /** @type {number} */ now) {
  show(part('identity'), html('span', {}, instance), html('span', {}, revision), html('span', {}, build));
  show(part('graph'), graphView(nodes.map(node => ({
    ...node,
    said: `${node.state} ${age(now - Date.parse(node.since))}`,
    words: [node.state, node.required ? '' : 'optional', causeOf(node)].filter(Boolean).join(', '),
  })), { down: narrow.matches, chosen }));
  const { startedAt, totalMs, elapsedMs = 0, criticalPath } = startup;
  show(part('startup-total'), startedAt === undefined || totalMs === undefined ? `running for ${span(elapsedMs)}` : `ready in ${span(totalMs)}`);
  show(part('startup'), ...ganttView(startup));
  show(part('critical'), criticalPath.length > 0 && html('span', {}, 'Critical path: '), criticalPath.join(' → '));
  show(part('components'), ...componentViews(nodes, now));
  show(part('measures'), ...measureViews(measures));
  const open = incidents.filter(({ closedAt }) => closedAt === undefined).length;
  show(part('incident-count'), open === 0 ? 'none open' : `${open} open`);
  show(part('incidents'), ...incidentViews(incidents, now));
  show(part('connections'), `${connections.open.toLocaleString('en')} open here`, connections.held > 0 && ` · ${connections.held} held`, connections.draining > 0 && ` · ${connections.draining} draining`);
  show(part('instances'), instanceViews(instances, instance, now));
}

function choose(/** @type {string | undefined} */ name) {
  if (name === chosen) return;
  chosen = name;
  render();
}

/** Unfolds what is known of a node, and goes there. */
function openComponent(/** @type {string} */ name) {
  const details = document.getElementById(`node-${name}`);
  if (!(details instanceof HTMLDetailsElement)) return;
  details.open = true;
  details.scrollIntoView({ block: 'nearest' });
  details.querySelector('summary')?.focus({ preventScroll: true });
}

async function copy(/** @type {HTMLElement} */ button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy ?? '');
    part('copied').textContent = 'Copied';
  } catch {
    const code = button.previousElementSibling; // no clipboard without TLS: the command is selected instead
    if (code) getSelection()?.selectAllChildren(code);
  }
}

const nodeAt = (/** @type {EventTarget | null} */ target) => target instanceof Element ? target.closest('[data-node]')?.getAttribute('data-node') ?? undefined : undefined;
part('graph').addEventListener('pointerover', event => choose(nodeAt(event.target)));
part('graph').addEventListener('pointerleave', () => choose(undefined));
part('graph').addEventListener('focusin', event => choose(nodeAt(event.target)));
part('graph').addEventListener('focusout', () => choose(undefined));
part('graph').addEventListener('click', event => {
  const name = nodeAt(event.target);
  if (name !== undefined) openComponent(name);
});
part('graph').addEventListener('keydown', event => {
  const name = nodeAt(event.target);
  if (name === undefined || (event.key !== 'Enter' && event.key !== ' ')) return;
  event.preventDefault();
  openComponent(name);
});
document.addEventListener('click', event => {
  const button = event.target instanceof Element && event.target.closest('[data-copy]');
  if (button instanceof HTMLElement) copy(button);
});
narrow.addEventListener('change', render);

const feed = new Feed(heard => {
  status = heard;
  heardAt = performance.now();
  render();
}, render);

if (kept) status = JSON.parse(kept.textContent ?? '');
else {
  feed.open();
  setInterval(() => document.hidden || render(), 1000);
}
render();
