import type { Dtype } from "./dtype";
import type { Readable } from "./readable";
import { ulpsBetween } from "./ulps";

/**
 * How far one number is from another. `difference`: left − right. `absolute`: its size. `relative`: its size over that of the
 * right one, ∞ where that is 0. `ulp`: in units in the last place, see ulps.ts.
 */
export const measures = ["difference", "absolute", "relative", "ulp"] as const;
export type Measure = (typeof measures)[number];
/** Those that say how much, without a sign: what can be ranked. */
export const amounts = ["absolute", "relative", "ulp"] as const;
export type Amount = (typeof amounts)[number];

/** left − right; 0 where they are the same, infinities and NaN as well; NaN where only one is NaN. */
export function differenceOf(left: number, right: number): number {
  return left === right || (left !== left && right !== right) ? 0 : left - right;
}

/** The size of what `differenceOf` gave, in a measure. NaN and ∞ stay what they are. */
export type Sizing = (difference: number, left: number, right: number) => number;

export function sizingOf(measure: Amount, left: Dtype, right: Dtype): Sizing {
  const ulps = ulpsBetween(left, right);
  const sizings: Readonly<Record<Amount, Sizing>> = {
    absolute: (difference) => Math.abs(difference),
    relative: (difference, _, right) => {
      const size = Math.abs(difference);
      return size === 0 || size === Infinity ? size : size / Math.abs(right);
    },
    ulp: (difference, left, right) =>
      ulps === null || difference === 0 || difference - difference !== 0 ? Math.abs(difference) : ulps(left, right),
  };
  return sizings[measure];
}

/** Both sides and their differences, a stretch at a time: integers of 64 bits are subtracted exactly. */
export class Pair {
  readonly left: Readable;
  readonly right: Readable;
  #a = new Float64Array(0);
  #b = new Float64Array(0);

  constructor(left: Readable, right: Readable) {
    this.left = left;
    this.right = right;
  }

  differenceAt(offset: number): number {
    const [left, right] = [this.left.integer, this.right.integer];
    if (left !== null && right !== null) return Number(left(offset) - right(offset));
    return differenceOf(this.left.at(offset), this.right.at(offset));
  }

  /** All three arrays are equally long. */
  read(from: number, a: Float64Array, b: Float64Array, difference: Float64Array): void {
    this.left.read(from, a);
    this.right.read(from, b);
    if (this.left.integer !== null && this.right.integer !== null)
      for (let i = 0; i < a.length; i++) difference[i] = this.differenceAt(from + i);
    else for (let i = 0; i < a.length; i++) difference[i] = differenceOf(a[i], b[i]);
  }

  /** What a measure comes to, element by element. */
  measured(measure: Measure): Readable {
    const { left, right } = this;
    const size: Sizing =
      measure === "difference" ? (difference) => difference : sizingOf(measure, left.dtype, right.dtype);
    return {
      dtype: "float64",
      shape: left.shape,
      at: (offset) => size(this.differenceAt(offset), left.at(offset), right.at(offset)),
      read: (from, into) => {
        if (this.#a.length !== into.length)
          [this.#a, this.#b] = [new Float64Array(into.length), new Float64Array(into.length)];
        this.read(from, this.#a, this.#b, into);
        for (let i = 0; i < into.length; i++) into[i] = size(into[i], this.#a[i], this.#b[i]);
      },
      isHeld: left.isHeld && right.isHeld,
      integer: null,
    };
  }
}
