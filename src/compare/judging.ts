import { type Tolerance, isWithin } from "../diagnose/compare";
import type { Judgement } from "../protocol/comparison";

/** Counts what is beyond a tolerance, a stretch at a time, in order. */
export class Judging {
  readonly tolerance: Tolerance;
  #looked = 0;
  #failing = 0;
  #first = -1;

  constructor(tolerance: Tolerance) {
    this.tolerance = tolerance;
  }

  /** What `Pair.read` has read from `from` on. */
  add(from: number, _: Float64Array, right: Float64Array, differences: Float64Array): void {
    this.#looked += right.length;
    for (let i = 0; i < right.length; i++)
      if (!isGood(differences[i], right[i], this.tolerance) && this.#failing++ === 0) this.#first = from + i;
  }

  get judgement(): Judgement {
    const { rtol, atol } = this.tolerance;
    return { rtol, atol, failing: this.#failing, first: this.#first, looked: this.#looked };
  }
}

/** Whether left and right match: `difference` is `Pair.differenceAt`. */
export function isGood(difference: number, right: number, tolerance: Tolerance): boolean {
  const error = Math.abs(difference);
  return isWithin(error === error ? error : Infinity, Math.abs(right), tolerance);
}
