import { rowOf, tapOf } from "../src/conv/columns";
import type { Geometry } from "../src/conv/geometry";
import { meetings, usesOf } from "../src/conv/receptive";
import { type Rect, type Tile, tileOf } from "../src/tensor/slice";
import type { Steps } from "../src/trace/steps";
import type { ColourScale } from "./paint/colour";
import type { TileSource } from "./paint/source";

/**
 * How many gradients each cell of a plane of dx has got as of a step: worked out here, from the geometry alone.
 * `run` tells the pictures of different runs apart.
 */
export function countSource(steps: Steps, run: number, [n, c]: readonly [number, number], step: number): TileSource {
  const { geometry: g, spans } = steps;
  const { start, count } = spans.col2im;
  const done = Math.max(-1, Math.min(count - 1, step - start));
  const plane = { rows: g.y.size, cols: g.x.size, at: (iy: number, ix: number) => countAt(g, n, c, iy, ix, done) };
  return {
    key: `${run}/counts/${n},${c}/${done}`,
    rows: g.y.size,
    cols: g.x.size,
    load: (rect: Rect, level: number): Tile => tileOf(plane, rect, level, "float32"),
  };
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
  const most = (axis: Geometry["y"]) => {
    let found = 0;
    for (let i = 0; i < axis.size; i++) found = Math.max(found, meetings(axis, g.paddingMode, i).length);
    return found;
  };
  const hi = Math.max(1, most(g.y) * most(g.x));
  return { kind: "diverging", domain: "fixed", lo: -hi, hi };
}
