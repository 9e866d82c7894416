import { part } from './element.js';

/** The list of threads on a narrow screen, where it lies over the chat and can be put away. */
export class Drawer {
  #sidebar = part('sidebar');
  #backdrop = part('backdrop', HTMLButtonElement);
  #opener = part('open-drawer', HTMLButtonElement);
  #narrow = matchMedia('(max-width: 820px)');
  isOpen = false;

  constructor() {
    this.#opener.addEventListener('click', () => this.open());
    part('close-drawer').addEventListener('click', () => this.close());
    this.#backdrop.addEventListener('click', () => this.close());
    this.#narrow.addEventListener('change', () => this.close());
    this.#show();
  }

  open() {
    this.isOpen = true;
    this.#show();
    part('new-thread').focus();
  }

  close() {
    const hadFocus = this.isOpen && this.#sidebar.contains(document.activeElement);
    this.isOpen = false;
    this.#show();
    if (hadFocus) this.#opener.focus();
  }

  #show() {
    this.#sidebar.classList.toggle('open', this.isOpen);
    this.#sidebar.inert = this.#narrow.matches && !this.isOpen;
    this.#backdrop.hidden = !this.isOpen;
    this.#opener.setAttribute('aria-expanded', String(this.isOpen));
  }
}
