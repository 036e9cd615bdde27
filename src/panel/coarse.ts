import { rowOf, tapOf } from "../conv/columns";
import { usesOf } from "../conv/receptive";
import type { StoredName } from "../conv/run";
import { type Picture, seenIn } from "../protocol/picture";
import type { ComputeData } from "../tensor/dtype";
import { type Plane, type Rect, type Tile, mark, tileOf } from "../tensor/slice";
import { indexAt } from "../tensor/tensor";
import { hasSpecial } from "../trace/search/flags";
import { cellAt } from "../trace/moment/layout";
import type { Trace } from "../trace/moment/trace";

/** Elements that are visited for one tile: as many as take some ten milliseconds. Those of dcol are sums over filters. */
const VISITS = { stored: 1 << 22, col: 1 << 18, dcol: 1 << 18 } as const;
/** NaN and infinities of a tensor that are kept in mind; of so many more a sample meets enough. */
const MOST_ODD = 1 << 18;
/** Elements that are looked at together first: nearly all are finite. */
const CHUNK = 1 << 12;

/**
 * A tile in which one cell may stand for millions of elements. Where that are too many to visit, its mean and extremes come
 * from evenly spread ones (`every`), but NaN and infinities are marked wherever they are: they are looked for where they come from.
 */
export function coarseTile(trace: Trace, picture: Picture, plane: Plane, rect: Rect, level: number): Tile {
  const { dtype } = trace.run.arithmetic;
  const visits = (rect.bottom - rect.top) * (rect.right - rect.left);
  let skipped = 0;
  while (skipped < level && visits / 4 ** skipped > visitsOf(trace, picture)) skipped++;
  if (skipped === 0) return tileOf(plane, rect, level, dtype);
  const every = 2 ** skipped;
  const down = (value: number) => Math.ceil(value / every);
  const part = { top: rect.top / every, left: rect.left / every, bottom: down(rect.bottom), right: down(rect.right) };
  const tile = { ...tileOf(thinned(plane, every), part, level - skipped, dtype), rect, level, every };
  if (!picture.transposed) markOdd(trace, picture, plane, tile);
  return tile;
}

function visitsOf(trace: Trace, { tensor }: Picture): number {
  if (tensor === "dcol") return Math.max(1 << 16, VISITS.dcol / Math.max(1, trace.geometry.groupFilters / 8));
  return tensor === "col" ? VISITS.col : VISITS.stored;
}

/** One element of every × every, not always at the same place: a lattice would fall in step with the lines of x in col. */
function thinned(plane: Plane, every: number): Plane {
  const rows = Math.ceil(plane.rows / every);
  const cols = Math.ceil(plane.cols / every);
  const at = (row: number, col: number) => {
    const dice = Math.imul(row * 0x9e3779b1 + col, 0x85ebca6b) >>> 0;
    const [i, j] = [row * every + (dice % every), col * every + ((dice >>> 16) % every)];
    return plane.at(Math.min(plane.rows - 1, i), Math.min(plane.cols - 1, j));
  };
  return { rows, cols, at };
}

/** Puts the marks of what is not finite on a tile that was made from a sample. */
function markOdd(trace: Trace, picture: Picture, plane: Plane, { rect, rows, cols, level, marks }: Tile): void {
  const size = 2 ** level;
  for (const suspect of suspects(trace, picture)) {
    const top = Math.max(suspect.top, rect.top);
    const left = Math.max(suspect.left, rect.left);
    // One element of each cell that a suspect line crosses is enough: NaN along a line of a product is NaN along all of it.
    for (let row = top; row < Math.min(suspect.bottom, rect.bottom); row = (Math.floor(row / size) + 1) * size)
      for (let col = left; col < Math.min(suspect.right, rect.right); col = (Math.floor(col / size) + 1) * size) {
        const cell = Math.floor((row - rect.top) / size) * cols + Math.floor((col - rect.left) / size);
        if (cell < rows * cols) marks[cell] |= oddMark(plane.at(row, col));
      }
  }
}

function oddMark(value: number | null): number {
  if (value === null || value - value === 0) return 0;
  return value !== value ? mark.nan : value > 0 ? mark.positiveInfinity : mark.negativeInfinity;
}

/** Where in a picture something can be that is not finite: elements of x in col, whole lines of dcol. */
function suspects(trace: Trace, picture: Picture): Rect[] {
  const { geometry: g } = trace;
  const { tensor } = picture;
  if (tensor === "col")
    return odd(trace, "x").flatMap(([n, c, iy, ix]) => {
      const uses = usesOf(g, iy, ix);
      const cells = uses.map(({ oy, ox, ky, kx }) => cellRect(rowOf(g, { n, oy, ox }), tapOf(g, { c, ky, kx })));
      return seenIn(picture, cells);
    });
  if (tensor === "dcol") {
    const lines = odd(trace, "dout").map(([n, f, oy, ox]) => {
      const left = Math.floor(f / g.groupFilters) * g.groupTaps;
      const top = rowOf(g, { n, oy, ox });
      return { top, left, bottom: top + 1, right: left + g.groupTaps };
    });
    const columns = odd(trace, "W").map(([f, groupChannel, ky, kx]) => {
      const c = Math.floor(f / g.groupFilters) * g.groupChannels + groupChannel;
      const left = tapOf(g, { c, ky, kx });
      return { top: 0, left, bottom: g.rows, right: left + 1 };
    });
    return seenIn(picture, [...lines, ...columns]);
  }
  return odd(trace, tensor).flatMap((index) => {
    const cell = cellAt(g, picture, index);
    return cell === null ? [] : seenIn(picture, [cellRect(cell.row, cell.col)]);
  });
}

function cellRect(row: number, col: number): Rect {
  return { top: row, left: col, bottom: row + 1, right: col + 1 };
}

const known = new WeakMap<Trace, Map<StoredName, readonly number[][]>>();

/** Indices of the elements of a tensor that are not finite. Looked for once. */
function odd(trace: Trace, name: StoredName): readonly number[][] {
  const found = known.get(trace) ?? new Map<StoredName, readonly number[][]>();
  known.set(trace, found);
  let indices = found.get(name);
  if (indices === undefined) {
    const stored = trace.run.tensors[name];
    indices = stored === null ? [] : oddOffsets(stored.data).map((at) => indexAt(stored.shape, at));
    found.set(name, indices);
  }
  return indices;
}

function oddOffsets(data: ComputeData): number[] {
  const offsets: number[] = [];
  for (let from = 0; from < data.length && offsets.length < MOST_ODD; from += CHUNK) {
    const to = Math.min(from + CHUNK, data.length);
    if (!hasSpecial(data, from, to)) continue;
    for (let at = from; at < to && offsets.length < MOST_ODD; at++) if (data[at] - data[at] !== 0) offsets.push(at);
  }
  return offsets;
}
