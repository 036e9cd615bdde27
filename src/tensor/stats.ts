import type { Tensor } from "./tensor";

/** Of the finite elements: min, max, mean and population standard deviation (null where there are none). Counts over all. */
export interface Stats {
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly std: number | null;
  readonly zeros: number;
  readonly nan: number;
  readonly inf: number;
  /** Position in C order of the first zero, of the first NaN and of the first infinity, or −1. */
  readonly firstZero: number;
  readonly firstNan: number;
  readonly firstInf: number;
}

/** One pass for the extremes and the mean, a second one for the deviation: exact enough at any length and offset. */
export function statsOf({ data }: Tensor): Stats {
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let zeros = 0;
  let nan = 0;
  let inf = 0;
  let firstZero = -1;
  let firstNan = -1;
  let firstInf = -1;
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    if (value !== value) {
      if (nan++ === 0) firstNan = i;
    } else if (value === Infinity || value === -Infinity) {
      if (inf++ === 0) firstInf = i;
    } else {
      if (value < min) min = value;
      if (value > max) max = value;
      if (value === 0 && zeros++ === 0) firstZero = i;
      sum += value;
    }
  }
  const finite = data.length - nan - inf;
  const counts = { zeros, nan, inf, firstZero, firstNan, firstInf };
  if (finite === 0) return { min: null, max: null, mean: null, std: null, ...counts };
  // Dividing before adding keeps a mean finite whose sum is not.
  const mean = Number.isFinite(sum) ? sum / finite : meanOfHuge(data, finite);
  const scale = Math.max(Math.abs(min), Math.abs(max), Number.MIN_VALUE);
  const extreme = scale > 1e150 || scale < 1e-150; // squares would overflow, or vanish
  let squares = 0;
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    if (Number.isFinite(value)) {
      const deviation = extreme ? value / scale - mean / scale : value - mean;
      squares += deviation * deviation;
    }
  }
  const std = Math.sqrt(squares / finite) * (extreme ? scale : 1);
  return { min, max, mean, std, ...counts };
}

function meanOfHuge(data: Tensor["data"], count: number): number {
  let mean = 0;
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    if (Number.isFinite(value)) mean += value / count;
  }
  return mean;
}

/** Some elements in a row with what is known of them. */
export interface Part {
  readonly length: number;
  readonly stats: Stats;
}

/** Of two parts, one after the other (Chan, Golub and LeVeque's update of mean and deviation). */
export function joinStats(a: Part, b: Part): Part {
  const length = a.length + b.length;
  const [s, t] = [a.stats, b.stats];
  const first = (mine: number, other: number) => (mine >= 0 || other < 0 ? mine : a.length + other);
  const counts = {
    zeros: s.zeros + t.zeros,
    nan: s.nan + t.nan,
    inf: s.inf + t.inf,
    firstZero: first(s.firstZero, t.firstZero),
    firstNan: first(s.firstNan, t.firstNan),
    firstInf: first(s.firstInf, t.firstInf),
  };
  const [n, m] = [a.length - s.nan - s.inf, b.length - t.nan - t.inf];
  if (s.min === null || s.max === null || s.mean === null || s.std === null || m === 0)
    return { length, stats: { ...(n === 0 ? t : s), ...counts } };
  // A part with finite elements has all four.
  const [min, max, mean, std] = [t.min ?? 0, t.max ?? 0, t.mean ?? 0, t.std ?? 0];
  const [left, right] = [n / (n + m), m / (n + m)];
  const stats = {
    ...counts,
    // The first of equal ones, as in one pass: −0 and 0 are equal.
    min: min < s.min ? min : s.min,
    max: max > s.max ? max : s.max,
    mean: s.mean * left + mean * right,
    // Math.hypot neither overflows nor vanishes where a square would.
    std: Math.hypot(
      Math.sqrt(left) * s.std,
      Math.sqrt(right) * std,
      Math.sqrt(left * right) * s.mean - Math.sqrt(left * right) * mean,
    ),
  };
  return { length, stats };
}
