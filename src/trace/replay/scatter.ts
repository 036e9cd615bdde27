import type { Axis } from "../../conv/geometry";
import { meetings } from "../../conv/receptive";
import type { PaddingMode } from "../../conv/spec";
import type { Gradients } from "./gradients";
import type { Steps } from "../order/steps";

/** An output position of one axis, and the taps through which it meets a cell, ascending. */
interface Met {
  readonly o: number;
  readonly taps: readonly number[];
}

/** The partial sums of dx: each cell starts at +0 and takes the elements of dcol that fall on it, in order, rounded each time. */
export class ScatterSums {
  readonly #steps: Steps;
  readonly #gradients: Gradients;
  readonly #round: (value: number) => number;
  readonly #down: (i: number) => readonly Met[];
  readonly #across: (i: number) => readonly Met[];

  constructor(steps: Steps, gradients: Gradients, round: (value: number) => number) {
    const { y, x, paddingMode } = steps.geometry;
    this.#steps = steps;
    this.#gradients = gradients;
    this.#round = round;
    this.#down = meetingsOf(y, paddingMode);
    this.#across = meetingsOf(x, paddingMode);
  }

  /** dx at `index` as of after `step`; +0 before its first term. In the order of the steps: oy, ox, ky, kx. */
  after([n, c, iy, ix]: readonly number[], step: number): number {
    const { y, x, taps } = this.#steps.geometry;
    const { start } = this.#steps.spans.col2im;
    const down = this.#down(iy);
    const across = this.#across(ix);
    let sum = 0;
    for (let i = 0; i < down.length; i++)
      for (let j = 0; j < across.length; j++) {
        const row = (n * y.out + down[i].o) * x.out + across[j].o;
        const first = start + row * taps;
        if (first > step) return sum;
        for (const ky of down[i].taps)
          for (const kx of across[j].taps) {
            const tap = (c * y.kernel + ky) * x.kernel + kx;
            if (first + tap > step) return sum;
            sum = this.#round(sum + this.#gradients.at(row, tap));
          }
      }
    return sum;
  }
}

/** Of one axis; kept, as the cells of a line are asked for again and again. */
function meetingsOf(axis: Axis, mode: PaddingMode): (i: number) => readonly Met[] {
  const known: (readonly Met[])[] = [];
  return (i) => {
    let met = known[i] as readonly Met[] | undefined; // not yet asked for
    if (met === undefined) {
      const found: { o: number; taps: number[] }[] = [];
      for (const { o, k } of meetings(axis, mode, i)) {
        if (found.at(-1)?.o !== o) found.push({ o, taps: [] });
        found[found.length - 1].taps.push(k);
      }
      known[i] = met = found;
    }
    return met;
  };
}
