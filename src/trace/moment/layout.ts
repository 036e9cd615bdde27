import type { Geometry } from "../../conv/geometry";
import type { TensorName } from "../../conv/run";
import { indexAt, offsetOf } from "../../tensor/tensor";
import { shapeOf } from "../order/elements";

/**
 * How a tensor is laid out in rows and columns on the screen.
 * `plane` [i, j]: the last two axes at the first two's indices (n, c of x; n, f of out; f, c of W); four axes only.
 * `plane` null: as a matrix, as the GEMM sees it: col and dcol [rows, taps]; out and dout [rows, F]; W and dW transposed,
 * [taps of a group, F]; b and db one row; x and dx their lines one under the other, [N·C·H, W].
 */
export interface View {
  readonly tensor: TensorName;
  readonly plane: readonly [number, number] | null;
}

export interface Cell {
  readonly row: number;
  readonly col: number;
}

export function viewSize(g: Geometry, view: View): { readonly rows: number; readonly cols: number } {
  const shape = shapeOf(g, view.tensor);
  if (isPlane(view, shape)) return { rows: shape[2], cols: shape[3] };
  return matrices[view.tensor].size(g);
}

/** The element shown at a cell of a view. Not checked. */
export function elementAt(g: Geometry, view: View, { row, col }: Cell): number[] {
  return isPlane(view, shapeOf(g, view.tensor))
    ? [view.plane[0], view.plane[1], row, col]
    : matrices[view.tensor].elementAt(g, row, col);
}

/** The cell of a view that shows an element; null if it is on another plane. The inverse of `elementAt`. */
export function cellAt(g: Geometry, view: View, index: readonly number[]): Cell | null {
  if (!isPlane(view, shapeOf(g, view.tensor))) return matrices[view.tensor].cellAt(g, index);
  return index[0] === view.plane[0] && index[1] === view.plane[1] ? { row: index[2], col: index[3] } : null;
}

function isPlane(view: View, shape: readonly number[]): view is View & { plane: readonly [number, number] } {
  return view.plane !== null && shape.length === 4;
}

interface Matrix {
  size(g: Geometry): { rows: number; cols: number };
  elementAt(g: Geometry, row: number, col: number): number[];
  cellAt(g: Geometry, index: readonly number[]): Cell;
}

const lines: Matrix = {
  size: (g) => ({ rows: g.batch * g.channels * g.y.size, cols: g.x.size }),
  elementAt: (g, row, col) => indexAt(shapeOf(g, "x"), row * g.x.size + col),
  cellAt: (g, [n, c, iy, ix]) => ({ row: (n * g.channels + c) * g.y.size + iy, col: ix }),
};
const columns: Matrix = {
  size: (g) => ({ rows: g.rows, cols: g.taps }),
  elementAt: (_, row, col) => [row, col],
  cellAt: (_, [row, col]) => ({ row, col }),
};
const outputs: Matrix = {
  size: (g) => ({ rows: g.rows, cols: g.filters }),
  elementAt: (g, row, f) => {
    const [n, oy, ox] = indexAt([g.batch, g.y.out, g.x.out], row);
    return [n, f, oy, ox];
  },
  cellAt: (g, [n, f, oy, ox]) => ({ row: offsetOf([g.batch, g.y.out, g.x.out], [n, oy, ox]), col: f }),
};
const weights: Matrix = {
  size: (g) => ({ rows: g.groupTaps, cols: g.weightFilters }),
  elementAt: (g, tap, f) => indexAt(shapeOf(g, "W"), f * g.groupTaps + tap),
  cellAt: (g, index) => {
    const offset = offsetOf(shapeOf(g, "W"), index);
    return { row: offset % g.groupTaps, col: Math.floor(offset / g.groupTaps) };
  },
};
const filters: Matrix = {
  size: (g) => ({ rows: 1, cols: g.weightFilters }),
  elementAt: (_, _row, col) => [col],
  cellAt: (_, [f]) => ({ row: 0, col: f }),
};

const matrices: Readonly<Record<TensorName, Matrix>> = {
  x: lines,
  dx: lines,
  col: columns,
  dcol: columns,
  out: outputs,
  dout: outputs,
  W: weights,
  dW: weights,
  b: filters,
  db: filters,
};
