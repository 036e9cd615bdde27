import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { type Binding, bindings, told } from "../keys";
import { PanelView } from "./view";

const groups: readonly Binding["group"][] = ["Move", "Look", "Page"];

/** `<conv-keys-help>`: the list of keys, over the page. */
@customElement("conv-keys-help")
export class KeysHelp extends PanelView {
  protected override render() {
    if (this.panel.state.overlaid !== "keys") return nothing;
    return html`<dialog
      class="keys"
      aria-labelledby="keys-title"
      @close=${this.#closed}
      @click=${this.#outside}
      @keydown=${this.#keydown}
    >
      <div class="sheet">
        <header>
          <h1 id="keys-title">Keys</h1>
          <button type="button" class="codicon codicon-close" aria-label="Close" @click=${this.#closed}></button>
        </header>
        ${groups.map(
          (group) =>
            html`<section>
              <h2>${group}</h2>
              <dl>
                ${Object.values<Binding>(bindings)
                  .filter((binding) => binding.group === group)
                  .map(
                    ({ keys, what }) =>
                      html`<dt>${keys.map((key) => html`<kbd>${key.replace("Escape", "Esc")}</kbd> `)}</dt>
                        <dd>${what}</dd>`,
                  )}
                ${
                  group !== "Look"
                    ? nothing
                    : told.map(
                        ({ keys, what }) =>
                          html`<dt><kbd>${keys}</kbd></dt>
                            <dd>${what}</dd>`,
                      )
                }
              </dl>
            </section>`,
        )}
      </div>
    </dialog>`;
  }

  protected override updated(): void {
    const dialog = this.querySelector("dialog");
    if (dialog !== null && !dialog.open) dialog.showModal();
  }

  readonly #closed = (): void => this.panel.overlay(null);

  /** At once, where the dialog would close itself a moment later. */
  readonly #keydown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.#closed();
  };

  /** The backdrop belongs to the dialog, not to the sheet in it. */
  readonly #outside = (event: Event): void => {
    if (event.target === event.currentTarget) this.#closed();
  };
}
