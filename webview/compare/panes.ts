import { type TemplateResult, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import type { PaneName } from "../../src/protocol/comparison";
import { measures } from "../../src/tensor/measures";
import { type Planes, cellAt, offsetAt } from "../../src/tensor/planes";
import { indexAt, offsetOf } from "../../src/tensor/tensor";
import type { Overlay } from "../paint/overlay";
import { type Cell, type PlaneView, oneCell } from "../paint/view";
import "../views/colourBar";
import type { Heatmap } from "../views/heatmap";
import "../views/heatmap";
import { placed } from "../views/placed";
import { segmented } from "../views/segmented";
import { ComparisonView } from "./view";

const measureTips = {
  difference: "left − right",
  absolute: "|left − right|",
  relative: "|left − right| / |right|",
  ulp: "Units in the last place, of the coarser type",
} as const;

/** Planes that are so much higher than wide begin with rows that can be seen, of this many CSS pixels. */
const TALL = 0.25;
const LEAST = 4;

/** `<conv-compare-panes>`: left, right and what lies between them, panned and zoomed as one, one cell outlined in all. */
@customElement("conv-compare-panes")
export class ComparePanes extends ComparisonView {
  #shown = "";
  /** The outlines of each pane keep their identity as long as they stay. */
  #outlines: { readonly key: string; readonly overlays: readonly Overlay[] } = { key: "", overlays: [] };

  protected override render() {
    const { compared, measure } = this.comparison.state;
    const { planes } = this.comparison;
    if (compared === null || planes === null) return nothing;
    const panes: readonly PaneName[] = ["left", "right", measure];
    const choice = segmented(
      "Measure",
      measures.map((value) => ({ value, text: value, tip: measureTips[value] })),
      measure,
      (value) => this.comparison.setMeasure(value),
    );
    return html`
      ${this.#steppers(planes, compared.shape ?? [])}
      <div class="panes">
        ${panes.map((pane, i) =>
          this.#pane(pane, planes, i === 2 ? choice : html`<b>${compared[i === 0 ? "left" : "right"].name}</b>`),
        )}
      </div>
    `;
  }

  #pane(pane: PaneName, planes: Planes, caption: TemplateResult): TemplateResult {
    const { compared, plane } = this.comparison.state;
    const name = pane === "left" || pane === "right" ? (compared?.[pane].name ?? "") : pane;
    const nameOf = (row: number, col: number) => {
      const offset = offsetAt(planes, plane, row, col);
      return offset === null ? "nothing" : `${name}[${this.comparison.indexOf(offset).join(", ")}]`;
    };
    const ratio = planes.cols / Math.max(1, planes.rows);
    const stretched = ratio < 0.5 || ratio > 2;
    return html`<section class="side" aria-label=${name}>
      <div class="caption">${caption}</div>
      <conv-heatmap
        .label=${planes.count > 1 ? `${name}, plane ${plane}` : name}
        .source=${this.comparison.source(pane)}
        .scale=${this.comparison.scale(pane)}
        .overlays=${this.#overlays(planes)}
        .cellName=${nameOf}
        .aspect=${stretched ? "fill" : 1}
        .minCell=${ratio < TALL ? LEAST : 0}
        class=${stretched ? "stretched" : ""}
        ${placed({ "--ratio": String(ratio) })}
        @cell-hover=${({ detail }: CustomEvent<Cell | null>) => this.comparison.hover(detail)}
        @cell-select=${({ detail }: CustomEvent<Cell>) => this.comparison.select(detail)}
        @view-change=${this.#viewChange}
        @laid-out=${({ currentTarget }: Event) => this.#reveal([currentTarget as Heatmap])}
      ></conv-heatmap>
      <conv-colour-bar .scale=${this.comparison.scale(pane) ?? undefined}></conv-colour-bar>
    </section>`;
  }

  #overlays(planes: Planes): readonly Overlay[] {
    const { selected, hovered, plane } = this.comparison.state;
    const key = `${selected} ${hovered} ${plane}`;
    if (key === this.#outlines.key) return this.#outlines.overlays;
    const outline = (offset: number | null, role: Overlay["role"]): Overlay[] => {
      const cell = offset === null ? null : cellAt(planes, offset);
      return cell?.plane === plane ? [{ rect: oneCell(cell), role }] : [];
    };
    const overlays = [...outline(selected, "present"), ...outline(hovered, "selected")];
    this.#outlines = { key, overlays };
    return overlays;
  }

  /** Which plane is shown: for each of the axes before the last two, back and forth. */
  #steppers(planes: Planes, shape: readonly number[]): TemplateResult | typeof nothing {
    if (planes.count < 2) return nothing;
    const leading = shape.slice(0, -2);
    const index = indexAt(leading, this.comparison.state.plane);
    const step = (axis: number, by: number, icon: string, what: string) => {
      const to = index[axis] + by;
      return html`<button
        type="button"
        class="codicon codicon-chevron-${icon}"
        aria-label="${what} index of axis ${axis}"
        ?disabled=${to < 0 || to >= leading[axis]}
        @click=${() => this.comparison.showPlane(offsetOf(leading, index.with(axis, to)))}
      ></button>`;
    };
    return html`<div class="planes" role="group" aria-label="Plane">
      <span class="quiet">plane [${[...index, ":", ":"].join(", ")}]</span>
      ${leading.map((size, axis) =>
        size < 2
          ? nothing
          : html`<span class="stepper"
              >${step(axis, -1, "left", "previous")}<span>axis ${axis}: ${index[axis]}<i>/${size}</i></span
              >${step(axis, 1, "right", "next")}</span
            >`,
      )}
    </div>`;
  }

  readonly #viewChange = ({ detail, target }: CustomEvent<PlaneView>): void => {
    for (const heatmap of this.#heatmaps)
      if (heatmap !== target) {
        heatmap.alignRows(detail);
        heatmap.alignColumns(detail);
      }
  };

  get #heatmaps(): Heatmap[] {
    return [...this.querySelectorAll("conv-heatmap")];
  }

  /** What was chosen elsewhere comes into view. */
  protected override updated(): void {
    const { compared, selected, plane, hovered } = this.comparison.state;
    const shown = `${compared?.id} ${selected} ${plane}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    if (hovered !== null) return;
    const heatmaps = this.#heatmaps;
    void Promise.all(heatmaps.map(({ updateComplete }) => updateComplete)).then(() => this.#reveal(heatmaps));
  }

  #reveal(heatmaps: readonly Heatmap[]): void {
    const { selected, plane } = this.comparison.state;
    const { planes } = this.comparison;
    const cell = selected === null || planes === null ? null : cellAt(planes, selected);
    if (cell?.plane === plane) for (const heatmap of heatmaps) heatmap.reveal(oneCell(cell));
  }
}
