// Where things go: pure functions, so that they can be tested without a page.

/**
 * @typedef {{ name: string, after: { node: string, strength: string }[] }} GraphNode
 * @typedef {{ name: string, column: number, row: number }} Place
 */

/**
 * Columns by the longest way from a node that depends on nothing; rows so that edges cross little: each node goes beside the middle of
 * what it depends on.
 *
 * @param {GraphNode[]} nodes
 * @returns {{ places: Map<string, Place>, columns: number, rows: number }}
 */
export function arrange(nodes) {
  const byName = new Map(nodes.map(node => [node.name, node]));
  /** @type {Map<string, number>} */
  const depths = new Map();
  const depth = (/** @type {string} */ name, /** @type {Set<string>} */ above) => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    if (above.has(name)) return 0;      // a graph has no cycle; a page that is sent one must not hang
    const parents = byName.get(name)?.after.filter(edge => byName.has(edge.node)) ?? [];
    const found = parents.length === 0 ? 0 : 1 + Math.max(...parents.map(edge => depth(edge.node, new Set([...above, name]))));
    depths.set(name, found);
    return found;
  };
  for (const node of nodes) depth(node.name, new Set());
  const columns = nodes.length === 0 ? 0 : 1 + Math.max(...depths.values());
  /** @type {Map<string, Place>} */
  const places = new Map();
  let rows = 0;
  for (let column = 0; column < columns; column++) {
    const here = nodes.filter(node => depths.get(node.name) === column);
    const wish = (/** @type {GraphNode} */ node) => {
      const parents = node.after.map(edge => places.get(edge.node)?.row).filter(row => row !== undefined);
      return parents.length === 0 ? Infinity : parents.reduce((sum, row) => sum + /** @type {number} */ (row), 0) / parents.length;
    };
    here.sort((one, other) => (wish(one) - wish(other)) || nodes.indexOf(one) - nodes.indexOf(other));
    here.forEach((node, row) => places.set(node.name, { name: node.name, column, row }));
    rows = Math.max(rows, here.length);
  }
  return { places, columns, rows };
}

/**
 * The names of all that a node depends on, and of all that depends on it, itself included.
 *
 * @param {GraphNode[]} nodes
 * @param {string} name
 */
export function chain(nodes, name) {
  const found = new Set([name]);
  const walk = (/** @type {string} */ from, /** @type {(name: string) => string[]} */ next) => {
    for (const other of next(from)) {
      if (found.has(other)) continue;
      found.add(other);
      walk(other, next);
    }
  };
  walk(name, each => nodes.find(node => node.name === each)?.after.map(edge => edge.node) ?? []);
  walk(name, each => nodes.filter(node => node.after.some(edge => edge.node === each)).map(node => node.name));
  return found;
}

/**
 * A round step for an axis of so many milliseconds, with five steps or so.
 *
 * @param {number} total
 */
export function step(total) {
  const rough = Math.max(total, 1) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map(factor => factor * power).find(each => each >= rough) ?? rough;
}

/** @param {number} ms */
export function duration(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min` : `${Math.floor(seconds / 86_400)} d`;
}
