import { arrange, chain, duration, step } from './layout.js';

// The status page. What a server says is put on it as text, never as markup.

const svgSpace = 'http://www.w3.org/2000/svg';
const marks = { ready: '●', degraded: '◐', failed: '✕', waiting: '…', checking: '○', stabilising: '◔', unknown: '?', stopped: '■' };

/** @param {string} tag @param {Record<string, any>} [attributes] @param {...(Node | string)} children */
function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** @param {string} tag @param {Record<string, any>} [attributes] @param {...(Node | string)} children */
function draw(tag, attributes = {}, ...children) {
  const made = document.createElementNS(svgSpace, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

const part = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

// What has not changed is left as it is, with its focus, its selection and its open folds.
const shown = new Map();
function show(/** @type {string} */ id, /** @type {any} */ data, /** @type {() => (Node | string)[]} */ build) {
  const text = JSON.stringify(data);
  if (shown.get(id) === text) return;
  shown.set(id, text);
  const place = part(id);
  const open = new Set([...place.querySelectorAll('details[open]')].map(each => each.getAttribute('data-key')));
  const focused = place.contains(document.activeElement) ? document.activeElement?.getAttribute('data-key') : null;
  place.replaceChildren(...build());
  for (const each of place.querySelectorAll('details')) if (open.has(each.getAttribute('data-key'))) each.open = true;
  if (focused) /** @type {HTMLElement | null} */ (place.querySelector(`[data-key="${CSS.escape(focused)}"]`))?.focus();
}

const time = (/** @type {string} */ at) => new Date(at).toLocaleTimeString([], { hour12: false });
const since = (/** @type {any} */ status, /** @type {string} */ at) => duration(Math.max(0, Date.parse(status.at) - Date.parse(at)));

/** @param {any} status */
function render(status) {
  const verdict = status.withdrawn ? 'draining' : status.ready ? 'ready' : status.startedAt ? 'not ready' : 'starting';
  part('verdict').dataset.state = verdict;
  const word = verdict[0].toUpperCase() + verdict.slice(1);
  if (part('verdict-word').textContent !== word) part('verdict-word').textContent = word;
  document.title = `${word} · Gatehouse`;
  part('summary').textContent = status.withdrawn ?? status.summary;
  part('instance').textContent = status.instance;
  part('revision').textContent = status.revision;
  part('connections').textContent = `${status.connections.open} open, ${status.connections.held} held`;
  show('measures', status.measures, () => status.measures.map(measure));
  show('graph', status.nodes.map((/** @type {any} */ node) => [node.name, node.state, node.after, node.parked]), () => [graph(status)]);
  show('start', status.startedAt ? [status.startedAt, status.startup.totalMs] : status.startup, () => [gantt(status.startup, status.startedAt !== undefined)]);
  show('nodes', status.nodes.map((/** @type {any} */ node) => [node, since(status, node.since)]), () => status.nodes.map((/** @type {any} */ node) => component(node, status)));
  show('incidents', status.incidents, () => status.incidents.length === 0 ? [make('p', { class: 'none' }, 'There has been no incident.')] : status.incidents.map(incident));
  show('instances', status.instances, () => [instances(status)]);
}

/** @param {any} each */
function measure(each) {
  const value = each.value === undefined ? '–' : each.unit === 's' ? duration(each.value * 1000) : `${+each.value.toFixed(2)} ${each.unit}`;
  const target = `${each.atLeast ? 'at least' : 'at most'} ${each.target} ${each.unit}`;
  const state = each.isGood === undefined ? 'none' : each.isGood ? 'good' : 'bad';
  return make('li', { 'data-state': state, 'data-name': each.name },
    make('span', { class: 'title' }, each.title),
    make('strong', {}, value),
    make('span', { class: 'target' }, state === 'none' ? (each.events === 0 ? `no traffic, ${each.window}` : each.window) : `${state === 'good' ? '✓' : '✕'} ${target}, ${each.window}`));
}

/** @param {any} status */
function graph(status) {
  const nodes = status.nodes;
  const { places, columns, rows } = arrange(nodes);
  const [width, height, gapX, gapY] = [168, 46, 64, 22];
  const left = (/** @type {any} */ place) => 2 + place.column * (width + gapX);
  const tall = rows * (height + gapY) - gapY + 4;
  const top = (/** @type {any} */ place) => {
    const here = [...places.values()].filter(each => each.column === place.column).length;
    return (tall - (here * (height + gapY) - gapY)) / 2 + place.row * (height + gapY);
  };
  const wide = columns * (width + gapX) - gapX + 4;
  const svg = draw('svg', { viewBox: `0 0 ${wide} ${tall}`, width: wide, height: tall, role: 'group', 'aria-label': 'What depends on what, from left to right' });
  /** @type {[string, string, Element][]} */
  const edges = [];
  for (const node of nodes)
    for (const edge of node.after) {
      const [from, to] = [places.get(edge.node), places.get(node.name)];
      if (!from || !to) continue;
      const [x1, y1, x2, y2] = [left(from) + width, top(from) + height / 2, left(to), top(to) + height / 2];
      const bend = Math.max(28, (x2 - x1) / 2);
      const line = draw('path', { class: `edge ${edge.strength}`, d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` });
      edges.push([edge.node, node.name, line]);
      svg.append(line);
    }
  for (const node of nodes) {
    const place = /** @type {any} */ (places.get(node.name));
    const box = draw('g', { class: 'node', tabindex: 0, role: 'button', 'data-key': node.name, 'data-state': node.state, transform: `translate(${left(place)} ${top(place)})`, 'aria-label': `${node.name}: ${node.state}` },
      draw('rect', { width, height, rx: 10 }),
      draw('text', { x: 16, y: 28, class: 'sign' }, marks[/** @type {keyof typeof marks} */ (node.state)] ?? '?'),
      draw('text', { x: 38, y: 20, class: 'name' }, node.name.length > 17 ? `${node.name.slice(0, 16)}…` : node.name),
      draw('text', { x: 38, y: 36, class: 'state' }, node.parked ? `${node.state}, parked` : node.state));
    const light = (/** @type {boolean} */ on) => {
      const of = on ? chain(nodes, node.name) : null;
      svg.classList.toggle('lit', on);
      for (const [from, to, line] of edges) line.classList.toggle('on', !!of && of.has(from) && of.has(to));
      for (const other of svg.querySelectorAll('.node')) other.classList.toggle('on', !!of?.has(other.getAttribute('data-key') ?? ''));
    };
    const open = () => {
      const details = /** @type {HTMLDetailsElement | null} */ (document.querySelector(`#nodes details[data-key="${CSS.escape(node.name)}"]`));
      if (!details) return;
      details.open = true;
      details.scrollIntoView({ block: 'nearest' });
      /** @type {HTMLElement} */ (details.firstElementChild).focus();
    };
    box.addEventListener('pointerenter', () => light(true));
    box.addEventListener('pointerleave', () => light(false));
    box.addEventListener('focus', () => light(true));
    box.addEventListener('blur', () => light(false));
    box.addEventListener('click', open);
    box.addEventListener('keydown', event => {
      if (/** @type {KeyboardEvent} */ (event).key !== 'Enter' && /** @type {KeyboardEvent} */ (event).key !== ' ') return;
      event.preventDefault();
      open();
    });
    svg.append(box);
  }
  return svg;
}

/** @param {any} startup @param {boolean} isOver */
function gantt(startup, isOver) {
  const nodes = startup.nodes;
  const total = Math.max(isOver ? startup.totalMs : startup.elapsedMs, 1);
  const [names, wide, row] = [132, 760, 30];
  const tall = nodes.length * row + 26;
  const x = (/** @type {number} */ ms) => names + Math.min(ms / total, 1) * (wide - names - 64);
  const svg = draw('svg', { viewBox: `0 0 ${wide} ${tall}`, width: '100%', class: 'gantt', role: 'img', 'aria-label': `The start ${isOver ? `took ${duration(startup.totalMs)}` : `has taken ${duration(total)} so far`}; critical path: ${isOver ? startup.criticalPath.join(', ') : 'not known yet'}` });
  for (let at = 0; at <= total; at += step(total))
    svg.append(draw('line', { class: 'tick', x1: x(at), x2: x(at), y1: 0, y2: tall - 22 }), draw('text', { class: 'scale', x: x(at), y: tall - 6 }, duration(at)));
  nodes.forEach((/** @type {any} */ node, /** @type {number} */ index) => {
    const y = index * row + 6;
    const critical = isOver && startup.criticalPath.includes(node.name);
    const group = draw('g', { class: critical ? 'bar critical' : 'bar', 'data-name': node.name });
    const bar = (/** @type {string} */ kind, /** @type {number | undefined} */ from, /** @type {number | undefined} */ to) => {
      if (from === undefined || to === undefined || to < from) return;
      group.append(draw('rect', { class: kind, x: x(from), y, width: Math.max(x(to) - x(from), 1.5), height: row - 12, rx: 4 }));
    };
    const end = node.readyMs ?? total;
    bar('wait', 0, node.launchedMs ?? total);
    for (const attempt of node.attempts) bar(`attempt ${attempt.status}`, attempt.startMs, attempt.endMs);
    if (node.attempts.length === 0) bar('attempt healthy', node.launchedMs, end);
    bar('stable', node.stabilisingMs, end);
    group.append(draw('text', { class: 'name', x: 0, y: y + 14 }, node.name.length > 16 ? `${node.name.slice(0, 15)}…` : node.name));
    if (node.readyMs !== undefined) group.append(draw('text', { class: 'took', x: x(end) + 6, y: y + 14 }, duration(node.readyMs)));
    svg.append(group);
  });
  const legend = make('p', { class: 'legend' }, isOver ? `Critical path: ${startup.criticalPath.join(' → ')}` : 'The start is not over.');
  const figure = make('figure');
  figure.append(svg, legend);
  return figure;
}

/** @param {any} node @param {any} status */
function component(node, status) {
  const summary = make('summary', { 'data-key': node.name },
    make('span', { class: 'sign', 'aria-hidden': 'true' }, marks[/** @type {keyof typeof marks} */ (node.state)] ?? '?'),
    make('strong', {}, node.name),
    make('span', { class: 'state' }, `${node.state} for ${since(status, node.since)}${node.parked ? ', parked' : ''}${node.required ? '' : ', not required'}`),
    make('span', { class: 'reason' }, node.reason ?? (node.waitingOn.length > 0 ? `waits for ${node.waitingOn.join(', ')}` : '')));
  const facts = [
    `${node.checks} checks`, node.failures > 0 ? `${node.failures} failures in a row` : '', node.lastMs !== undefined ? `the last took ${duration(node.lastMs)}` : '',
    node.flaps > 0 ? `${node.flaps} broken connections` : '', `unbroken for ${duration(node.unbrokenSeconds * 1000)}`, node.restarts > 0 ? `${node.restarts} restarts of its monitor` : '',
  ].filter(fact => fact !== '').join(' · ');
  const events = make('ol', { class: 'events' }, ...node.events.slice().reverse().map((/** @type {any} */ event) =>
    make('li', {}, make('time', {}, time(event.at)), ` ${event.state}${event.reason ? `: ${event.reason}` : ''}`)));
  return make('details', { 'data-key': node.name, 'data-state': node.state }, summary, make('p', { class: 'facts' }, facts), events);
}

/** @param {any} each */
function incident(each) {
  const closed = each.closedAt !== undefined;
  const summary = make('summary', { 'data-key': each.id },
    make('span', { class: 'badge', 'data-state': closed ? 'closed' : 'open' }, closed ? 'closed' : 'open'),
    make('strong', {}, each.title),
    make('span', { class: 'state' }, `${new Date(each.openedAt).toLocaleString([], { hour12: false })}${closed ? `, ${duration(Date.parse(each.closedAt) - Date.parse(each.openedAt))}` : ''}`));
  const parts = [summary, make('p', { class: 'facts' },
    `${each.impact.upgradesRefused} upgrades refused · ${each.impact.turnsFailed} turns failed · not ready for ${duration(each.impact.secondsNotReady * 1000)}`)];
  if (each.diagnosis?.chain) parts.push(make('h3', {}, 'Why'), make('ol', { class: 'whys' }, why(each.diagnosis.chain)));
  for (const root of each.diagnosis?.roots ?? []) parts.push(make('h3', {}, `What to do: ${root.title}`), remedies(root));
  parts.push(make('h3', {}, 'What happened'), make('ol', { class: 'events' }, ...each.timeline.map((/** @type {any} */ entry) =>
    make('li', {}, make('time', {}, time(entry.at)), ` ${entry.kind.replace('_', ' ')}: ${entry.text}`))));
  return make('details', { 'data-key': each.id, class: 'incident' }, ...parts);
}

/** @param {any} hop */
function why(hop) {
  const item = make('li', {}, make('strong', {}, hop.question), ` ${hop.answer}`);
  if (hop.causes.length > 0) item.append(make('ol', { class: 'whys' }, ...hop.causes.map(why)));
  return item;
}

/** @param {any} root */
function remedies(root) {
  return make('ul', { class: 'remedies' }, ...root.remedies.map((/** @type {any} */ remedy) => {
    const item = make('li', {}, make('span', { class: 'badge' }, remedy.when), ` ${remedy.text}`);
    if (remedy.command) item.append(make('code', {}, remedy.command));
    return item;
  }));
}

/** @param {any} status */
function instances(status) {
  const head = make('tr', {}, ...['Instance', 'Revision', 'State', 'Open', 'Held', 'Draining', 'Runs', 'Up for', 'Seen'].map(name => make('th', { scope: 'col' }, name)));
  const rows = status.instances.map((/** @type {any} */ each) => make('tr', { 'data-key': each.id },
    make('th', { scope: 'row' }, each.id === status.instance ? `${each.id} (this one)` : each.id), make('td', {}, each.revision),
    make('td', { 'data-state': each.ready ? 'ready' : 'failed' }, each.ready ? '● ready' : '✕ not ready'),
    make('td', {}, String(each.open)), make('td', {}, String(each.held)), make('td', {}, String(each.draining)), make('td', {}, String(each.runs)),
    make('td', {}, since(status, each.startedAt)), make('td', {}, each.secondsAgo < 1 ? 'now' : `${duration(each.secondsAgo * 1000)} ago`)));
  return make('table', {}, make('thead', {}, head), make('tbody', {}, ...rows));
}

// ── live, or a snapshot ──────────────────────────────────────────────────────────────────────────────────────────────

let last = 0;

function tellNews() {
  const silent = Date.now() - last;
  const news = part('news');
  news.dataset.state = last === 0 ? 'waiting' : silent > 12_000 ? 'silent' : 'live';
  news.textContent = last === 0 ? 'not yet' : silent > 12_000 ? `no news for ${duration(silent)}` : `live, ${new Date(last).toLocaleTimeString([], { hour12: false })}`;
  if (silent > 12_000 && last !== 0) part('verdict').dataset.stale = 'true';
  else delete part('verdict').dataset.stale;
}

function follow(/** @type {number} */ pause) {
  const source = new EventSource('/api/status/live');
  source.onmessage = event => {
    last = Date.now();
    pause = 500;
    render(JSON.parse(event.data));
    tellNews();
  };
  source.onerror = () => {
    source.close();
    tellNews();
    setTimeout(() => follow(Math.min(pause * 2, 15_000)), pause * (0.5 + Math.random() / 2));
  };
}

const snapshot = document.getElementById('snapshot');
if (snapshot) {
  const status = JSON.parse(snapshot.textContent ?? '');
  render(status);
  part('news-name').textContent = 'Snapshot of';
  part('news').textContent = new Date(status.at).toLocaleString([], { hour12: false });
  part('news').dataset.state = 'silent';
  part('verdict').dataset.stale = 'true';
  part('verdict-word').textContent = `Was ${part('verdict').dataset.state}`;
} else {
  follow(500);
  setInterval(tellNews, 1000);
}
