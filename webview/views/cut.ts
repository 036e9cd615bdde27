import { type TemplateResult, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { type Picture, pictureSize } from "../../src/protocol/picture";
import { type Cut, cutOf, picturesOf, wholeOf } from "../cut";
import { grouped } from "../format";
import { type Box, CAPTION, FRAME, type MatrixBox, matrixBox } from "../layout/boxes";
import { layGrid, planesThatFit } from "../layout/copy";
import { fitRun } from "../layout/paper";
import { axisNames } from "../names";
import type { Pane } from "../scenes";
import { Measured } from "./measured";
import { type PaneView, cellsOf } from "./pane";
import { placed } from "./placed";
import { PanelView } from "./view";

type Size = ReturnType<typeof pictureSize>;

/** CSS pixels of the line with the slice. */
const HEAD = 44;
/** Below this width the pager alone says how many planes there are. */
const BRIEF = 480;

/** `<conv-cut>`: a tensor, or a slice of it, plane by plane in a grid that is paged: instead of the scene, at the same moment. */
@customElement("conv-cut")
export class CutView extends PanelView {
  /** What is wrong with what was typed last. */
  @state() private why = "";
  /** The first plane that is shown, of which cut. */
  @state() private page = { cut: "", first: 0 };
  readonly #size = new Measured(this);

  protected override render() {
    const { run, cut: text } = this.panel.state;
    const { width, height } = this.#size;
    if (run === null || text === null || width === 0) return nothing;
    const read = cutOf(text, run.geometry);
    if (read.wrong !== undefined) return nothing;
    const { cut } = read;
    const { count, at } = picturesOf(run.geometry, cut);
    const size = pictureSize(run.geometry, at(0));
    const cells = cellsOf(run.geometry, at(0));
    const most = planesThatFit(cells, width, height - HEAD);
    const first = this.page.cut === text ? Math.min(this.page.first, count - 1) : 0;
    const shown = Math.min(most, count - first);
    const matrix = at(0).plane === null ? layMatrix(size, width, height - HEAD) : null;
    const boxes: readonly Box[] = matrix === null ? layGrid(Array(shown).fill(cells), width, height - HEAD) : [matrix];
    const cell = matrix === null ? null : { width: matrix.cols.cell, height: matrix.rows.cell };
    const panes = boxes.map((box, i) => ({ box, pane: paneOf(cut, at(first + i), i) }));
    return html`
      <h2 class="unseen">${text}</h2>
      <div class="cut-head">
        <button
          type="button"
          class="codicon codicon-arrow-left"
          aria-label="Back to the scene"
          data-tip="Back to the scene (v)"
          @click=${() => this.panel.lookAt(null)}
        ></button>
        <label
          >slice
          <input
            type="text"
            spellcheck="false"
            autocomplete="off"
            .value=${text}
            size=${Math.max(24, text.length + 2)}
            aria-invalid=${String(this.why !== "")}
            aria-describedby="cut-says"
            data-tip="As in NumPy: out[0, :, ::2, 3:]"
            @input=${() => (this.why = "")}
            @change=${this.#typed}
            @keydown=${this.#typing}
          />
        </label>
        <span id="cut-says" class=${this.why === "" ? "" : "alarm"} role="status">
          ${this.why === "" ? sizeText(width < BRIEF && count > most ? 1 : count, size) : `Expected: ${this.why}`}
        </span>
        ${count > most ? this.#pager(text, first, shown, most, count) : nothing}
      </div>
      ${repeat(
        panes,
        ({ pane }) => pane.id,
        ({ pane, box }) =>
          html`<conv-pane
            class="pane"
            .panel=${this.panel}
            .pane=${pane}
            .cell=${cell}
            @laid-out=${this.#reveal}
            ${placed({
              left: box.left,
              top: HEAD + box.top - CAPTION,
              "--width": `${box.width}px`,
              "--height": `${box.height}px`,
            })}
          ></conv-pane>`,
      )}
    `;
  }

  protected override updated(): void {
    const { cut, step } = this.panel.state;
    const followed = `${cut ?? ""} ${step}`;
    if (this.#followed === followed) return;
    this.#followed = followed;
    void this.querySelector<PaneView>("conv-pane")?.updateComplete.then(this.#reveal);
  }
  #followed = "";

  /** Of a matrix only a part may be in view: the one with the present row, until somebody moves it. */
  readonly #reveal = (): void => {
    const view = this.querySelector<PaneView>("conv-pane");
    const present = view?.heatmap?.overlays.at(-1);
    if (view?.cell !== null && present !== undefined) view?.heatmap?.reveal(present.rect);
  };

  #pager(text: string, first: number, shown: number, most: number, count: number): TemplateResult {
    const turn = (icon: string, label: string, to: number) =>
      html`<button
        type="button"
        class="codicon codicon-chevron-${icon}"
        aria-label=${label}
        ?disabled=${to < 0 || to >= count}
        @click=${() => (this.page = { cut: text, first: to })}
      ></button>`;
    return html`<span class="pager">
      ${turn("left", "Planes before", first === 0 ? -1 : Math.max(0, first - most))}
      ${grouped(first)}…${grouped(first + shown - 1)} of ${grouped(count)} ${turn("right", "Next planes", first + most)}
    </span>`;
  }

  readonly #typed = (event: Event): void => {
    const { run } = this.panel.state;
    const input = event.target as HTMLInputElement; // the listener is on the field
    if (run === null) return;
    const read = cutOf(input.value, run.geometry);
    this.why = read.wrong ?? "";
    if (read.wrong !== undefined) return;
    // A name alone means all of it, which is then said.
    this.panel.lookAt(input.value.includes("[") ? input.value.trim() : wholeOf(read.cut.tensor, run.geometry));
  };

  readonly #typing = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.why = "";
    this.panel.lookAt(null);
  };
}

/** Named by what tells it from the others: by both of its indices, where both differ or it is alone. */
function paneOf({ tensor, axes }: Cut, picture: Picture, i: number): Pane {
  const { plane } = picture;
  const differs = axes.slice(0, 2).map(({ count }) => count > 1);
  const [both, none] = [differs.every(Boolean), !differs.includes(true)];
  const named = plane?.map((at, axis) => `${axisNames[tensor][axis]}${both ? "" : " "}${at}`) ?? [];
  const detail = both ? named.join(" ") : named.filter((_, axis) => none || differs[axis]).join(" · ");
  return { id: `cut ${tensor} ${i}`, picture, title: tensor, detail, paging: [0, 0] };
}

/** Cells that can be seen, as many as there is room for. */
function layMatrix({ rows, cols }: Size, width: number, height: number): MatrixBox {
  const down = fitRun(rows, height - CAPTION - 2 * FRAME, { least: 4, most: 28 });
  return matrixBox(0, CAPTION, down, fitRun(cols, width - 2 * FRAME, { least: 5, most: 56 }));
}

/** "64 planes of 14 × 14", "5 × 9". */
function sizeText(count: number, { rows, cols }: Size): string {
  return `${count === 1 ? "" : `${grouped(count)} planes of `}${grouped(rows)} × ${grouped(cols)}`;
}
