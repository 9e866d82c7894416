const SVG = 'http://www.w3.org/2000/svg';

/** @typedef {Node | string | null | undefined | false} Child */

/** Puts attributes and children on an element; children are nodes or text, never markup. */
function fill(/** @type {Element} */ made, /** @type {Record<string, any>} */ attributes, /** @type {Child[]} */ children) {
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value));
  made.append(...children.filter(child => child !== null && child !== undefined && child !== false));
  return made;
}

/** @param {string} tag @param {Record<string, any>} [attributes] @param {...Child} children */
export const html = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

/** @param {string} tag @param {Record<string, any>} [attributes] @param {...Child} children */
export const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

const keyOf = (/** @type {Node} */ node) => node instanceof Element ? node.getAttribute('data-key') : null;
const isSame = (/** @type {Node} */ one, /** @type {Node} */ other) => one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

/**
 * Makes the children of an element what they should be, and touches only what differs: focus, selection, scrolling and what a
 * person has unfolded stay.
 * @param {Element} parent
 * @param {Child[]} children
 */
export function show(parent, ...children) {
  const wanted = fill(document.createElement('div'), {}, children);
  morphChildren(parent, wanted);
}

function morphChildren(/** @type {Element} */ old, /** @type {Element} */ wanted) {
  let at = old.firstChild;
  for (const next of [...wanted.childNodes]) {
    /** @type {Node | null} */
    let found = at;
    while (found && !isSame(found, next)) found = keyOf(next) === null ? null : found.nextSibling;
    if (!found) {
      old.insertBefore(next, at);
      continue;
    }
    if (found === at) at = at.nextSibling;
    else old.insertBefore(found, at);
    morph(found, next);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function morph(/** @type {Node} */ old, /** @type {Node} */ wanted) {
  if (!(old instanceof Element && wanted instanceof Element)) {
    if (old.nodeValue !== wanted.nodeValue) old.nodeValue = wanted.nodeValue;
    return;
  }
  for (const { name, value } of wanted.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (name !== 'open' && !wanted.hasAttribute(name)) old.removeAttribute(name);
  morphChildren(old, wanted);
}

/** A state has a shape, so that its colour is not needed: a tick, a triangle, a cross, a clock, a dot, a hatched ring, a square. */
const SHAPES = {
  ready: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM7 12.5l3.5 3.5L17 9',
  degraded: 'M12 2.5 22.5 21h-21zM12 9v6M12 17.6v.6',
  failed: 'M8 2h8l6 6v8l-6 6H8l-6-6V8zM8.5 8.5l7 7M15.5 8.5l-7 7',
  waiting: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM12 6.5V12l3.5 2.5',
  checking: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM12 11v2M7 11v2M17 11v2',
  stabilising: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM6 14l8-8M9 18l9-9',
  stopped: 'M4 4h16v16H4zM8 12h8',
  unknown: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM9.5 9.5a2.5 2.5 0 1 1 2.5 3v1.5M12 17v.5',
};

/** @param {string} state @param {Record<string, any>} [attributes] */
export function shape(state, attributes = {}) {
  const d = SHAPES[/** @type {keyof typeof SHAPES} */ (state)] ?? SHAPES.unknown;
  const cut = d.indexOf('z') + 1;
  return svg('svg', { viewBox: '0 0 24 24', class: 'shape', 'data-state': state, 'aria-hidden': 'true', ...attributes },
    svg('path', { class: 'body', d: d.slice(0, cut) }), svg('path', { class: 'sign', d: d.slice(cut) }));
}
