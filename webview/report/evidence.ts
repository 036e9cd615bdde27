import { type TemplateResult, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { type StageName, tensorOf } from "../../src/conv/passes";
import { type ColourScale, jointExtremes, scaleOf } from "../../src/colour/scale";
import { type Evidence, type Measure, offsetIn } from "../../src/protocol/report";
import { indexAt } from "../../src/tensor/tensor";
import { axisNames, elementName } from "../names";
import type { Overlay } from "../paint/overlay";
import type { Cell, PlaneView } from "../paint/view";
import "../views/colourBar";
import type { Heatmap } from "../views/heatmap";
import "../views/heatmap";
import type { Sight } from "./page";
import { ReportPart } from "./part";

type Plane = readonly [number, number];

/**
 * `<conv-evidence>`: one stage as one picture or two in the same colours, such as its difference before and after, which pan and
 * zoom together. A click on a cell goes to that element in the panel.
 */
@customElement("conv-evidence")
export class EvidenceView extends ReportPart {
  @property({ attribute: false }) answer = -1;
  @property({ attribute: false }) tensor: StageName = "out";
  #outline: { readonly key: string; readonly overlays: readonly Overlay[] } = { key: "", overlays: [] };
  #scale: { readonly of: Evidence; readonly scale: ColourScale } | null = null;

  get #sight(): Sight {
    return { answer: this.answer, tensor: this.tensor };
  }

  protected override render() {
    const { page, tensor } = this;
    const evidence = page.evidence(this.#sight);
    if (evidence === null) return nothing;
    if (evidence === undefined || evidence.pictures.length === 0)
      return html`<p class="coming" role="status">${evidence === undefined ? `Looking at ${tensor} …` : ""}</p>`;
    const plane = page.plane(this.#sight, evidence);
    const scale = this.#scaleOf(evidence);
    return html`
      <div class="pictures">${evidence.pictures.map((_, at) => this.#picture(evidence, plane, scale, at))}</div>
      <div class="below">
        ${plane === null ? html`<span class="planes">all of ${tensor}, a ${evidence.shape.length === 2 ? "window" : "filter"} in each row</span>` : this.#steppers(evidence, plane)}
        <conv-colour-bar .scale=${scale}><span>${measureNames[evidence.measure]}</span></conv-colour-bar>
      </div>
    `;
  }

  #picture(evidence: Evidence, plane: Plane | null, scale: ColourScale, at: number): TemplateResult {
    const { tensor, page } = this;
    const { shape, pictures } = evidence;
    const { label, worst, words } = pictures[at];
    const indexOf = (row: number, col: number) => indexAt(shape, offsetIn(shape, plane, row, col));
    const element = (index: readonly number[]) => ({ tensor: tensorOf(tensor), index });
    const names = axisNames[tensorOf(tensor)];
    const select = ({ detail: { row, col } }: CustomEvent<Cell>) => page.goTo(element(indexOf(row, col)));
    return html`<figure>
      <figcaption><b>${tensor}</b> ${label}</figcaption>
      <conv-heatmap
        class=${shape.length === 1 ? "line" : ""}
        .label=${`${tensor}, ${label}`}
        .source=${page.source(this.#sight, at, evidence)}
        .scale=${scale}
        .overlays=${this.#overlays(evidence, plane, at)}
        .cellName=${(row: number, col: number) => elementName(element(indexOf(row, col)))}
        .rowName=${(row: number) => (plane === null ? `${names[0]} ${shape.length === 1 ? "" : row}` : `${names[2]} ${row}`)}
        .colName=${(col: number) => (plane === null ? `${shape.length === 2 ? `${names[1]} ` : ""}${col}` : `${names[3]} ${col}`)}
        .aspect=${plane === null ? "fill" : 1}
        @view-change=${(event: CustomEvent<PlaneView>) => this.#follow(event)}
        @cell-select=${select}
      ></conv-heatmap>
      <p class="worst">
        ${
          worst < 0
            ? nothing
            : html`<button
                type="button"
                class="link"
                data-tip="Go there in the panel"
                @click=${() => page.goTo(element(indexAt(shape, worst)))}
              >
                ${elementName(element(indexAt(shape, worst)))}
              </button> `
        }${words}
      </p>
    </figure>`;
  }

  #steppers(evidence: Evidence, plane: Plane): TemplateResult {
    const one = (axis: 0 | 1) => {
      const count = evidence.shape[axis];
      const name = axisNames[tensorOf(this.tensor)][axis];
      const at = plane[axis];
      const step = (to: number, icon: string, what: string) =>
        html`<button
          type="button"
          class="codicon codicon-chevron-${icon}"
          aria-label="${this.tensor}: ${what} ${name}"
          ?disabled=${to < 0 || to >= count}
          @click=${() => this.page.showPlane(this.#sight, axis === 0 ? [to, plane[1]] : [plane[0], to])}
        ></button>`;
      return count < 2
        ? nothing
        : html`<span class="stepper">
            ${step(at - 1, "left", "previous")}<span class="at">${name} ${at}<i>/${count}</i></span
            >${step(at + 1, "right", "next")}
          </span>`;
    };
    return html`<span class="planes">${one(0)}${one(1)}</span>`;
  }

  /** The worst cell, where it is in view. */
  #overlays({ shape, pictures }: Evidence, plane: Plane | null, at: number): readonly Overlay[] {
    const { worst } = pictures[at];
    if (at > 0 || worst < 0) return none;
    const key = `${worst} ${plane?.join() ?? ""}`;
    if (this.#outline.key === key) return this.#outline.overlays;
    const first = offsetIn(shape, plane, 0, 0);
    const cols = offsetIn(shape, plane, 1, 0) - first;
    const [row, col] = [Math.floor((worst - first) / cols), (worst - first) % cols];
    const inView = worst >= first && (plane === null || row < shape[2]);
    const overlays: Overlay[] = inView
      ? [{ rect: { top: row, left: col, bottom: row + 1, right: col + 1 }, role: "present" }]
      : [];
    this.#outline = { key, overlays };
    return overlays;
  }

  #scaleOf(evidence: Evidence): ColourScale {
    if (this.#scale?.of === evidence) return this.#scale.scale;
    const { measure, pictures } = evidence;
    const all = pictures.map(({ extremes: [min = null, max = null] }) => ({ min, max }));
    const joint = jointExtremes(all);
    const reach = Math.max(Math.abs(joint.min ?? 0), Math.abs(joint.max ?? 0));
    const scale = {
      value: scaleOf(joint),
      // Around 0 also where all lie on one side of it.
      difference: scaleOf({ min: -reach, max: reach }),
      share: scaleOf(joint, { kind: "fixed", lo: -SHARES, hi: SHARES }),
    }[measure];
    this.#scale = { of: evidence, scale };
    return scale;
  }

  #follow({ target, detail }: CustomEvent<PlaneView>): void {
    for (const other of this.querySelectorAll<Heatmap>("conv-heatmap"))
      if (other !== target) {
        other.alignRows(detail);
        other.alignColumns(detail);
      }
  }
}

const none: readonly Overlay[] = [];
/** Colours are at their end at twice what rounding explains: within rounding they stay pale. */
const SHARES = 2;
const measureNames: Readonly<Record<Measure, string>> = {
  value: "value",
  difference: "difference",
  share: "times what rounding explains",
};
