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
  /** Position in C order of the first NaN and of the first infinity, or −1. */
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
      if (value === 0) zeros++;
      sum += value;
    }
  }
  const finite = data.length - nan - inf;
  if (finite === 0) return { min: null, max: null, mean: null, std: null, zeros, nan, inf, firstNan, firstInf };
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
  return { min, max, mean, std, zeros, nan, inf, firstNan, firstInf };
}

function meanOfHuge(data: Tensor["data"], count: number): number {
  let mean = 0;
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    if (Number.isFinite(value)) mean += value / count;
  }
  return mean;
}
