/** Milliseconds that a pointer rests on something before it is explained. */
const PATIENCE = 350;
/** Pixels between what is explained and the explanation, and from there to the edge of the page. */
const GAP = 6;

/**
 * One explanation at a time for anything with a `data-tip`: under the pointer or the keyboard's focus, gone with Escape.
 * The text is plain, lines are kept. What it says is also the element's description for assistive technology.
 */
export class Tips {
  readonly #box = document.createElement("div");
  #owner: HTMLElement | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(root: HTMLElement) {
    this.#box.className = "tip";
    this.#box.hidden = true;
    // What it says is in aria-description of its owner already.
    this.#box.setAttribute("aria-hidden", "true");
    // Beside the page's root, not in it: what the root renders would take it away.
    document.body.append(this.#box);
    root.addEventListener("pointerover", (event) => this.#over(event.target, this.#owner === null ? PATIENCE : 0));
    root.addEventListener("pointerdown", () => this.#hide());
    root.addEventListener("focusin", (event) => {
      if (event.target instanceof HTMLElement && event.target.matches(":focus-visible")) this.#over(event.target, 0);
    });
    root.addEventListener("focusout", () => this.#hide());
    document.addEventListener("pointerleave", () => this.#hide());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#hide();
    });
  }

  #over(target: EventTarget | null, wait: number): void {
    const owner = target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null;
    if (owner === this.#owner && !this.#box.hidden) return;
    clearTimeout(this.#timer);
    if (owner === null) {
      this.#hide();
      return;
    }
    this.#timer = setTimeout(() => this.#show(owner), wait);
  }

  #show(owner: HTMLElement): void {
    const text = owner.dataset.tip ?? "";
    if (text === "" || !owner.isConnected) {
      this.#hide();
      return;
    }
    this.#owner = owner;
    this.#box.textContent = text;
    this.#box.hidden = false;
    const at = owner.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.#box;
    const below = at.bottom + GAP + height <= innerHeight - GAP;
    const left = Math.max(GAP, Math.min(innerWidth - GAP - width, at.left + at.width / 2 - width / 2));
    this.#box.style.left = `${left}px`;
    this.#box.style.top = `${below ? at.bottom + GAP : Math.max(GAP, at.top - GAP - height)}px`;
  }

  #hide(): void {
    clearTimeout(this.#timer);
    this.#owner = null;
    this.#box.hidden = true;
  }
}
