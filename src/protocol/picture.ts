import type { Geometry } from "../conv/geometry";
import type { TensorName } from "../conv/run";
import type { Plane } from "../tensor/slice";
import { type Cell, type View, cellAt, elementAt, viewSize } from "../trace/layout";

/** A layout of a tensor as one heatmap shows it: perhaps with rows and columns exchanged, as a factor is on paper. */
export interface Picture extends View {
  readonly transposed: boolean;
}

export const planePicture = (tensor: TensorName, major: number, minor: number): Picture => ({
  tensor,
  plane: [major, minor],
  transposed: false,
});
export const matrixPicture = (tensor: TensorName): Picture => ({ tensor, plane: null, transposed: false });
export const transposedPicture = (tensor: TensorName): Picture => ({ tensor, plane: null, transposed: true });

/** Names a picture: the same text, the same elements. */
export function pictureKey({ tensor, plane, transposed }: Picture): string {
  return `${tensor}${plane === null ? "" : `[${plane[0]},${plane[1]}]`}${transposed ? "ᵀ" : ""}`;
}

export function pictureSize(g: Geometry, picture: Picture): { readonly rows: number; readonly cols: number } {
  const { rows, cols } = viewSize(g, picture);
  return picture.transposed ? { rows: cols, cols: rows } : { rows, cols };
}

/** Index of the element at a cell. Not checked. */
export function elementIn(g: Geometry, picture: Picture, { row, col }: Cell): number[] {
  return elementAt(g, picture, picture.transposed ? { row: col, col: row } : { row, col });
}

/** The cell that shows an element of the picture's tensor; null if it is on another plane. */
export function cellIn(g: Geometry, picture: Picture, index: readonly number[]): Cell | null {
  const cell = cellAt(g, picture, index);
  return cell !== null && picture.transposed ? { row: cell.col, col: cell.row } : cell;
}

/** The plane with rows and columns exchanged where the picture has them so. */
export function oriented(picture: Picture, plane: Plane): Plane {
  if (!picture.transposed) return plane;
  return { rows: plane.cols, cols: plane.rows, at: (row, col) => plane.at(col, row) };
}
