import type { Dtype } from "../tensor/dtype";
import { differenceOf } from "../tensor/measures";
import { type Tensor, indexAt } from "../tensor/tensor";

/** |actual − expected| <= atol + rtol · |expected| is a match. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

export interface Mismatch {
  readonly index: readonly number[];
  /** As they are held: integers of 64 bits exactly. */
  readonly actual: number | bigint;
  readonly expected: number | bigint;
  /** |actual − expected|; Infinity where one is not finite and they differ. */
  readonly error: number;
}

export type Comparison =
  | {
      readonly sameShape: false;
      readonly equal: false;
      readonly actualShape: readonly number[];
      readonly expectedShape: readonly number[];
    }
  | ({ readonly sameShape: true; readonly equal: boolean } & Tolerance & Differences);

export interface Differences {
  readonly elements: number;
  readonly mismatches: number;
  /** Over the elements that are finite on both sides; 0 where there are none. */
  readonly maxError: number;
  readonly meanError: number;
  /** max |a − e| / |e| over expected values that are not zero. */
  readonly maxRelativeError: number;
  /** First in C order, and the one with the largest error. */
  readonly first: Mismatch | null;
  readonly worst: Mismatch | null;
}

/** How near two results in this type can be asked to be: the defaults of `torch.testing.assert_close`; integers are exact. */
const defaults: Partial<Record<Dtype, Tolerance>> = {
  float16: { rtol: 1e-3, atol: 1e-5 },
  bfloat16: { rtol: 1.6e-2, atol: 1e-5 },
  float32: { rtol: 1.3e-6, atol: 1e-5 },
  float64: { rtol: 1e-7, atol: 1e-7 },
};
const coarseFirst: readonly Dtype[] = ["bfloat16", "float16", "float32", "float64"];

/** The tolerance of the coarser of the two types. */
export function defaultTolerance(a: Dtype, b: Dtype): Tolerance {
  const coarser = coarseFirst.find((dtype) => dtype === a || dtype === b);
  return (coarser && defaults[coarser]) ?? { rtol: 0, atol: 0 };
}

/** An allowance for an element beside the tolerance: the rounding that its sum may have suffered. Asked for where the tolerance fails. */
export type Slack = (i: number) => number;

/** Element by element. NaN matches NaN, an infinity matches itself. */
export function compare(actual: Tensor, expected: Tensor, tolerance?: Partial<Tolerance>, slack?: Slack): Comparison {
  const usual = defaultTolerance(actual.dtype, expected.dtype);
  const rtol = tolerance?.rtol ?? usual.rtol;
  const atol = tolerance?.atol ?? usual.atol;
  if (actual.shape.length !== expected.shape.length || actual.shape.some((axis, i) => axis !== expected.shape[i]))
    return { sameShape: false, equal: false, actualShape: actual.shape, expectedShape: expected.shape };

  let [mismatches, maxError, total, finite, maxRelativeError] = [0, 0, 0, 0, 0];
  let first = -1;
  let worst = -1;
  let worstError = -1;
  for (let i = 0; i < actual.data.length; i++) {
    const error = errorBetween(actual.data[i], expected.data[i]);
    if (Number.isFinite(error)) {
      finite++;
      total += error;
      if (error > maxError) maxError = error;
      const size = Math.abs(Number(expected.data[i]));
      if (size > 0 && error / size > maxRelativeError) maxRelativeError = error / size;
    }
    if (isMatch(error, expected, i, { rtol, atol }, slack)) continue;
    mismatches++;
    if (first < 0) first = i;
    if (error > worstError) [worst, worstError] = [i, error];
  }
  const describe = (i: number): Mismatch | null =>
    i < 0
      ? null
      : {
          index: indexAt(actual.shape, i),
          actual: actual.data[i],
          expected: expected.data[i],
          error: errorBetween(actual.data[i], expected.data[i]),
        };
  return {
    sameShape: true,
    equal: mismatches === 0,
    rtol,
    atol,
    elements: actual.data.length,
    mismatches,
    maxError,
    meanError: finite > 0 ? total / finite : 0,
    maxRelativeError,
    first: describe(first),
    worst: describe(worst),
  };
}

/** Whether element `i` is as expected. The shapes are the same. */
export function matchesAt(actual: Tensor, expected: Tensor, i: number, tolerance: Tolerance, slack?: Slack): boolean {
  return isMatch(errorBetween(actual.data[i], expected.data[i]), expected, i, tolerance, slack);
}

function isMatch(error: number, expected: Tensor, i: number, tolerance: Tolerance, slack?: Slack): boolean {
  const size = Math.abs(Number(expected.data[i]));
  if (isWithin(error, size, tolerance)) return true;
  return slack !== undefined && error !== Infinity && error <= tolerance.atol + tolerance.rtol * size + slack(i);
}

/** Whether an element is as expected: `error` as `errorBetween` gives it, `size` the size of what was expected. */
export function isWithin(error: number, size: number, { rtol, atol }: Tolerance): boolean {
  // Infinite tolerance from an infinite expectation must not swallow a finite result; written so that NaN fails.
  if (error === 0 || error === Infinity) return error === 0;
  return error <= atol + rtol * size;
}

/** |actual − expected|: 0 where both are NaN or the same infinity, Infinity where only one of them is. */
function errorBetween(left: number | bigint, right: number | bigint): number {
  if (typeof left === "bigint" && typeof right === "bigint") return Math.abs(Number(left - right));
  const error = Math.abs(differenceOf(Number(left), Number(right)));
  return error === error ? error : Infinity;
}
