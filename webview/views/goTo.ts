import { type TemplateResult, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { destinationOf } from "../goTo";
import { DialogView } from "./dialog";

/** `<conv-go-to>`: a field for a step, a stage, a row or an element. */
@customElement("conv-go-to")
export class GoTo extends DialogView {
  protected override readonly overlaid = "goto";
  protected override readonly label = "Go to";
  protected override readonly look = "go-to";
  @state() private why = "";

  protected override content(): TemplateResult {
    return html`<form class="sheet" method="dialog" @submit=${this.#go}>
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
    </form>`;
  }

  protected override readonly close = (): void => {
    this.why = "";
    this.panel.overlay(null);
  };

  readonly #go = (event: SubmitEvent): void => {
    event.preventDefault();
    const { steps } = this.panel.state;
    const text = this.querySelector("input")?.value ?? "";
    if (steps === null || text.trim() === "") {
      this.close();
      return;
    }
    const destination = destinationOf(text, steps);
    if (destination.kind === "wrong") {
      this.why = destination.why;
      return;
    }
    this.close();
    if (destination.kind === "step") this.panel.seek(destination.step);
    else if (destination.kind === "cut") this.panel.lookAt(destination.text);
    else this.panel.goTo(destination.element);
  };
}
