import { element } from './element.js';

/** A line between messages: what is going on, or how it ended. */
export class NoticeView {
  element = element('p', { class: 'notice' });

  update(/** @type {{ text: string, kind: 'working' | 'ended' | 'failed' }} */ { text, kind }) {
    this.element.dataset.kind = kind;
    if (this.element.textContent !== text) this.element.textContent = text;
  }
}
