/** @import { Message, ToolCall } from '/client/types.js' */
import { element, expose, icon } from './element.js';

/** @typedef {'running' | 'done' | 'failed' | 'asking' | 'left'} CallState */

/** @type {Record<CallState, string>} */
const STATES = { running: 'running', done: 'done', failed: 'failed', asking: 'asks for approval', left: 'not finished' };

/** One tool call: a line that opens to its arguments and its result. */
export class ToolCallView {
  #state = element('span', { class: 'call-state' });
  #name = element('code', { class: 'call-name' });
  #brief = element('span', { class: 'call-brief' });
  #arguments = element('pre', { tabindex: 0 });
  #result = element('pre', { tabindex: 0 });
  #resultPart = element('section', { class: 'call-result', data: { role: 'tool' } }, element('h4', {}, 'Result'), this.#result);

  element = element('details', { class: 'call' },
    element('summary', {}, icon('tool'), this.#name, this.#brief, this.#state, icon('chevron')),
    element('section', {}, element('h4', {}, 'Arguments'), this.#arguments), this.#resultPart);

  /** @type {unknown[]} */
  #shown = [];

  update(/** @type {ToolCall} */ call, /** @type {Message | undefined} */ result, /** @type {CallState} */ state) {
    if (this.#shown[0] === call && this.#shown[1] === result && this.#shown[2] === state) return;
    this.#shown = [call, result, state];
    Object.assign(this.element.dataset, { toolCallId: call.id, state });
    this.#name.textContent = call.function.name;
    this.#brief.textContent = brief(call.function.arguments);
    this.#state.textContent = STATES[state];
    this.#arguments.textContent = pretty(call.function.arguments) || 'none';
    this.#resultPart.hidden = !result;
    if (!result) return;
    this.#resultPart.dataset.messageId = result.id;
    expose(this.#resultPart, { rawText: result.content ?? '' });
    this.#result.textContent = result.error ?? pretty(result.content ?? '');
  }
}

/** JSON for people; what is not JSON (yet) as it is. */
function pretty(/** @type {string} */ text) {
  const value = parse(text);
  return value === undefined ? text : typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** The arguments in a few words. */
function brief(/** @type {string} */ text) {
  const value = parse(text);
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value).map(([name, field]) => `${name}: ${typeof field === 'string' ? field : JSON.stringify(field)}`).join(', ').slice(0, 120);
}

/** @returns {unknown} undefined if it is not JSON */
function parse(/** @type {string} */ text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
