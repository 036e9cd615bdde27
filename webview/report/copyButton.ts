import { LitElement, html } from "lit";
import { customElement, property, state } from "lit/decorators.js";

/** Milliseconds for which it says that it is done. */
const SAID = 1600;

/** `<conv-copy>`: a button that copies, and says so. */
@customElement("conv-copy")
export class CopyButton extends LitElement {
  @property({ attribute: false }) label = "Copy";
  @property({ attribute: false }) copy: () => void = () => undefined;
  @state() private done = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override render() {
    return html`<button
        type="button"
        class="codicon codicon-${this.done ? "check" : "copy"}"
        aria-label=${this.label}
        data-tip=${this.label}
        @click=${this.#click}
      ></button
      ><span class="unseen" role="status">${this.done ? "Copied" : ""}</span>`;
  }

  readonly #click = (): void => {
    this.copy();
    this.done = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.done = false), SAID);
  };
}
