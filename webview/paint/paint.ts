import { type Tile, mark } from "../../src/tensor/slice";
import { type ColourScale, entryOf } from "../../src/colour/scale";
import { type Palette, entries } from "../../src/colour/palette";

/** A painted tile: one packed RGBA pixel per cell, row by row. Unwritten cells are fully transparent. */
export interface Pixels {
  readonly rows: number;
  readonly cols: number;
  readonly colours: Uint32Array<ArrayBuffer>;
  /**
   * Cells that hold a NaN or an infinity, so that they can be drawn larger than their pixel. null: there are so many that
   * their pixels are enough.
   */
  readonly marked: readonly number[] | null;
}

const MOST_MARKED = 4096;
const NOT_FINITE = mark.nan | mark.positiveInfinity | mark.negativeInfinity;
const TRANSPARENT = 0;

/**
 * A cell takes the colour of its mean. One NaN or infinity among the elements that it stands for wins over everything
 * finite, NaN over ∞, +∞ over −∞: what may not be overlooked is not averaged away.
 */
export function paintTile(tile: Tile, scale: ColourScale, palette: Palette): Pixels {
  const { mean, marks, rows, cols } = tile;
  const colours = new Uint32Array(rows * cols);
  paintFinite(mean, scale, palette.table, colours);
  let marked: number[] | null = [];
  for (let i = 0; i < colours.length; i++) {
    if (marks[i] === 0) continue;
    if ((marks[i] & NOT_FINITE) !== 0) {
      colours[i] = markColour(marks[i], palette);
      if (marked !== null && marked.push(i) > MOST_MARKED) marked = null;
    } else if (nothingWritten(tile, i)) colours[i] = TRANSPARENT;
  }
  return { rows, cols, colours, marked };
}

export function markColour(marks: number, palette: Palette): number {
  if ((marks & mark.nan) !== 0) return palette.nan;
  return (marks & mark.positiveInfinity) !== 0 ? palette.positiveInfinity : palette.negativeInfinity;
}

/** Whether none of a cell's elements is written yet. (Of several, written zeros among unwritten ones look the same.) */
export function nothingWritten({ mean, min, max, marks }: Tile, i: number): boolean {
  return marks[i] === mark.unwritten && mean[i] === 0 && min[i] === 0 && max[i] === 0;
}

/** `entryOf` for a whole array, with everything that does not depend on the value taken out of the loop. */
function paintFinite(values: Tile["mean"], scale: ColourScale, table: Uint32Array, colours: Uint32Array): void {
  const { kind, lo, hi } = scale;
  const last = entries - 1;
  const half = entries / 2 - 1;
  const [below, above, step] = [half / lo, half / hi, last / (hi - lo)];
  if (kind === "diverging" && below < 0 && above > 0 && Number.isFinite(below) && Number.isFinite(above))
    for (let i = 0; i < colours.length; i++) {
      const value = values[i];
      const at = value * (value < 0 ? below : above);
      const entry = at < half ? (at + 0.5) | 0 : half;
      colours[i] = table[value < 0 ? half - entry : half + 1 + entry];
    }
  else if (kind === "sequential" && step > 0 && Number.isFinite(step))
    for (let i = 0; i < colours.length; i++) {
      const at = (values[i] - lo) * step;
      colours[i] = table[at > 0 ? (at < last ? (at + 0.5) | 0 : last) : 0];
    }
  // Ends so near to 0, to each other or to the largest number that a reciprocal has no room.
  else for (let i = 0; i < colours.length; i++) colours[i] = table[entryOf(scale, values[i])];
}
