import { type TemplateResult, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { type Binding, bindings, told } from "../keys";
import { DialogView } from "./dialog";

const groups: readonly Binding["group"][] = ["Move", "Look", "Page"];

/** `<conv-keys-help>`: the list of keys, over the page. */
@customElement("conv-keys-help")
export class KeysHelp extends DialogView {
  protected override readonly overlaid = "keys";
  protected override readonly label = "Keys";
  protected override readonly look = "keys";

  protected override content(): TemplateResult {
    return html`<div class="sheet">
      <header>
        <h1>Keys</h1>
        <button type="button" class="codicon codicon-close" aria-label="Close" @click=${this.close}></button>
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
    </div>`;
  }
}
