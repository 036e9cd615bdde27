import { lineAt, scatterStep } from "../src/trace/order/written";
import { rowOf, tapOf } from "../src/conv/columns";
import type { Axis, Geometry } from "../src/conv/geometry";
import { metBy, usesOf } from "../src/conv/receptive";
import { type Rect, type Tile, tileOf } from "../src/tensor/slice";
import type { Steps } from "../src/trace/order/steps";
import type { ColourScale } from "../src/colour/scale";
import type { TileSource } from "./paint/source";

/**
 * How many gradients each cell of a plane of dx has got as of a step: worked out here, from the geometry alone.
 * `run` tells the pictures of different runs apart.
 */
export function countSource(steps: Steps, run: number, [n, c]: readonly [number, number], step: number): TileSource {
  const { geometry: g, spans, down, across } = steps;
  const { start, count } = spans.col2im;
  const done = Math.max(-1, Math.min(count - 1, step - start));
  const widths = Array.from({ length: g.x.size }, (_, ix) => across(ix).length);
  // Of a whole line at once; NaN: of each of its cells.
  const heights: number[] = [];
  const heightOf = (iy: number) => {
    const rows = down(iy);
    const line = rows.length === 0 ? "none" : lineAt(steps, n, rows, step);
    return line === "none" ? 0 : line === "all" ? rows.length : NaN;
  };
  const at = (iy: number, ix: number) => {
    const height = (heights[iy] ??= heightOf(iy));
    if (widths[ix] === 0) return 0;
    return Number.isNaN(height) ? arriving(iy, ix) : height * widths[ix];
  };
  const arriving = (iy: number, ix: number) => {
    const [rows, cols] = [down(iy), across(ix)];
    if (scatterStep(steps, [n, c], rows[0], cols[0]) > step) return 0;
    const last = scatterStep(steps, [n, c], rows[rows.length - 1], cols[cols.length - 1]);
    return last <= step ? rows.length * cols.length : countAt(g, n, c, iy, ix, done);
  };
  const plane = { rows: g.y.size, cols: g.x.size, at };
  return {
    key: `${run}/counts/${n},${c}/${done}`,
    rows: g.y.size,
    cols: g.x.size,
    load: (rect: Rect, level: number): Tile => tileOf(plane, rect, level, "float32"),
  };
}

/** How many gradients an element of dx has got as of a step. */
export function arrived({ geometry: g, spans }: Steps, [n, c, iy, ix]: readonly number[], step: number): number {
  return countAt(g, n, c, iy, ix, step - spans.col2im.start);
}

/** Uses of the cell whose steps of col2im are at most `done`. They come in the order of their steps. */
function countAt(g: Geometry, n: number, c: number, iy: number, ix: number, done: number): number {
  let count = 0;
  for (const { oy, ox, ky, kx } of usesOf(g, iy, ix)) {
    if (rowOf(g, { n, oy, ox }) * g.taps + tapOf(g, { c, ky, kx }) > done) break;
    count++;
  }
  return count;
}

/** From none to as many as any cell gets: the warm half of the diverging colours, so that nothing shouts beside dx. */
export function countScale(g: Geometry): ColourScale {
  const most = (axis: Axis) => {
    const met = metBy(axis, g.paddingMode);
    let found = 0;
    for (let i = 0; i < axis.size; i++) found = Math.max(found, met(i).length);
    return found;
  };
  const hi = 1.6 * Math.max(1, most(g.y) * most(g.x));
  return { kind: "diverging", domain: "fixed", lo: -hi, hi };
}
