import { type TemplateResult, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Dtype } from "../../src/tensor/dtype";
import { measures } from "../../src/tensor/measures";
import { offsetOf } from "../../src/tensor/tensor";
import { exact, grouped, short } from "../format";
import { ComparisonView } from "./view";

/** `<conv-compare-readout>`: one element on both sides: its index, which can be typed, its values and how far apart they are. */
@customElement("conv-compare-readout")
export class CompareReadout extends ComparisonView {
  @state() private why = "";

  protected override render() {
    const { comparison } = this;
    const { compared } = comparison.state;
    const { offset } = comparison;
    if (compared === null) return nothing;
    const facts = offset === null ? undefined : comparison.facts(offset);
    const index = offset === null ? "" : comparison.indexOf(offset).join(", ");
    const { values, integers, within } = facts ?? { values: [], integers: [], within: true };
    const value = (side: 0 | 1) => {
      if (integers.length > 0) return integers[side].replace("-", "−");
      return values.length > 0 ? exact(values[side], typeOf(compared[side === 0 ? "left" : "right"].dtype)) : "";
    };
    return html`
      <div class="readout">
        <label
          >index
          <input
            type="text"
            spellcheck="false"
            autocomplete="off"
            placeholder="none"
            .value=${index}
            aria-invalid=${String(this.why !== "")}
            aria-describedby="compare-why"
            data-tip="Go to an index (g)"
            @change=${this.#typed}
          />
        </label>
        <span id="compare-why" class="alarm" role="status">${this.why}</span>
        ${fact("left", value(0))} ${fact("right", value(1))}
        ${measures.map((measure, i) =>
          fact(measure, values.length > 0 ? (measure === "ulp" ? ulps(values[2 + i]) : short(values[2 + i])) : ""),
        )}
        <span class=${within ? "unseen" : "alarm"}>${within ? "" : "beyond tolerance"}</span>
      </div>
      <p class="unseen" aria-live="polite">
        ${values.length === 0 ? "" : `${index}: left ${value(0)}, right ${value(1)}, difference ${short(values[2])}${within ? "" : ", beyond tolerance"}`}
      </p>
    `;
  }

  readonly #typed = ({ target }: Event): void => {
    const { comparison } = this;
    const shape = comparison.state.compared?.shape ?? [];
    const text = (target as HTMLInputElement).value; // the listener is on the field
    const index = text
      .replace(/[[\]()]/g, "")
      .split(/[\s,]+/)
      .filter((part) => part !== "")
      .map((part, axis) =>
        /^-\d+$/.test(part) ? Number(part) + shape[axis] : /^\d+$/.test(part) ? Number(part) : NaN,
      );
    const good = index.length === shape.length && index.every((i, axis) => i >= 0 && i < shape[axis]);
    this.why = good || index.length === 0 ? "" : `Expected ${shape.map((size) => `0…${size - 1}`).join(", ")}`;
    if (good) comparison.goTo(offsetOf(shape, index));
    else if (index.length === 0) comparison.update({ selected: null });
  };
}

function fact(name: string, value: string): TemplateResult {
  return html`<span class="fact"><span class="quiet">${name}</span> <b>${value === "" ? "–" : value}</b></span>`;
}

/** Whole ones as they are, fractions of a few digits. */
function ulps(value: number): string {
  return Number.isInteger(value) && value < 1e15 ? grouped(value) : short(value);
}

/** As which of the two a number is written in the fewest digits. */
function typeOf(dtype: Dtype): "float32" | "float64" {
  return dtype === "float32" || dtype === "float16" || dtype === "bfloat16" ? "float32" : "float64";
}
