import type { Change, TileRequest } from "../protocol/messages";
import { type Tile, tileOf } from "../tensor/slice";
import { type ComputeTensor, indexAt, offsetOf, shapeText } from "../tensor/tensor";

/** What became of out since the run before an edit. */
export function changeOf(before: ComputeTensor, now: ComputeTensor): Change {
  const none = { cells: 0, low: 0, high: 0, most: null };
  if (shapeText(before.shape) !== shapeText(now.shape)) return { ...none, shape: [...before.shape] };
  let [cells, low, high, most, largest] = [0, 0, 0, -1, 0];
  for (let i = 0; i < now.data.length; i++) {
    const difference = differenceOf(before.data[i], now.data[i]);
    if (difference === 0) continue;
    cells++;
    // What is not finite has no colour, but it is the largest change there is.
    const size = Number.isFinite(difference) ? Math.abs(difference) : Infinity;
    if (size > largest) [largest, most] = [size, i];
    if (size < Infinity) [low, high] = [Math.min(low, difference), Math.max(high, difference)];
  }
  return { shape: null, cells, low, high, most: most < 0 ? null : indexAt(now.shape, most) };
}

/** A tile of the change of one plane of out. null: there is no such plane, or nothing to compare it with. */
export function changeTile(
  before: ComputeTensor | null,
  now: ComputeTensor,
  { picture: { tensor, plane }, rect, level }: TileRequest,
): Tile | null {
  if (before === null || plane === null || tensor !== "out" || shapeText(before.shape) !== shapeText(now.shape))
    return null;
  const [batch, filters, rows, cols] = now.shape;
  if (plane[0] >= batch || plane[1] >= filters || rect.bottom > rows || rect.right > cols) return null;
  const first = offsetOf(now.shape, [...plane, 0, 0]);
  const at = (row: number, col: number) => {
    const i = first + row * cols + col;
    return differenceOf(before.data[i], now.data[i]);
  };
  return tileOf({ rows, cols, at }, rect, level, now.dtype);
}

/** What is the same is no change, NaN and infinities, too. */
function differenceOf(before: number, now: number): number {
  return before === now || (before !== before && now !== now) ? 0 : now - before;
}
