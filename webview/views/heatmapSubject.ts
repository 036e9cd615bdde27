import { property } from "lit/decorators.js";
import type { ColourScale } from "../../src/colour/scale";
import type { Overlay } from "../paint/overlay";
import type { TileSource } from "../paint/source";
import { type Cell, type Ring, noRing } from "../paint/view";
import { PaintedElement } from "./painted";

/** What a heatmap is told to show, and how. */
export abstract class HeatmapSubject extends PaintedElement {
  /** Name for assistive technology: what is shown, in a few words. */
  @property({ attribute: false }) label = "";
  /** null: nothing to show (an empty frame). Compare by `key`: a new object with the same key costs nothing. */
  @property({ attribute: false }) source: TileSource | null = null;
  /** null, as long as it is not known: the numbers are asked for, at the same time as it, but not drawn. */
  @property({ attribute: false }) scale: ColourScale | null = null;
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
}
