const NEAR = 80;

/** Keeps the end of the conversation in sight while it grows, unless the reader has scrolled away from it. */
export class ScrollKeeper {
  #isAtEnd = true;
  #scroller;
  #latest;

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} latest the button that leads back to the end
   */
  constructor(scroller, latest) {
    this.#scroller = scroller;
    this.#latest = latest;
    scroller.addEventListener('scroll', () => this.#look(), { passive: true });
    new ResizeObserver(() => this.keep()).observe(scroller);
    latest.addEventListener('click', () => this.toEnd());
  }

  /** After the conversation has changed. */
  keep() {
    if (this.#isAtEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    else this.#look();
  }

  toEnd() {
    this.#isAtEnd = true;
    this.keep();
    this.#look();
  }

  #look() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    this.#latest.hidden = this.#isAtEnd;
  }
}
