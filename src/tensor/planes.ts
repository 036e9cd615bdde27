import { elementCount } from "./tensor";

/**
 * A tensor as pictures: the last two axes are rows and columns, and there is a plane for each index of the others. A long
 * line of numbers is folded, row after row; only then the last row may end early.
 */
export interface Planes {
  readonly count: number;
  readonly rows: number;
  readonly cols: number;
  /** Elements of one plane. */
  readonly size: number;
}

/** A line of more elements than this is folded. */
const LINE = 64;

export function planesOf(shape: readonly number[]): Planes {
  const size = elementCount(shape.slice(-2));
  if (shape.length < 2) {
    const cols = size <= LINE ? size : 2 ** Math.ceil(Math.log2(size) / 2);
    return { count: 1, rows: cols === 0 ? 0 : Math.ceil(size / cols), cols, size };
  }
  return {
    count: elementCount(shape.slice(0, -2)),
    rows: shape[shape.length - 2],
    cols: shape[shape.length - 1],
    size,
  };
}

/** Position in C order of a cell; null for one beyond the end of what is folded. */
export function offsetAt({ rows, cols, size }: Planes, plane: number, row: number, col: number): number | null {
  const within = row * cols + col;
  return row >= 0 && col >= 0 && row < rows && col < cols && within < size ? plane * size + within : null;
}

/** The inverse of `offsetAt`. */
export function cellAt({ cols, size }: Planes, offset: number): { plane: number; row: number; col: number } {
  const within = offset % size;
  return { plane: Math.floor(offset / size), row: Math.floor(within / cols), col: within % cols };
}
