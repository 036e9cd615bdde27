import { html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { sourceOf } from "../../src/conv/columns";
import type { Geometry } from "../../src/conv/geometry";
import { type Picture, elementIn, pictureKey, pictureSize } from "../../src/protocol/picture";
import { countScale, countSource } from "../counts";
import { cellName, lineNames } from "../names";
import { linkedIn, momentIn } from "../overlays";
import type { ColourScale } from "../../src/colour/scale";
import { type Overlay, sameOverlays } from "../paint/overlay";
import type { TileSource } from "../paint/source";
import { type Cell, type PlaneView, type Ring, noRing } from "../paint/view";
import type { Pane } from "../scenes";
import { axisStepper } from "./axisStepper";
import type { Heatmap } from "./heatmap";
import "./heatmap";
import { PanelView } from "./view";
import { dragWeight, isWritable, nudgeByKey } from "./weightDrag";

/** Lengths of one cell that a matrix is to be shown with; a plane finds its own. */
export interface CellSize {
  readonly width: number;
  readonly height: number;
}

/** `<conv-pane>`: a picture of the scene with its caption. Tells `pane-view` when the user has zoomed or panned it. */
@customElement("conv-pane")
export class PaneView extends PanelView {
  @property({ attribute: false }) pane!: Pane;
  @property({ attribute: false }) cell: CellSize | null = null;
  @query("conv-heatmap") readonly heatmap!: Heatmap | null;

  /** What does not change between two steps keeps its identity, so that the heatmap need not look at it again. */
  #names: {
    readonly key: string;
    readonly of: (row: number, col: number) => string;
    readonly lines: ReturnType<typeof lineNames>;
  } | null = null;
  #outlines: { readonly key: readonly unknown[]; readonly overlays: readonly Overlay[] } = { key: [], overlays: [] };

  protected override render() {
    const { run } = this.panel.state;
    if (run === null) return nothing;
    const { picture, title, detail } = this.pane;
    const { geometry: g } = run;
    const { scale, source } = this.#shown(g, run.id);
    const names = this.#namesOf(g);
    return html`
      <div class="caption">
        <b>${title}</b>
        ${axisStepper(this.panel, picture, this.pane.paging)}
        ${detail === "" ? nothing : html`<span class="detail">${detail}</span>`}
      </div>
      <conv-heatmap
        .label=${this.#label}
        .source=${source}
        .scale=${scale}
        .ring=${ringOf(g, picture)}
        .ringShows=${this.#ringShows(g)}
        .overlays=${this.#overlays(g)}
        .cellName=${names.of}
        .rowName=${names.lines[0]}
        .colName=${names.lines[1]}
        .aspect=${this.cell === null ? 1 : this.cell.width / this.cell.height}
        .minCell=${this.cell?.height ?? 0}
        .maxCell=${this.cell === null ? 64 : Math.max(this.cell.width, this.cell.height)}
        @keydown=${this.#keydown}
        @pointerdown=${{ handleEvent: this.#pointerdown, capture: true }}
        @cell-hover=${this.#hover}
        @cell-select=${this.#select}
        @view-change=${this.#viewChange}
      ></conv-heatmap>
    `;
  }

  /** The tensor's numbers in its colours, or the counts in theirs. */
  #shown(g: Geometry, run: number): { readonly source: TileSource | null; readonly scale: ColourScale | null } {
    const { picture, counts } = this.pane;
    const { steps, step } = this.panel.state;
    if (counts === true && steps !== null && picture.plane !== null) {
      if (this.#countScale?.g !== g) this.#countScale = { g, scale: countScale(g) };
      return { source: countSource(steps, run, picture.plane, step), scale: this.#countScale.scale };
    }
    const { facts, tiles } = this.panel;
    const scale = picture.change === true ? facts.changeScale : facts.scale(picture.tensor);
    return { source: tiles.source(picture), scale };
  }
  #countScale: { readonly g: Geometry; readonly scale: ColourScale } | null = null;

  get #label(): string {
    const { picture, title, detail } = this.pane;
    const plane = picture.plane === null ? "" : ` plane ${picture.plane.join(", ")}`;
    return `${title}${plane}${detail === "" ? "" : `, ${detail}`}`;
  }

  #namesOf(g: Geometry) {
    const key = pictureKey(this.pane.picture);
    const { picture } = this.pane;
    if (this.#names?.key !== key)
      this.#names = { key, of: (row, col) => cellName(g, picture, row, col), lines: lineNames(g, picture) };
    return this.#names;
  }

  #overlays(g: Geometry): readonly Overlay[] {
    const { picture } = this.pane;
    const { hovered, selected } = this.panel.state;
    const { place } = this.panel;
    const key = [g, pictureKey(picture), place?.step, hovered, selected];
    if (key.some((part, i) => part !== this.#outlines.key[i])) {
      const moment = place === null ? [] : momentIn(g, place, picture);
      const overlays = [...linkedIn(g, picture, hovered, selected), ...moment];
      this.#outlines = {
        key,
        overlays: sameOverlays(overlays, this.#outlines.overlays) ? this.#outlines.overlays : overlays,
      };
    }
    return this.#outlines.overlays;
  }

  #shows: { readonly g: Geometry; readonly of: (row: number, col: number) => Cell | null } | null = null;
  #ringShows(g: Geometry) {
    if (this.#shows?.g !== g)
      this.#shows = {
        g,
        of: (row, col) => {
          const [y, x] = [sourceOf(g.y, g.paddingMode, row), sourceOf(g.x, g.paddingMode, col)];
          return y < 0 || x < 0 ? null : { row: y, col: x };
        },
      };
    return this.#shows.of;
  }

  readonly #hover = ({ detail }: CustomEvent<Cell | null>): void => {
    const { run } = this.panel.state;
    const { picture } = this.pane;
    if (run === null) return;
    const element =
      detail === null ? null : { tensor: picture.tensor, index: elementIn(run.geometry, picture, detail) };
    this.panel.hover(element);
    this.classList.toggle("draggable", isWritable(this.panel, element) && this.heatmap?.showsAll === true);
  };

  /** What has nowhere to be panned to is dragged by its numbers, if they stand in a text; with Alt, anything. */
  readonly #pointerdown = (event: PointerEvent): void => {
    const { hovered } = this.panel.state;
    const { heatmap } = this;
    if (heatmap === null || event.button !== 0 || event.pointerType === "touch") return;
    if (isWritable(this.panel, hovered) && (event.altKey || heatmap.showsAll))
      dragWeight(this.panel, heatmap, event, hovered);
  };

  readonly #keydown = (event: KeyboardEvent): void => {
    const { run } = this.panel.state;
    const { heatmap } = this;
    if (!event.altKey || run === null || heatmap === null) return;
    const { picture } = this.pane;
    const element = { tensor: picture.tensor, index: elementIn(run.geometry, picture, heatmap.cursor) };
    if (isWritable(this.panel, element)) nudgeByKey(this.panel, event, element);
  };

  /** A cell of the ring stands for the cell that it shows, if there is one. */
  readonly #select = ({ detail }: CustomEvent<Cell>): void => {
    const { run } = this.panel.state;
    const { picture } = this.pane;
    if (run === null) return;
    const shown = picture.plane === null || isInside(run.geometry, picture, detail) ? detail : this.#behind(detail);
    if (shown === null) return;
    this.panel.select({ tensor: picture.tensor, index: elementIn(run.geometry, picture, shown) });
  };

  #behind({ row, col }: Cell): Cell | null {
    return this.#shows?.of(row, col) ?? null;
  }

  readonly #viewChange = ({ detail }: CustomEvent<PlaneView>): void => {
    this.dispatchEvent(new CustomEvent<PlaneView>("pane-view", { detail, bubbles: true }));
  };
}

/** A plane with its padding ring, in cells. */
export function cellsOf(g: Geometry, picture: Picture): { readonly rows: number; readonly cols: number } {
  const { rows, cols } = pictureSize(g, picture);
  const ring = ringOf(g, picture);
  return { rows: rows + ring.top + ring.bottom, cols: cols + ring.left + ring.right };
}

/** The padding around x and dx; other tensors have none. */
function ringOf(g: Geometry, { tensor, plane, part }: Picture): Ring {
  if (plane === null || part !== undefined || (tensor !== "x" && tensor !== "dx")) return noRing;
  if (g !== rings.g) {
    const ring = { top: g.y.begin, left: g.x.begin, bottom: g.y.end, right: g.x.end };
    rings = { g, ring };
  }
  return rings.ring;
}
let rings: { readonly g: Geometry | null; readonly ring: Ring } = { g: null, ring: noRing };

function isInside(g: Geometry, picture: Picture, { row, col }: Cell): boolean {
  const { rows, cols } = pictureSize(g, picture);
  return row >= 0 && col >= 0 && row < rows && col < cols;
}

declare global {
  interface HTMLElementTagNameMap {
    "conv-pane": PaneView;
  }
}
