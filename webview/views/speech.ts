import { html } from "lit";
import { customElement } from "lit/decorators.js";
import { sentence } from "../sentence";
import { PanelView } from "./view";

/** Milliseconds of rest before a step is read out: a scrubber would otherwise never stop talking. */
const REST = 400;

/** `<conv-speech>`: says the present step when the position has come to rest. */
@customElement("conv-speech")
export class Speech extends PanelView {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #latest = "";

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override render() {
    return html`<p class="unseen" role="status" aria-live="polite"></p>`;
  }

  protected override updated(): void {
    // Another step, or the numbers of this one, which may come late.
    const latest = sentence(this.panel);
    if (latest === this.#latest) return;
    this.#latest = latest;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const line = this.querySelector("p");
      if (line !== null) line.textContent = latest;
    }, REST);
  }
}
