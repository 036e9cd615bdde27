import type { TensorData } from "./dtype";

/** Counts of a tensor's finite elements in bins of equal width over [lo, hi]; the last bin holds hi itself. */
export interface Histogram {
  readonly bins: Int32Array;
  readonly lo: number;
  readonly hi: number;
}

/** Counts the finite elements of `data` in [lo, hi]. Where lo = hi, all of them are in the middle bin. */
export function histogramOf(data: TensorData, lo: number, hi: number, count: number): Histogram {
  const bins = new Int32Array(count);
  // Half the width, so that a range from −1.7e308 to 1.7e308 does not overflow.
  const half = hi / 2 - lo / 2;
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    if (!(value >= lo && value <= hi)) continue;
    const share = half === 0 ? 0.5 : (value / 2 - lo / 2) / half;
    bins[Math.min(count - 1, Math.floor(share * count))]++;
  }
  return { bins, lo, hi };
}

/** The value below which `share` of the counted elements lie, to within one bin; `lo` if nothing was counted. */
export function quantileOf({ bins, lo, hi }: Histogram, share: number): number {
  let total = 0;
  for (const count of bins) total += count;
  const wanted = total * share;
  let below = 0;
  for (let bin = 0; bin < bins.length; bin++) {
    if (below + bins[bin] >= wanted && bins[bin] > 0) {
      const within = (bin + (wanted - below) / bins[bin]) / bins.length;
      return lo * (1 - within) + hi * within;
    }
    below += bins[bin];
  }
  return lo;
}
