import type { Geometry } from "../conv/geometry";
import type { TensorName } from "../conv/run";
import type { Plane, Rect } from "../tensor/slice";
import { type Cell, type View, cellAt, elementAt, viewSize } from "../trace/moment/layout";
import type { Slice } from "../trace/expression/slices";

/** Some rows and columns only, in the order of their slices. */
export interface Part {
  readonly rows: Slice;
  readonly cols: Slice;
}

/**
 * A layout of a tensor as one heatmap shows it: perhaps with rows and columns exchanged, as a factor is on paper, and perhaps a part of
 * it only (of a picture that is not transposed).
 */
export interface Picture extends View {
  readonly transposed: boolean;
  readonly part?: Part | undefined;
  /** Not the numbers, but what the last edit has added to them. Of planes of out. */
  readonly change?: true | undefined;
}

export const planePicture = (tensor: TensorName, major: number, minor: number): Picture => ({
  tensor,
  plane: [major, minor],
  transposed: false,
});
export const changePicture = (major: number, minor: number): Picture => ({
  ...planePicture("out", major, minor),
  change: true,
});
export const matrixPicture = (tensor: TensorName): Picture => ({ tensor, plane: null, transposed: false });
export const transposedPicture = (tensor: TensorName): Picture => ({ tensor, plane: null, transposed: true });

/** Names a picture: the same text, the same elements. */
export function pictureKey({ tensor, plane, transposed, part, change }: Picture): string {
  const slices = part === undefined ? [] : [part.rows, part.cols];
  const cut = slices.map(({ first, step, count }) => `@${first}+${step}*${count}`).join("");
  return `${change === true ? "Δ" : ""}${tensor}${plane === null ? "" : `[${plane[0]},${plane[1]}]`}${transposed ? "ᵀ" : ""}${cut}`;
}

/** Whether a part lies within the whole. */
export function hasPart(g: Geometry, picture: Picture): boolean {
  const { part } = picture;
  if (part === undefined) return true;
  const { rows, cols } = viewSize(g, picture);
  const fits = ({ first, step, count }: Slice, size: number) => {
    const last = first + step * (count - 1);
    return step !== 0 && count > 0 && first >= 0 && first < size && last >= 0 && last < size;
  };
  return !picture.transposed && fits(part.rows, rows) && fits(part.cols, cols);
}

export function pictureSize(g: Geometry, picture: Picture): { readonly rows: number; readonly cols: number } {
  const { rows, cols } = viewSize(g, picture);
  if (picture.part !== undefined) return { rows: picture.part.rows.count, cols: picture.part.cols.count };
  return picture.transposed ? { rows: cols, cols: rows } : { rows, cols };
}

/** Index of the element at a cell. Not checked. */
export function elementIn(g: Geometry, picture: Picture, { row, col }: Cell): number[] {
  const { part, transposed } = picture;
  if (part !== undefined) return elementAt(g, picture, { row: indexIn(part.rows, row), col: indexIn(part.cols, col) });
  return elementAt(g, picture, transposed ? { row: col, col: row } : { row, col });
}

/** The cell that shows an element of the picture's tensor; null if it is on another plane, or in another part. */
export function cellIn(g: Geometry, picture: Picture, index: readonly number[]): Cell | null {
  const cell = cellAt(g, picture, index);
  if (cell !== null && picture.part !== undefined) {
    const seen = seenIn(picture, [{ top: cell.row, left: cell.col, bottom: cell.row + 1, right: cell.col + 1 }]).at(0);
    return seen === undefined ? null : { row: seen.top, col: seen.left };
  }
  return cell !== null && picture.transposed ? { row: cell.col, col: cell.row } : cell;
}

/** What of some rectangles of the whole is seen in the picture's part. */
export function seenIn({ part }: Picture, rects: readonly Rect[]): Rect[] {
  if (part === undefined) return [...rects];
  return rects.flatMap(({ top, left, bottom, right }) => {
    const [first, end] = turnsIn(part.rows, top, bottom);
    const [from, to] = turnsIn(part.cols, left, right);
    return first < end && from < to ? [{ top: first, left: from, bottom: end, right: to }] : [];
  });
}

/** The turns [from, to) of a slice at which it is within [least, end). */
function turnsIn({ first, step, count }: Slice, least: number, end: number): [number, number] {
  const [from, to] =
    step > 0
      ? [Math.ceil((least - first) / step), Math.ceil((end - first) / step)]
      : [Math.floor((end - first) / step) + 1, Math.floor((least - first) / step) + 1];
  return [Math.max(0, from), Math.min(count, to)];
}

function indexIn({ first, step }: Slice, turn: number): number {
  return first + step * turn;
}

/** The plane as the picture shows it: a part, or with rows and columns exchanged. */
export function oriented(picture: Picture, plane: Plane): Plane {
  const { part } = picture;
  if (part !== undefined) {
    const { rows, cols } = part;
    const at = (row: number, col: number) => plane.at(indexIn(rows, row), indexIn(cols, col));
    return { rows: rows.count, cols: cols.count, at };
  }
  if (!picture.transposed) return plane;
  return { rows: plane.cols, cols: plane.rows, at: (row, col) => plane.at(col, row) };
}
