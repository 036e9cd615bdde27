import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { short } from "../format";
import { amountOf } from "./comparison";
import { ComparisonView } from "./view";

/** `<conv-worst>`: the largest differences, one line each. The arrows move in the list, and the pictures go along. */
@customElement("conv-worst")
export class WorstList extends ComparisonView {
  protected override render() {
    const { compared, measure, selected } = this.comparison.state;
    const worst = compared?.differences?.[amountOf(measure)].worst;
    if (worst === undefined || worst.offsets.length === 0) return html`<p class="quiet">none</p>`;
    const at = selected === null ? -1 : worst.offsets.indexOf(selected);
    return html`<div
      class="worst"
      role="listbox"
      tabindex="0"
      aria-label="Largest differences, ${amountOf(measure)}"
      aria-activedescendant=${at < 0 ? nothing : `worst-${at}`}
      @keydown=${this.#keydown}
    >
      ${Array.from(
        worst.offsets,
        (offset, i) =>
          html`<div
            role="option"
            id="worst-${i}"
            aria-selected=${String(i === at)}
            @click=${() => this.comparison.goTo(offset)}
          >
            <span class="where">[${this.comparison.indexOf(offset).join(", ")}]</span>
            <span class="both">${short(worst.left[i])} · ${short(worst.right[i])}</span>
            <b>${short(worst.sizes[i])}</b>
          </div>`,
      )}
    </div>`;
  }

  protected override updated(): void {
    const list = this.querySelector(".worst");
    if (list?.matches(":focus")) list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  readonly #keydown = (event: KeyboardEvent): void => {
    const { compared, measure, selected } = this.comparison.state;
    const offsets = compared?.differences?.[amountOf(measure)].worst.offsets;
    if (offsets === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const at = selected === null ? -1 : offsets.indexOf(selected);
    const targets: Readonly<Record<string, number | undefined>> = {
      ArrowUp: Math.max(0, at - 1),
      ArrowDown: Math.min(offsets.length - 1, at + 1),
      Home: 0,
      End: offsets.length - 1,
      Enter: Math.max(0, at),
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.comparison.goTo(offsets[target]);
  };
}
