import type { Dtype } from "../tensor/dtype";
import type { Planes } from "../tensor/planes";
import type { Readable } from "../tensor/readable";
import { type Rect, type Tile, mark } from "../tensor/slice";

/** Cells of one tile: what a page may ask for at once. */
const MOST_CELLS = 1 << 18;

/** Types whose numbers a float32 holds. */
const single: readonly Dtype[] = ["bool", "int8", "uint8", "int16", "uint16", "float16", "bfloat16", "float32"];

export interface Cut {
  readonly plane: number;
  readonly rect: Rect;
  readonly level: number;
}

export function isCut({ count, rows, cols }: Planes, { plane, rect, level }: Cut): boolean {
  const { top, left, bottom, right } = rect;
  const size = 2 ** level;
  const fits = plane < count && top <= bottom && bottom <= rows && left <= right && right <= cols;
  return fits && Math.ceil((bottom - top) / size) * Math.ceil((right - left) / size) <= MOST_CELLS;
}

/**
 * Cuts a tile, looking at every element that it stands for, line by line. Between lines `rest` is awaited, and says whether to
 * go on: null if it was not. `extreme`: a cell of many elements shows the one that is farthest from 0, not their mean.
 */
export async function cutTile(
  numbers: Readable,
  planes: Planes,
  { plane, rect, level }: Cut,
  extreme: boolean,
  rest: () => Promise<boolean>,
): Promise<Tile | null> {
  const size = 2 ** level;
  const rows = Math.ceil((rect.bottom - rect.top) / size);
  const cols = Math.ceil((rect.right - rect.left) / size);
  const make = () => (single.includes(numbers.dtype) ? new Float32Array(rows * cols) : new Float64Array(rows * cols));
  const marks = new Uint8Array(rows * cols);
  const [mean, band] = [make(), new Band(cols, size)];
  const [min, max] = level === 0 ? [mean, mean] : [make(), make()];
  const line = new Float64Array(rect.right - rect.left);
  for (let row = rect.top; row < rect.bottom; row++) {
    const from = row * planes.cols + rect.left;
    // Only the last line of what is folded may end early.
    const length = Math.max(0, Math.min(line.length, planes.size - from));
    numbers.read(plane * planes.size + from, line.subarray(0, length));
    band.add(line, length);
    if ((row + 1 - rect.top) % size !== 0 && row + 1 < rect.bottom) continue;
    const first = Math.floor((row - rect.top) / size) * cols;
    for (let i = 0; i < cols; i++) {
      marks[first + i] = band.marks[i];
      if (band.counts[i] === 0) continue;
      const { mins, maxs } = band;
      min[first + i] = mins[i];
      max[first + i] = maxs[i];
      mean[first + i] = !extreme ? band.sums[i] / band.counts[i] : maxs[i] >= -mins[i] ? maxs[i] : mins[i];
    }
    band.clear();
    if (!(await rest())) return null;
  }
  return { rect, level, rows, cols, mean, min, max, marks, ...(extreme && level > 0 ? { extreme } : {}) };
}

/** The cells of one row of a tile, while the lines that they stand for go by. */
class Band {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
  readonly mins: Float64Array;
  readonly maxs: Float64Array;
  readonly marks: Uint8Array;
  readonly #size: number;

  constructor(cols: number, size: number) {
    this.#size = size;
    this.sums = new Float64Array(cols);
    this.counts = new Float64Array(cols);
    this.mins = new Float64Array(cols);
    this.maxs = new Float64Array(cols);
    this.marks = new Uint8Array(cols);
    this.clear();
  }

  clear(): void {
    this.sums.fill(0);
    this.counts.fill(0);
    this.mins.fill(Infinity);
    this.maxs.fill(-Infinity);
    this.marks.fill(0);
  }

  /** What comes after `length` is not there. */
  add(line: Float64Array, length: number): void {
    for (let cell = 0, from = 0; from < line.length; cell++, from += this.#size) {
      let [sum, count, min, max, marks] = [0, 0, this.mins[cell], this.maxs[cell], 0];
      const to = Math.min(from + this.#size, line.length);
      for (let i = from; i < to; i++) {
        const value = line[i];
        if (i >= length) marks |= mark.unwritten;
        else if (value - value === 0) {
          sum += value;
          count++;
          if (value < min) min = value;
          if (value > max) max = value;
        } else marks |= value !== value ? mark.nan : value > 0 ? mark.positiveInfinity : mark.negativeInfinity;
      }
      this.sums[cell] += sum;
      this.counts[cell] += count;
      this.mins[cell] = min;
      this.maxs[cell] = max;
      this.marks[cell] |= marks;
    }
  }
}
