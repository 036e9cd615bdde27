import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { Tips } from "../views/tips";
import { aside } from "./aside";
import { cannot, head } from "./head";
import { keyed } from "./keys";
import "./panes";
import "./readout";
import { ComparisonView } from "./view";

/** `<conv-compare>`: the whole page. */
@customElement("conv-compare")
export class CompareApp extends ComparisonView {
  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.#keydown);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.#keydown);
  }

  protected override firstUpdated(): void {
    new Tips(this);
  }

  protected override render() {
    const { comparison } = this;
    const { connected, compared, share } = comparison.state;
    if (!connected || compared === null) return nothing;
    return html`
      ${head(comparison, compared)}
      ${
        share === null
          ? nothing
          : html`<vscode-progress-bar
              class="looking"
              aria-label="Looking at all elements"
              .value=${Math.round(share * 100)}
            ></vscode-progress-bar>`
      }
      ${
        compared.shape === null
          ? cannot(compared)
          : html`<main>
              <section class="sides" aria-label="Side by side">
                <conv-compare-panes .comparison=${comparison}></conv-compare-panes>
                <conv-compare-readout .comparison=${comparison}></conv-compare-readout>
              </section>
              ${aside(comparison, compared)}
            </main>`
      }
    `;
  }

  /** What a focused part did not take. */
  readonly #keydown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || !keyed(event, this.comparison)) return;
    event.preventDefault();
    event.stopPropagation();
  };
}
