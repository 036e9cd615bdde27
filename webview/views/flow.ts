import { type TemplateResult, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { type FlowStep, backwardFlow, forwardFlow } from "../../src/conv/flow";
import type { Geometry } from "../../src/conv/geometry";
import type { Note, RunInfo } from "../../src/protocol/messages";
import { shapeText } from "../../src/tensor/tensor";
import { type Stage, stages } from "../../src/trace/order/stages";
import { grouped } from "../format";
import type { Panel } from "../panel";
import { announce, changeChip, changedShapes } from "./changed";
import { segmented } from "./segmented";
import { PanelView } from "./view";

const backwardStages: ReadonlySet<Stage> = new Set<Stage>(["db", "dW", "dcol", "col2im"]);

/** The stage that a chip goes to, and whether it is the chip that marks this stage as the present one. */
const targets: Readonly<Record<string, { readonly stage: Stage; readonly end?: true; readonly marks?: true }>> = {
  x: { stage: "im2col" },
  pad: { stage: "im2col" },
  col: { stage: "im2col", marks: true },
  "· Wᵀ": { stage: "gemm", marks: true },
  "+ b": { stage: "gemm" },
  out: { stage: "gemm", end: true },
  dout: { stage: "db" },
  db: { stage: "db", marks: true },
  dW: { stage: "dW", marks: true },
  dcol: { stage: "dcol", marks: true },
  dx: { stage: "col2im", marks: true },
};

/** How each gradient comes about. */
const formulas: Readonly<Record<string, string>> = {
  db: "= Σ dout",
  dW: "= colᵀ·dout",
  dcol: "= dout·W",
  dx: "= col2im",
};
/** dout gives three of them, none of which comes from another: a dot, where an arrow would say so. */
const beside: ReadonlySet<string> = new Set(["dW", "dcol"]);

/** `<conv-flow>`: the shapes from input to output, or of the gradients; each is a button to the stage that makes it. */
@customElement("conv-flow")
export class FlowView extends PanelView {
  /** Where each direction was left, so that switching there and back comes back. */
  readonly #left = new Map<boolean, number>();

  /** The run whose shapes were shown last. */
  #shown: RunInfo | null = null;

  protected override seen() {
    const { run, marks, changes } = this.panel.state;
    return [run, marks, changes, this.panel.place?.stage];
  }

  protected override updated(): void {
    const { run } = this.panel.state;
    const before = this.#shown;
    this.#shown = run;
    if (run === before || run === null || before === null || run.change === null) return;
    const changed = changedShapes(before.geometry, run.geometry);
    for (const chip of this.querySelectorAll<HTMLElement>(".chip[data-label]"))
      if (changed.has(chip.dataset.label ?? "")) announce(chip);
  }

  protected override render() {
    const { run, steps } = this.panel.state;
    if (run === null || steps === null) return nothing;
    const stage = this.panel.place?.stage ?? "im2col";
    const backward = backwardStages.has(stage);
    const flow = backward ? backwardFlow(run.geometry) : forwardFlow(run.geometry);
    return html`
      <nav class="chips" aria-label="Shape flow">
        ${flow.map((step, i) => this.#chip(step, i, stage, run.geometry))} ${changeChip(this.panel)}
        ${assumptions(this.panel, run.notes)} ${this.#firstWrong()}
      </nav>
      ${segmented(
        "Direction",
        [
          { value: "forward", text: "Forward" },
          { value: "backward", text: "Backward" },
        ],
        backward ? "backward" : "forward",
        (value) => this.#turn(value === "backward", backward),
      )}
    `;
  }

  #chip({ label, shape, why, tensor }: FlowStep, i: number, stage: Stage, g: Geometry) {
    const target = targets[label];
    const current = target.marks === true && target.stage === stage;
    const text = label === "pad" ? padText(g) : shapeText(shape);
    const go = () => {
      const { steps } = this.panel.state;
      if (steps === null || steps.total === 0) return;
      const { start, count } = steps.spans[target.stage];
      this.panel.seek(target.end === true ? start + count - 1 : start);
      this.panel.describe(tensor);
    };
    return html`<span class="step">
      ${i === 0 ? nothing : html`<span class="arrow" aria-hidden="true">${beside.has(label) ? "·" : "→"}</span>`}
      <button
        type="button"
        class="chip"
        data-label=${label}
        aria-current=${current ? "step" : "false"}
        data-tip=${why.join("\n")}
        aria-description=${why.join("; ")}
        @click=${go}
      >
        <b>${label}</b> ${label in formulas ? html`<i>${formulas[label]}</i> ` : nothing}<span>${text}</span>
      </button>
    </span>`;
  }

  /** The way to where NaN or infinity comes in first, if they do. */
  #firstWrong(): TemplateResult | typeof nothing {
    const wrong = this.panel.state.marks.filter(({ kind }) => kind !== "breakpoint");
    const first = wrong.sort((a, b) => a.step - b.step).at(0);
    if (first === undefined) return nothing;
    return html`<button
      type="button"
      class="wrong"
      data-tip="${first.label}, step ${grouped(first.step)}"
      @click=${() => this.panel.seek(first.step)}
    >
      <i class="codicon codicon-error" aria-hidden="true"></i>Go to first ${first.kind === "nan" ? "NaN" : "±Inf"}
    </button>`;
  }

  #turn(wanted: boolean, backward: boolean): void {
    const { steps, step } = this.panel.state;
    if (wanted === backward || steps === null || steps.total === 0) return;
    this.#left.set(backward, step);
    const first = steps.spans[wanted ? stages[2] : stages[0]].start;
    const back = this.#left.get(wanted);
    const known = back !== undefined && back < steps.total && backwardStages.has(steps.spanAt(back).stage) === wanted;
    this.panel.seek(known ? back : first);
  }
}

/** What was assumed about the layer, as chips behind the shapes: never silently, and with what else it could be one click away. */
function assumptions(panel: Panel, notes: readonly Note[]): TemplateResult | typeof nothing {
  if (notes.length === 0) return nothing;
  return html`<ul class="assumed" aria-label="Assumed">
    ${notes.map(
      ({ label, detail, choices }, note) =>
        html`<li tabindex=${choices.length === 0 ? 0 : nothing} data-tip=${detail}>
          <i class="codicon codicon-info" aria-hidden="true"></i><span>${detail === "" ? label : detail}</span>
          ${choices.map(
            (choice, at) =>
              html`<button
                type="button"
                class="link"
                data-tip="Take it as ${choice} instead, and run again"
                @click=${() => panel.choose(note, at)}
              >
                ${choice}
              </button>`,
          )}
        </li>`,
    )}
  </ul>`;
}

/** The padded size, and what was added at each side where it is not the same everywhere: "34×34  +1", "5×6  ↑0 ↓1 ←1 →1". */
function padText({ y, x }: Geometry): string {
  const sides = [y.begin, y.end, x.begin, x.end];
  const size = `${y.padded}×${x.padded}`;
  if (sides.every((side) => side === sides[0])) return sides[0] === 0 ? `${size} +0` : `${size} +${sides[0]}`;
  return `${size} ↑${y.begin} ↓${y.end} ←${x.begin} →${x.end}`;
}
