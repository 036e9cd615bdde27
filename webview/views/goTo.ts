import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { destinationOf } from "../goTo";
import { PanelView } from "./view";

/** `<conv-go-to>`: a field for a step, a stage, a row or an element. */
@customElement("conv-go-to")
export class GoTo extends PanelView {
  @state() private why = "";

  protected override render() {
    if (this.panel.state.overlaid !== "goto") return nothing;
    return html`<dialog
      class="go-to"
      aria-label="Go to"
      @close=${this.#close}
      @click=${this.#outside}
      @keydown=${this.#keydown}
    >
      <form class="sheet" method="dialog" @submit=${this.#go}>
        <label for="go-to-field">Go to a step, a stage, a row, an element or a slice</label>
        <input
          id="go-to-field"
          type="text"
          autocomplete="off"
          spellcheck="false"
          placeholder="187 123 · gemm · row 369 · out[0, 2, 11, 17] · x[0, :, 4:9]"
          aria-invalid=${String(this.why !== "")}
          aria-describedby="go-to-why"
          @input=${() => (this.why = "")}
        />
        <p id="go-to-why" role="alert">${this.why === "" ? nothing : `Expected: ${this.why}`}</p>
      </form>
    </dialog>`;
  }

  protected override updated(): void {
    const dialog = this.querySelector("dialog");
    if (dialog !== null && !dialog.open) dialog.showModal();
  }

  readonly #go = (event: SubmitEvent): void => {
    event.preventDefault();
    const { steps } = this.panel.state;
    const text = this.querySelector("input")?.value ?? "";
    if (steps === null || text.trim() === "") {
      this.#close();
      return;
    }
    const destination = destinationOf(text, steps);
    if (destination.kind === "wrong") {
      this.why = destination.why;
      return;
    }
    this.#close();
    if (destination.kind === "step") this.panel.seek(destination.step);
    else if (destination.kind === "cut") this.panel.lookAt(destination.text);
    else this.panel.goTo(destination.element);
  };

  readonly #close = (): void => {
    this.why = "";
    this.panel.overlay(null);
  };

  /** At once, where the dialog would close itself a moment later. */
  readonly #keydown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.#close();
  };

  readonly #outside = (event: Event): void => {
    if (event.target === event.currentTarget) this.#close();
  };
}
