import type { Histogram } from "../../src/tensor/histogram";
import { grouped, short } from "../format";

/** One bar: CSS pixels from the left, and its height as a share of the room. */
export interface Bar {
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** A single element still has this share of the room. */
const LEAST = 0.04;

/**
 * Bars with heights on a log scale: log(1 + count), so that a bin with one element among millions can be seen. Edges lie on
 * whole device pixels, with a gap of one where bars are wide enough for it.
 */
export function barsOf({ bins }: { readonly bins: Int32Array | Float64Array }, width: number, density: number): Bar[] {
  const most = Math.log1p(Math.max(1, ...bins));
  const snap = (value: number) => Math.round(value * density) / density;
  const gap = width / bins.length >= 3 ? 1 : 0;
  return Array.from(bins, (count, i) => {
    const left = snap((width * i) / bins.length);
    const right = snap((width * (i + 1)) / bins.length);
    const height = count === 0 ? 0 : Math.max(LEAST, Math.log1p(count) / most);
    return { left, width: Math.max(1 / density, right - left - gap), height };
  });
}

/** The bounds of one bin. */
export function boundsOf({ bins, lo, hi }: Histogram, bin: number): readonly [number, number] {
  const at = (share: number) => lo * (1 - share) + hi * share;
  return [at(bin / bins.length), at((bin + 1) / bins.length)];
}

/** "1 203 elements from −0.061 to 0.061": one bin in words. */
export function binText(histogram: Histogram, bin: number): string {
  const [from, to] = boundsOf(histogram, bin);
  const count = histogram.bins[bin];
  return `${grouped(count)} ${count === 1 ? "element" : "elements"} from ${short(from)} to ${short(to)}`;
}

/** The whole histogram in words, for those who do not see it. */
export function histogramText(histogram: Histogram): string {
  const total = histogram.bins.reduce((sum, count) => sum + count, 0);
  if (total === 0) return "no finite elements";
  const fullest = histogram.bins.indexOf(Math.max(...histogram.bins));
  const whole = `${grouped(total)} elements from ${short(histogram.lo)} to ${short(histogram.hi)}`;
  return `${whole}; the fullest of ${histogram.bins.length} bins has ${binText(histogram, fullest)}`;
}
