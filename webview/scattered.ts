import type { ComputeDtype } from "../src/tensor/dtype";
import { type Rect, type Tile, mark } from "../src/tensor/slice";
import type { Steps } from "../src/trace/order/steps";
import { lineAt } from "../src/trace/order/written";

/** How far col2im has come with a row of a tile's cells. */
type Line = ReturnType<typeof lineAt>;

/** What a tile of a plane of dx[n] consists of while its gradients arrive: rows that are done, rows not come to, and the few between. */
export interface Progress {
  readonly lines: readonly Line[];
  /** The part that must be asked for as of the step, in whole rows of cells; null: there is none. */
  readonly band: Rect | null;
}

/** The progress of the rows of a tile after `step`. A row of cells is done, or not come to, where all of its lines are. */
export function progressOf(steps: Steps, n: number, rect: Rect, level: number, step: number): Progress {
  const { down, across, geometry } = steps;
  const { x } = geometry;
  const size = 2 ** level;
  // A cell that no window reaches holds its 0 from the start, whatever its line holds.
  const reached = (count: number, met: typeof down) => Array.from({ length: count }, (_, i) => met(i).length > 0);
  const none: Line = reached(x.size, across).every(Boolean) ? "none" : "some";
  const lineOf = (iy: number): Line => {
    const met = down(iy);
    const line = met.length === 0 ? "all" : lineAt(steps, n, met, step);
    return line === "none" ? none : line;
  };
  const lines: Line[] = [];
  for (let top = rect.top; top < rect.bottom; top += size) {
    let line = lineOf(top);
    for (let iy = top + 1; iy < Math.min(top + size, rect.bottom); iy++) if (lineOf(iy) !== line) line = "some";
    lines.push(line);
  }
  const [first, last] = [lines.indexOf("some"), lines.lastIndexOf("some")];
  if (first < 0) return { lines, band: null };
  const bottom = Math.min(rect.bottom, rect.top + (last + 1) * size);
  return { lines, band: { ...rect, top: rect.top + first * size, bottom } };
}

/** The tile of `rect`: its rows from `final`, from `band` or from nothing. Those that no row is taken from need not be there. */
export function joined(
  { lines, band: where }: Progress,
  rect: Rect,
  level: number,
  dtype: ComputeDtype,
  final: Tile | null,
  band: Tile | null,
): Tile {
  const rows = lines.length;
  const cols = Math.ceil((rect.right - rect.left) / 2 ** level);
  const make = () => (dtype === "float32" ? new Float32Array(rows * cols) : new Float64Array(rows * cols));
  const mean = make();
  const [min, max] = level === 0 ? [mean, mean] : [make(), make()];
  const marks = new Uint8Array(rows * cols);
  const skipped = where === null ? 0 : (where.top - rect.top) / 2 ** level;
  lines.forEach((line, row) => {
    const [from, at] = line === "some" ? [band, row - skipped] : [line === "all" ? final : null, row];
    if (from === null) marks.fill(mark.unwritten, row * cols, (row + 1) * cols);
    else
      for (const [to, part] of [
        [mean, from.mean],
        [min, from.min],
        [max, from.max],
        [marks, from.marks],
      ] as const)
        to.set(part.subarray(at * cols, (at + 1) * cols), row * cols);
  });
  const every = final?.every ?? band?.every;
  return { rect, level, rows, cols, mean, min, max, marks, ...(every === undefined ? {} : { every }) };
}
