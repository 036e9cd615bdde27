import type { PropertyValues } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { messageOf } from "../../src/base/errors";
import type { Rect, Tile } from "../../src/tensor/slice";
import { paletteOf } from "../../src/colour/palette";
import { TileLoader } from "../paint/tileLoader";
import {
  type Box,
  type Cell,
  INSET,
  type PlaneView,
  type Sheet,
  cellAt,
  isAllVisible,
  levelOf,
  oneCell,
  sameCell,
  sheetOf,
  viewOf,
  visible,
} from "../paint/view";
import { CameraControl } from "./heatmapCamera";
import { CellPainter, cellColour } from "./heatmapCells";
import { commandOf, heldCell } from "./heatmapKeys";
import { drawOverlays } from "./heatmapOverlay";
import { type ReadoutContext, Tip, Voice, aggregateText } from "./heatmapReadout";
import { HeatmapSubject } from "./heatmapSubject";
import { heatmapStyles } from "./heatmapStyles";
import { heatmapTemplate } from "./heatmapTemplate";
import type { CanvasTheme } from "./theme";

/**
 * `<conv-heatmap>`: one plane of numbers as a picture, at any size, with keyboard, readout and a table as its text form.
 * It fills its box (give it a size: it has none of its own). It holds no state of the program: set properties, hear events.
 *
 *   <conv-heatmap .label=${"x, channel 1 of 3"} .source=${source} .scale=${scale} .ring=${ring} .overlays=${overlays}
 *     .cellName=${(row, col) => `x[n 0, c 1, iy ${row}, ix ${col}]`} @cell-select=${…}></conv-heatmap>
 *
 * Coordinates are the plane's own everywhere: the ring's cells are rows −top … −1 and rows … rows+bottom−1, likewise columns.
 *
 * Events (they bubble and leave the shadow root):
 *   cell-hover   CustomEvent<Cell | null>   the pointer's or the keyboard cursor's cell; null when it leaves
 *   cell-select  CustomEvent<Cell>          click, Enter, Space; a click in the text form
 *   view-change  CustomEvent<PlaneView>     the user zoomed or panned (not: alignRows, alignColumns, reveal)
 *   laid-out     CustomEvent<null>          another plane or another size: what it was aligned to before is forgotten
 *
 * Keys, while it has the focus (taken keys do not bubble further; all others do):
 *   arrows, Home/End (row), Ctrl+Home/End (plane), Ctrl+arrows (to the edge), PageUp/PageDown (a screenful of rows),
 *   Shift+arrows pan, Enter/Space select, + − zoom, 0 fit, t text form and back.
 *
 * Colours: VS Code's tokens; outlines take --conv-accent and --conv-accent2 where they are defined.
 */
@customElement("conv-heatmap")
export class Heatmap extends HeatmapSubject {
  @state() private textForm = false;
  @state() private failure = "";
  @query("#tip") private readonly tipElement!: HTMLElement;
  @query("#readout") private readonly readout!: HTMLElement;

  static override styles = heatmapStyles;

  readonly #cells = new CellPainter();
  readonly #loader = new TileLoader(
    () => this.invalidate(),
    (error) => {
      this.failure = messageOf(error);
    },
  );
  readonly #beside = new Voice((text) => {
    this.#tip?.show(text);
  });
  readonly #aloud = new Voice((text) => {
    this.readout.textContent = text;
  });
  /** Both are there after the first update. */
  #tip: Tip | null = null;
  #camera: CameraControl | null = null;
  #drawn: readonly Tile[] = [];
  /** Whether somebody has put the cursor somewhere. */
  #isPlaced = false;
  #hover: Cell | null = null;

  /** Puts the cursor on a cell (clamped to plane and ring), scrolls it into view and reads it out. Fires nothing. */
  moveCursor(row: number, col: number): void {
    this.#isPlaced = true;
    this.cursor = heldCell({ row, col }, this.#sheet);
    this.#camera?.reveal(oneCell(this.cursor), 0);
    this.#aloud.say(this.#readoutContext, this.cursor);
    this.invalidate();
  }

  /** Scrolls as little as needed to show `rect`; zooms out if it is larger than the box, in if its cells cannot be seen. */
  reveal(rect: Rect): void {
    this.#camera?.reveal(rect);
  }

  /** Takes over another heatmap's rows (same height of a cell, same first row), for matrices that lie side by side. */
  alignRows({ top, cellHeight }: Pick<PlaneView, "top" | "cellHeight">): void {
    this.#camera?.align({ k: cellHeight, y: INSET - (top + this.ring.top) * cellHeight });
  }

  /** Takes over another heatmap's columns, for matrices that lie one above the other. */
  alignColumns({ left, cellWidth }: Pick<PlaneView, "left" | "cellWidth">): void {
    this.#camera?.align({ k: cellWidth / this.#sheet.aspect, x: INSET - (left + this.ring.left) * cellWidth });
  }

  /** Shows the whole plane. */
  fit(): void {
    this.#camera?.fit();
  }

  /** What is shown now. */
  get view(): PlaneView {
    return viewOf(this.#camera?.camera ?? { k: 1, x: INSET, y: INSET }, this.#sheet);
  }

  /** Whether all of it is in view: there is nowhere to pan to. */
  get showsAll(): boolean {
    return this.#camera !== null && isAllVisible(this.#camera.camera, this.#sheet, this.box);
  }

  override focus(options?: FocusOptions): void {
    this.canvas.focus(options);
  }

  protected override render() {
    return heatmapTemplate(this, {
      textForm: this.textForm,
      failure: this.failure,
      keydown: this.#keydown,
      tableKeydown: this.#tableKeydown,
      pointermove: this.#pointermove,
      leave: this.#leave,
      click: this.#click,
      focus: this.#focused,
      toggle: this.#toggle,
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#loader.dispose();
  }

  protected override firstUpdated(): void {
    this.#camera = new CameraControl(this.canvas, (byUser) => {
      if (byUser) this.#tell("view-change", this.view);
      this.invalidate();
    });
    this.#tip = new Tip(this.tipElement);
    super.firstUpdated();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("source") && changed.get("source")?.key !== this.source?.key) {
      this.failure = "";
      if (this.#hover !== null) this.#showTip();
    }
    this.resized();
  }

  get #sheet(): Sheet {
    return sheetOf(this.source, this.ring, this.aspect, this.box, this.minCell);
  }

  get #readoutContext(): ReadoutContext | null {
    const { source, cellName, ringShows } = this;
    if (source === null) return null;
    return { source, cellName, ringShows, peek: ({ row, col }) => this.#loader.peek(source, row, col) };
  }

  protected override resized(): void {
    const { box, minCell, maxCell } = this;
    if (box.width === 0 || this.#camera === null) return;
    if (this.#camera.layOut({ sheet: this.#sheet, box, minCell, maxCell })) this.#tell("laid-out", null);
  }

  protected override paint(ctx: CanvasRenderingContext2D, box: Box, theme: CanvasTheme): void {
    if (this.#camera === null) return;
    const [sheet, camera] = [this.#sheet, this.#camera.camera];
    const { source, scale } = this;
    this.#drawn =
      source === null ? [] : this.#loader.tiles(source, levelOf(camera, sheet, box), visible(camera, sheet, box));
    const colours = scale === null ? null : { scale, palette: paletteOf(scale.kind, theme.tone) };
    if (colours !== null) this.#cells.draw(ctx, { camera, sheet, box, theme, tiles: this.#drawn, ...colours });
    drawOverlays(ctx, {
      ...{ camera, sheet, box, theme, overlays: this.overlays, hover: this.#hover },
      cursor: this.canvas.matches(":focus-visible") ? this.cursor : null,
      ringColour: (row, col) => {
        const shown = this.ringShows(row, col);
        if (shown === null || source === null || colours === null) return null;
        const at = this.#loader.peek(source, shown.row, shown.col);
        return at === null ? null : cellColour(at.tile, at.index, colours.scale, colours.palette);
      },
    });
  }

  readonly #keydown = (event: KeyboardEvent): void => {
    const sheet = this.#sheet;
    const page = Math.floor(this.box.height / this.view.cellHeight) - 1;
    const command = commandOf(event, this.cursor, sheet, page);
    if (command === null) return;
    event.preventDefault();
    event.stopPropagation();
    switch (command.kind) {
      case "cursor":
        this.moveCursor(command.to.row, command.to.col);
        this.#tell("cell-hover", this.cursor);
        return;
      case "select":
        this.#tell("cell-select", this.cursor);
        return;
      case "table":
        this.#toggle();
        return;
      case "fit":
      case "pan":
      case "zoom":
        this.#camera?.obey(command, this.cursor);
        this.#tell("view-change", this.view);
    }
  };

  readonly #tableKeydown = (event: KeyboardEvent): void => {
    if (event.key !== "t" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.#toggle();
  };

  readonly #focused = (): void => {
    if (!this.#isPlaced && this.canvas.matches(":focus-visible")) this.moveCursor(this.#start.row, this.#start.col);
    this.invalidate();
  };

  /** Where the cursor begins: at the present cell, or where that is not in view, at the first one that is. */
  get #start(): Cell {
    if (this.#camera === null) return this.cursor;
    const seen = visible(this.#camera.camera, this.#sheet, this.box);
    const present = this.overlays.at(-1)?.rect;
    const isSeen = (top: number, left: number) =>
      top >= seen.top && top < seen.bottom && left >= seen.left && left < seen.right;
    const { top, left } = present !== undefined && isSeen(present.top, present.left) ? present : seen;
    return { row: Math.max(0, top), col: Math.max(0, left) };
  }

  readonly #toggle = (): void => {
    if (!this.#isPlaced) this.cursor = this.#start;
    this.textForm = !this.textForm;
    void this.updateComplete.then(() => {
      if (this.textForm) this.renderRoot.querySelector("conv-heatmap-table")?.focus();
      else this.canvas.focus();
    });
  };

  readonly #pointermove = ({ offsetX, offsetY, clientX, clientY }: PointerEvent): void => {
    const cell = this.#cellAt(offsetX, offsetY);
    this.#tip?.moveTo(clientX, clientY);
    if (sameCell(cell, this.#hover)) return;
    this.#hover = cell;
    this.#showTip();
    this.#tell("cell-hover", cell);
    this.invalidate();
  };

  readonly #leave = (): void => {
    this.#hover = null;
    this.#showTip();
    this.#tell("cell-hover", null);
    this.invalidate();
  };

  readonly #click = ({ offsetX, offsetY }: PointerEvent): void => {
    const cell = this.#cellAt(offsetX, offsetY);
    if (cell === null) return;
    this.#isPlaced = true;
    this.cursor = cell;
    this.#tell("cell-select", cell);
  };

  #cellAt(x: number, y: number): Cell | null {
    return this.#camera === null ? null : cellAt(this.#camera.camera, this.#sheet, x, y);
  }

  #tell(name: string, detail: Cell | PlaneView | null): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #showTip(): void {
    const cell = this.tip ? this.#hover : null;
    this.#beside.say(this.#readoutContext, cell, () => (cell === null ? "" : aggregateText(this.#drawn, cell)));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "conv-heatmap": Heatmap;
  }
}
