import { type TemplateResult, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Geometry } from "../../src/conv/geometry";
import { pictureSize } from "../../src/protocol/picture";
import type { Stage } from "../../src/trace/order/stages";
import type { Place } from "../../src/trace/order/steps";
import { grouped } from "../format";
import { type Box, CAPTION, FRAME, type MatrixBox, NARROW } from "../layout/boxes";
import { layCopy, planesOfCopy } from "../layout/copy";
import { Paced } from "../paced";
import { layProduct } from "../layout/product";
import { type Along, type AxisName, Window } from "../layout/window";
import type { PlaneView } from "../paint/view";
import { type Operand, type Pane, type Scene, sceneAt } from "../scenes";
import { axisStepper } from "./axisStepper";
import { Measured } from "./measured";
import { type PaneView, cellsOf } from "./pane";
import { placed } from "./placed";
import { sceneWords } from "./sceneWords";
import { PanelView } from "./view";

/** CSS pixels of a character of a caption, and what a caption may take beyond its matrix. */
const CHARACTER = 7.3;
const BESIDE = 20;
const CAPTION_FRAME = 14;

/** A matrix on the screen: which directions its rows and columns are, and where those begin in its picture. */
interface Laid {
  readonly pane: Pane;
  readonly box: MatrixBox;
  readonly down: AxisName;
  readonly across: AxisName;
  readonly row: number;
  readonly col: number;
}

/** `<conv-scene>`: what is read on the left, what is written on the right, the present cell outlined in both. */
@customElement("conv-scene")
export class SceneView extends PanelView {
  #windows: { readonly sizes: string; readonly byStage: Map<Stage, Window> } = { sizes: "", byStage: new Map() };
  #laid: readonly Laid[] = [];
  #window = new Window();
  #alongs: Readonly<Partial<Record<AxisName, Along>>> = {};
  readonly #size = new Measured(this);
  /** Planes are turned over so fast that no eye can follow when a step goes through them; then not with every frame. */
  readonly #turned = new Paced<Place["at"]>(() => this.requestUpdate());

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("laid-out", this.#align);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener("laid-out", this.#align);
  }

  protected override render() {
    const { run, planes } = this.panel.state;
    const { place } = this.panel;
    if (run === null || this.#size.width === 0) return nothing;
    if (place === null)
      return html`<p class="no-steps">The batch is empty: there is nothing to compute, and no step to go to.</p>`;
    const { geometry: g } = run;
    const padded = { rows: g.y.padded, cols: g.x.padded };
    const { n, c, f } = place.at;
    const scene = sceneAt(g, place, {
      at: this.#turned.of(`${run.id} ${place.stage}`, `${n} ${c} ${f}`, place.at),
      chosen: planes,
      most: planesOfCopy(padded, this.#size.width, this.#size.height),
      changed: this.panel.changeShown !== null,
    });
    this.#enter(g, place.stage);
    return scene.kind === "product" ? this.#product(g, place, scene) : this.#copy(g, place, scene);
  }

  protected override updated(): void {
    void this.#alignSoon();
  }

  #product(g: Geometry, place: Place, scene: Extract<Scene, { kind: "product" }>) {
    const { rail, left, top, result, m, k, n } = scene;
    const layout = layProduct(
      this.#size.width,
      this.#size.height,
      rail.map(({ picture }) => cellsOf(g, picture)),
      { m: m.count, k: k.count, n: n.count },
      left === null,
    );
    const laid = (pane: Operand, box: MatrixBox, down: AxisName, across: AxisName): Laid => {
      const { row, col } = pane;
      return { pane, box, down, across, row, col };
    };
    this.#see(
      g,
      [
        ...(left === null || layout.left === null ? [] : [laid(left, layout.left, "m", "k")]),
        laid(top, layout.top, "k", "n"),
        laid(result, layout.result, "m", "n"),
      ],
      {
        m: { ...m, visible: layout.result.rows.visible },
        k: { ...k, visible: layout.top.rows.visible },
        n: { ...n, visible: layout.result.cols.visible },
      },
    );
    const written = scene.result.picture.tensor;
    return html`
      <div class="words" ${placed(position(layout.words))}>${sceneWords(g, place, this.#brief)}</div>
      ${repeat(
        [...rail.map((pane, i) => this.#plane(pane, layout.rail[i], written)), ...this.#matrices(written)],
        ({ id }) => id,
        ({ template }) => template,
      )}
      ${layout.left === null ? nothing : this.#guides(layout.left, layout.top, layout.result)}
    `;
  }

  #copy(g: Geometry, place: Place, scene: Extract<Scene, { kind: "copy" }>) {
    const planesFirst = scene.to.every(({ picture }) => picture.plane === null);
    const [planes, [matrix]] = planesFirst ? [scene.from, scene.to] : [scene.to, scene.from];
    const size = pictureSize(g, matrix.picture);
    const cells = planes.map(({ picture }) => cellsOf(g, picture));
    const layout = layCopy(this.#size.width, this.#size.height, cells, size, planesFirst);
    this.#see(g, [{ pane: matrix, box: layout.matrix, down: "m", across: "k", row: 0, col: 0 }], {
      m: { count: size.rows, at: place.row ?? 0, visible: layout.matrix.rows.visible },
      k: { count: size.cols, at: place.tap ?? 0, visible: layout.matrix.cols.visible },
    });
    const written = scene.to[0].picture.tensor;
    return html`
      <div class="words" ${placed(position(layout.words))}>${sceneWords(g, place, this.#brief)}</div>
      <div class="pages">${axisStepper(this.panel, planes[0].picture, scene.paging)}</div>
      ${repeat(
        [...planes.map((pane, i) => this.#plane(pane, layout.planes[i], written)), ...this.#matrices(written)],
        ({ id }) => id,
        ({ template }) => template,
      )}
    `;
  }

  #plane(pane: Pane, box: Box, written: string): { id: string; template: TemplateResult } {
    return { id: pane.id, template: this.#pane(pane, box, null, written) };
  }

  #matrices(written: string): { id: string; template: TemplateResult }[] {
    return this.#laid.map(({ pane, box }) => ({
      id: pane.id,
      template: this.#pane(pane, box, { width: box.cols.cell, height: box.rows.cell }, written),
    }));
  }

  #pane(pane: Pane, box: Box, cell: { width: number; height: number } | null, written: string) {
    return html`<conv-pane
      class="pane ${pane.picture.tensor === written ? "written" : "read"}"
      .panel=${this.panel}
      .pane=${pane}
      .cell=${cell}
      ${placed({ left: box.left, top: box.top - CAPTION, "--width": `${box.width}px`, "--height": `${box.height}px` })}
      @pane-view=${this.#paneView}
    ></conv-pane>`;
  }

  /** Thin lines from the present row of the left factor, and from the column of the top one, to where they meet. */
  #guides(left: MatrixBox, top: MatrixBox, result: MatrixBox) {
    const { m, n } = this.#alongs;
    if (m === undefined || n === undefined) return nothing;
    const y = this.#middle("m", m, result.rows.cell, result.rows.visible);
    const x = this.#middle("n", n, result.cols.cell, result.cols.visible);
    const leftEnd = left.left + left.width - FRAME;
    const topEnd = top.top + top.height - FRAME;
    return html`
      ${
        y === null
          ? nothing
          : html`<div
              class="guide"
              ${placed({ left: leftEnd + 4, top: result.top + FRAME + y, width: result.left + FRAME - leftEnd - 8, height: 1 })}
            ></div>`
      }
      ${
        x === null
          ? nothing
          : html`<div
              class="guide"
              ${placed({ left: result.left + FRAME + x, top: topEnd + 4, width: 1, height: result.top + FRAME - topEnd - 8 })}
            ></div>`
      }
    `;
  }

  /** The middle of the present cell along a direction, in pixels; null out of view. */
  #middle(axis: AxisName, { at }: Along, cell: number, visible: number): number | null {
    const pixel = (at - this.#window.first(axis) + 0.5) * cell * this.#window.zoom;
    return pixel > 0 && pixel < cell * visible ? Math.round(pixel) : null;
  }

  /** The pane under the user's hand: the others follow it, and it is left alone until the position moves. */
  #led: { readonly pane: string; readonly step: number } | null = null;

  #enter(geometry: Geometry, stage: Stage): void {
    if (this.#led?.step !== this.panel.state.step) this.#led = null;
    // Another run of the same shapes is looked at where this one was.
    const sizes = JSON.stringify(geometry);
    if (this.#windows.sizes !== sizes) this.#windows = { sizes, byStage: new Map() };
    let window = this.#windows.byStage.get(stage);
    if (window === undefined) this.#windows.byStage.set(stage, (window = new Window()));
    this.#window = window;
  }

  #see(g: Geometry, laid: readonly Laid[], alongs: Readonly<Partial<Record<AxisName, Along>>>): void {
    this.#alongs = alongs;
    this.#window.follow(this.panel.state.step, alongs);
    this.#laid = laid.map((each) => ({ ...each, pane: { ...each.pane, detail: this.#partText(g, each) } }));
  }

  /** Where it is narrow, everything that is always the same goes without saying. */
  get #brief(): boolean {
    return this.#size.width < NARROW;
  }

  /** Which part of a matrix is visible, "345…377 of 1 024 × 27", as exactly as there is room for it beside the title. */
  #partText(g: Geometry, { pane, box, down, across, row, col }: Laid): string {
    const size = pictureSize(g, pane.picture);
    const part = (axis: AxisName, start: number, room: number, count: number): readonly [string, string, string] => {
      const along = this.#alongs[axis];
      const first = start + Math.round(this.#window.first(axis));
      const visible = Math.min(along?.count ?? count, Math.floor(room / this.#window.zoom));
      const all = grouped(count);
      if (visible >= count) return [all, all, all];
      const seen = `${grouped(first)}…${grouped(Math.min(count, first + visible) - 1)}`;
      return [`${seen} of ${all}`, seen, all];
    };
    const rows = part(down, row, box.rows.visible, size.rows);
    const cols = part(across, col, box.cols.visible, size.cols);
    const texts = rows.map((text, i) => `${text} × ${cols[i]}`);
    const beside = Math.min(BESIDE, this.#size.width - box.left - box.width);
    const room = Math.floor((box.width + beside - CAPTION_FRAME) / CHARACTER) - pane.title.length;
    const more = pane.detail === "" ? "" : ` · ${pane.detail}`;
    return [texts[0] + more, ...texts].find((text) => text.length <= room) ?? texts[2];
  }

  async #alignSoon(): Promise<void> {
    const panes = [...this.querySelectorAll<PaneView>("conv-pane")];
    await Promise.all(panes.map((pane) => pane.updateComplete));
    await Promise.all(panes.flatMap(({ heatmap }) => (heatmap === null ? [] : [heatmap.updateComplete])));
    this.#align();
  }

  readonly #align = (): void => {
    for (const view of this.querySelectorAll<PaneView>("conv-pane")) {
      const laid = this.#laid.find(({ pane }) => pane.id === view.pane.id);
      if (laid === undefined || view.pane.id === this.#led?.pane || view.heatmap === null) continue;
      const { box, down, across, row, col } = laid;
      const { zoom } = this.#window;
      view.heatmap.alignRows({ top: row + this.#window.first(down), cellHeight: box.rows.cell * zoom });
      view.heatmap.alignColumns({ left: col + this.#window.first(across), cellWidth: box.cols.cell * zoom });
    }
  };

  readonly #paneView = (event: CustomEvent<PlaneView>): void => {
    const view = event.currentTarget as PaneView; // the listener is on panes only
    const laid = this.#laid.find(({ pane }) => pane.id === view.pane.id);
    if (laid === undefined) return;
    const { top, left, cellHeight } = event.detail;
    const firsts = { [laid.down]: top - laid.row, [laid.across]: left - laid.col };
    // A heatmap tells its view again while a gesture goes on, whatever made it draw.
    if (!this.#window.put(cellHeight / laid.box.rows.cell, firsts, this.#alongs)) return;
    this.#led = { pane: view.pane.id, step: this.panel.state.step };
    this.requestUpdate();
  };
}

function position({ left, top, width, height }: Box) {
  return { left, top, width, height };
}
