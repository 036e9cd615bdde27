import { type TemplateResult, html } from "lit";
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
      ${groups.map((group) =>
        section(
          group,
          Object.values<Binding>(bindings).filter((binding) => binding.group === group),
        ),
      )}
      ${told.map(({ where, all }) => section(where, all))}
    </div>`;
  }
}

function section(title: string, all: readonly { readonly keys: readonly string[]; readonly what: string }[]) {
  return html`<section>
    <h2>${title}</h2>
    <dl>
      ${all.map(
        ({ keys, what }) =>
          html`<dt>${keys.map((key) => html`<kbd>${key.replace("Escape", "Esc")}</kbd> `)}</dt>
            <dd>${what}</dd>`,
      )}
    </dl>
  </section>`;
}
