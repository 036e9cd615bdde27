import { LitElement, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Rect } from "../../src/tensor/slice";
import type { ColourScale } from "../paint/colour";
import type { Overlay } from "../paint/overlay";
import type { TileSource } from "../paint/source";
import { type Cell, type PlaneView, type Ring, noRing } from "../paint/view";

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
 *   cell-select  CustomEvent<Cell>          click, Enter, Space
 *   view-change  CustomEvent<PlaneView>     the user zoomed or panned (not: alignRows, alignColumns, reveal)
 *
 * Keys, while it has the focus (taken keys do not bubble further; all others do):
 *   arrows, Home/End (row), Ctrl+Home/End (plane), Ctrl+arrows (to the edge), PageUp/PageDown (a screenful of rows),
 *   Shift+arrows pan, Enter/Space select, + − zoom, 0 fit, t text form and back.
 *
 * Colours: VS Code's tokens; outlines take --conv-accent and --conv-accent2 where they are defined.
 */
@customElement("conv-heatmap")
export class Heatmap extends LitElement {
  /** Name for assistive technology: what is shown, in a few words. */
  @property({ attribute: false }) label = "";
  /** null: nothing to show (an empty frame). Compare by `key`: a new object with the same key costs nothing. */
  @property({ attribute: false }) source: TileSource | null = null;
  @property({ attribute: false }) scale: ColourScale = { kind: "diverging", domain: "symmetric", lo: -1, hi: 1 };
  /** Padding around the plane, hatched. */
  @property({ attribute: false }) ring: Ring = noRing;
  /** For padding modes other than zeros: the cell of the plane that a cell of the ring shows. null: a plain zero. */
  @property({ attribute: false }) ringShows: (row: number, col: number) => Cell | null = () => null;
  @property({ attribute: false }) overlays: readonly Overlay[] = [];
  /** Names for the readout and the table: `x[n 0, c 1, iy 11, ix 17]`, and the headers of a row and a column. */
  @property({ attribute: false }) cellName: (row: number, col: number) => string = (row, col) => `[${row}, ${col}]`;
  @property({ attribute: false }) rowName: (row: number) => string = String;
  @property({ attribute: false }) colName: (col: number) => string = String;
  /** Width of a cell over its height; "fill" stretches cells to fill the box (at most 4 : 1 either way). */
  @property({ attribute: false }) aspect: number | "fill" = 1;
  /** CSS pixels: cells are at least this high at first, even if the plane then overflows the box and must be panned. */
  @property({ attribute: false }) minCell = 0;
  /** CSS pixels: cells of a small plane grow no larger than this at first. */
  @property({ attribute: false }) maxCell = 64;
  /** The keyboard cursor. Set it with `moveCursor`. */
  @property({ attribute: false }) cursor: Cell = { row: 0, col: 0 };
  /** Whether a tip beside the pointer names the cell and its value. */
  @property({ attribute: false }) tip = true;

  /** Puts the cursor on a cell (clamped to plane and ring), scrolls it into view and reads it out. Fires nothing. */
  moveCursor(row: number, col: number): void {
    this.cursor = { row, col };
  }

  /** Scrolls as little as needed to show `rect`; zooms out if it is larger than the box, in if its cells cannot be seen. */
  reveal(_rect: Rect): void {
    this.requestUpdate();
  }

  /** Takes over another heatmap's rows (same height of a cell, same first row), for matrices that lie side by side. */
  alignRows(_view: Pick<PlaneView, "top" | "cellHeight">): void {
    this.requestUpdate();
  }

  /** Takes over another heatmap's columns, for matrices that lie one above the other. */
  alignColumns(_view: Pick<PlaneView, "left" | "cellWidth">): void {
    this.requestUpdate();
  }

  /** Shows the whole plane. */
  fit(): void {
    this.requestUpdate();
  }

  protected override render() {
    return html`<canvas></canvas>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "conv-heatmap": Heatmap;
  }
}
