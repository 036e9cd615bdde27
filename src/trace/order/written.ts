import { rowOf, tapOf } from "../../conv/columns";
import type { TensorName } from "../../conv/run";
import type { Meeting } from "../../conv/receptive";
import { cellOf } from "./elements";
import { writerOf } from "./stages";
import type { Steps } from "./steps";

/** The steps that write one element: `count` of them, the first and the last. Both are −1 where count is 0. */
export interface Written {
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

/**
 * The inverse of "what does this step write?". null for x, W, b and dout, which are given before the run. An element of dx
 * that no window reaches has count 0. The index is not checked. O(1).
 */
export function writtenAt(steps: Steps, tensor: TensorName, index: readonly number[]): Written | null {
  const g = steps.geometry;
  switch (tensor) {
    case "x":
    case "W":
    case "b":
    case "dout":
      return null;
    case "dx": {
      const down = steps.down(index[2]);
      const across = steps.across(index[3]);
      const count = down.length * across.length;
      if (count === 0) return never;
      const first = scatterStep(steps, index, down[0], across[0]);
      return { first, last: scatterStep(steps, index, down[down.length - 1], across[across.length - 1]), count };
    }
    case "col": {
      const step = steps.spans.im2col.start + cellOf(g, tensor, index);
      return { first: step, last: step, count: 1 };
    }
    case "out":
    case "db":
    case "dW":
    case "dcol": {
      const { start, count, cellSteps } = steps.spans[writerOf[tensor]];
      if (count === 0) return never;
      const first = start + cellOf(g, tensor, index) * cellSteps;
      return { first, last: first + cellSteps - 1, count: cellSteps };
    }
  }
}

const never: Written = { first: -1, last: -1, count: 0 };

/**
 * How far col2im has come after `step` with a line of dx[n] that `met` reach (one at least, in order), in any column and channel: not to
 * it, through all of it, or somewhere between.
 */
export function lineAt(steps: Steps, n: number, met: readonly Meeting[], step: number): "none" | "some" | "all" {
  const { geometry: g, spans } = steps;
  const done = step - spans.col2im.start;
  if (done < rowOf(g, { n, oy: met[0].o, ox: 0 }) * g.taps) return "none";
  return done < rowOf(g, { n, oy: met[met.length - 1].o + 1, ox: 0 }) * g.taps - 1 ? "some" : "all";
}

/** The col2im step that adds to dx[n, c, …] through tap (down.k, across.k) of window (down.o, across.o). */
export function scatterStep(steps: Steps, [n, c]: readonly number[], down: Meeting, across: Meeting): number {
  const g = steps.geometry;
  const row = rowOf(g, { n, oy: down.o, ox: across.o });
  return steps.spans.col2im.start + row * g.taps + tapOf(g, { c, ky: down.k, kx: across.k });
}
