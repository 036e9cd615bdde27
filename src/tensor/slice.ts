import type { ComputeDtype } from "./dtype";

/** A rectangle of elements: rows [top, bottom), columns [left, right). */
export interface Rect {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Something with rows and columns whose elements can be asked for: a plane of a tensor, or col, which is never held. */
export interface Plane {
  readonly rows: number;
  readonly cols: number;
  /** null where nothing is written yet. */
  at(row: number, col: number): number | null;
  /** Where the same elements lie in memory row by row, if they do: a coarse tile is cut out of them several times as fast. */
  readonly held?: Held;
}

export interface Held {
  readonly data: Float32Array | Float64Array;
  /** The first element's offset. */
  readonly first: number;
}

/** What a cell of a tile holds beside finite numbers. Bits, because one cell may stand for many elements. */
export const mark = { nan: 1, positiveInfinity: 2, negativeInfinity: 4, unwritten: 8 } as const;

/**
 * A rectangle of a plane as it crosses to the screen. One cell stands for 2^level × 2^level elements; what is shown of
 * them is honest: the mean, but also the extremes, and marks, so that one NaN in a million stays visible.
 * At level 0 `min` and `max` are `mean`. Cells with no finite element hold 0 there, and their marks say why.
 */
export interface Tile {
  readonly rect: Rect;
  readonly level: number;
  /** Only one of every × every elements was looked at for mean, min and max (not for the marks); without it, all. */
  readonly every?: number | undefined;
  /** `mean` holds what is farthest from 0 instead: of differences, what must not be averaged away. */
  readonly extreme?: true | undefined;
  /** Cells: ceil(height / 2^level) × ceil(width / 2^level), row by row. */
  readonly rows: number;
  readonly cols: number;
  readonly mean: Float32Array | Float64Array;
  readonly min: Float32Array | Float64Array;
  readonly max: Float32Array | Float64Array;
  readonly marks: Uint8Array;
}

/** Cuts a tile. `rect` is clipped to the plane. Work: one visit for each element in it. */
export function tileOf(plane: Plane, wanted: Rect, level: number, dtype: ComputeDtype): Tile {
  const rect = clip(plane, wanted);
  const size = 2 ** level;
  const rows = Math.ceil((rect.bottom - rect.top) / size);
  const cols = Math.ceil((rect.right - rect.left) / size);
  const make = () => (dtype === "float32" ? new Float32Array(rows * cols) : new Float64Array(rows * cols));
  const mean = make();
  const [min, max] = level === 0 ? [mean, mean] : [make(), make()];
  const marks = new Uint8Array(rows * cols);
  if (level === 0) return { rect, level, rows, cols, mean, min, max, marks: copyInto(plane, rect, mean, marks) };
  for (let r = 0, cell = 0; r < rows; r++)
    for (let c = 0; c < cols; c++, cell++) {
      const top = rect.top + r * size;
      const left = rect.left + c * size;
      const sum = summarise(plane, top, left, Math.min(top + size, rect.bottom), Math.min(left + size, rect.right));
      marks[cell] = sum.marks;
      if (sum.count === 0) continue;
      mean[cell] = sum.total / sum.count;
      min[cell] = sum.min;
      max[cell] = sum.max;
    }
  return { rect, level, rows, cols, mean, min, max, marks };
}

/** Each element its own cell: what is not finite goes to the marks. */
function copyInto(
  plane: Plane,
  { top, left, bottom, right }: Rect,
  values: Tile["mean"],
  marks: Uint8Array,
): Uint8Array {
  for (let row = top, cell = 0; row < bottom; row++)
    for (let col = left; col < right; col++, cell++) {
      const value = plane.at(row, col);
      if (value === null) marks[cell] = mark.unwritten;
      else if (value - value === 0) values[cell] = value;
      else marks[cell] = value !== value ? mark.nan : value > 0 ? mark.positiveInfinity : mark.negativeInfinity;
    }
  return marks;
}

function summarise(plane: Plane, top: number, left: number, bottom: number, right: number) {
  const finite = plane.held === undefined ? null : summariseFinite(plane.held, plane.cols, top, left, bottom, right);
  if (finite !== null) return finite;
  let [total, count, marks, min, max] = [0, 0, 0, Infinity, -Infinity];
  for (let row = top; row < bottom; row++)
    for (let col = left; col < right; col++) {
      const value = plane.at(row, col);
      if (value === null) marks |= mark.unwritten;
      else if (value !== value) marks |= mark.nan;
      else if (value === Infinity) marks |= mark.positiveInfinity;
      else if (value === -Infinity) marks |= mark.negativeInfinity;
      else {
        total += value;
        count++;
        if (value < min) min = value;
        if (value > max) max = value;
      }
    }
  return { total, count, marks, min, max };
}

/** null where something is not finite, or the sum is not: then each element must be looked at. */
function summariseFinite(
  { data, first }: Held,
  cols: number,
  top: number,
  left: number,
  bottom: number,
  right: number,
) {
  let [total, min, max] = [0, Infinity, -Infinity];
  for (let row = top; row < bottom; row++) {
    const end = first + row * cols + right;
    for (let at = end - right + left; at < end; at++) {
      const value = data[at];
      total += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return Number.isFinite(total) ? { total, count: (bottom - top) * (right - left), marks: 0, min, max } : null;
}

function clip(plane: Plane, rect: Rect): Rect {
  const within = (value: number, most: number) => Math.max(0, Math.min(most, Math.floor(value)));
  const top = within(rect.top, plane.rows);
  const left = within(rect.left, plane.cols);
  return {
    top,
    left,
    bottom: Math.max(top, within(rect.bottom, plane.rows)),
    right: Math.max(left, within(rect.right, plane.cols)),
  };
}
