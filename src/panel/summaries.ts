import { type ComputeData, type ComputeDtype, computeArray } from "../tensor/dtype";
import { type Histogram, histogramOf, quantileOf } from "../tensor/histogram";
import { type Part, type Stats, joinStats, statsOf } from "../tensor/stats";
import { elementCount, indexAt, tensor as tensorWith } from "../tensor/tensor";
import { doneSoon } from "../base/turns";
import type { TensorName } from "../conv/run";
import type { Summary } from "../protocol/messages";
import { shapeOf } from "../trace/order/elements";
import { type Oddity, firstOdd } from "../trace/search/firsts";
import type { Trace } from "../trace/moment/trace";

/** Bars of the histogram that is shown, and of the finer one from which percentiles are read. */
const BINS = 64;
const FINE_BINS = 4096;
/**
 * Elements that are looked at before the first picture: neither col nor dcol is held in memory, and each of dcol's is a sum over
 * filters; the others are looked at completely up to `AT_ONCE` elements, and beyond that at once by a sample, in full when there is time.
 * To fetch a line of memory is what takes long: of each, a few elements are taken.
 */
const SAMPLES = { stored: 1 << 14, col: 1 << 13, dcol: 1 << 11 } as const;
const FEW = 4;
const AT_ONCE = 1 << 17;
const LEAST_SAMPLES = 1 << 10;
const MOST_PRODUCTS = 1 << 20;
/** Elements that take a millisecond or two, also where their memory is met for the first time. */
const CHUNK = 1 << 18;

/**
 * What can be said at once of a tensor as a whole, after the run; of a large one from a sample, of which it is of no use to know where
 * the first odd one was. null for b where there is none.
 */
export function summaryOf(trace: Trace, name: TensorName): Summary | null {
  const { dtype } = trace.run.arithmetic;
  const data = name === "col" || name === "dcol" ? sampled(trace, name) : some(dtype, trace.run.tensors[name]?.data);
  if (data === undefined) return null;
  const known = statsOf(tensorWith(dtype, [data.length], data));
  const isWhole = data.length === elementCount(shapeOf(trace.geometry, name));
  const stats = isWhole ? known : { ...known, firstZero: -1, firstNan: -1, firstInf: -1 };
  return summary(dtype, data.length, stats, fineHistogram(data, stats));
}

/**
 * Every element of a tensor that is held in memory, a few at a time. `rest` is awaited in between, and says whether to go on;
 * null if it was not. (col and dcol are only ever sampled.)
 */
export async function fullSummaryOf(
  trace: Trace,
  name: Exclude<TensorName, "col" | "dcol">,
  rest: () => Promise<boolean>,
): Promise<Summary | null> {
  const { dtype } = trace.run.arithmetic;
  const data = trace.run.tensors[name]?.data;
  if (data === undefined) return null;
  let known: Part = { length: 0, stats: statsOf(tensorWith(dtype, [0], data.subarray(0, 0))) };
  for (const part of chunks(data)) {
    if (!(await rest())) return null;
    known = joinStats(known, { length: part.length, stats: statsOf(tensorWith(dtype, [part.length], part)) });
  }
  const fine = fineHistogram(data.subarray(0, 0), known.stats);
  for (const part of chunks(data)) {
    if (!(await rest())) return null;
    fineHistogram(part, known.stats).bins.forEach((count, bin) => (fine.bins[bin] += count));
  }
  return summary(dtype, data.length, known.stats, fine);
}

/** A sample's summary with the first odd elements of a tensor that is not held, as far as they are found soon; null: nobody wants it. */
export async function withFirsts(
  trace: Trace,
  name: "col" | "dcol",
  { stats, ...rest }: Summary,
  isWanted: () => Promise<boolean>,
): Promise<Summary | null> {
  const first = async (oddity: Oddity) => (await doneSoon(firstOdd(trace, name, oddity), isWanted)) ?? -1;
  const [firstZero, firstNan, firstInf] = [await first("zero"), await first("nan"), await first("infinity")];
  return (await isWanted()) ? { ...rest, stats: { ...stats, firstZero, firstNan, firstInf } } : null;
}

function* chunks(data: ComputeData): Generator<ComputeData> {
  for (let from = 0; from < data.length; from += CHUNK) yield data.subarray(from, from + CHUNK);
}

function fineHistogram(data: ComputeData, { min, max }: Stats): Histogram {
  return histogramOf(data, min ?? 0, max ?? 0, FINE_BINS);
}

function summary(dtype: ComputeDtype, count: number, stats: Stats, fine: Histogram): Summary {
  return {
    stats,
    dtype,
    low: quantileOf(fine, 0.01),
    high: quantileOf(fine, 0.99),
    histogram: { ...fine, bins: coarse(fine.bins) },
    sampled: count,
  };
}

/** A bar is a whole number of fine ones, with the same edges. */
function coarse(fine: Int32Array): Int32Array {
  const bins = new Int32Array(BINS);
  fine.forEach((count, bin) => (bins[Math.floor((bin * BINS) / FINE_BINS)] += count));
  return bins;
}

/** All of a tensor that is small; of a large one, a few elements each in even steps. The odd stride meets all columns and lines in turn. */
function some(dtype: ComputeDtype, data: ComputeData | undefined): ComputeData | undefined {
  if (data === undefined || data.length <= AT_ONCE) return data;
  const stride = Math.floor((data.length * FEW) / SAMPLES.stored) | 1;
  const values = computeArray(dtype, Math.floor(data.length / stride) * FEW);
  for (let i = 0; i < values.length; i++) values[i] = data[Math.floor(i / FEW) * stride + (i % FEW)];
  return values;
}

/** Every element, or evenly spread ones: a stride that is odd visits all columns of a matrix in turn. */
function sampled(trace: Trace, name: "col" | "dcol"): ComputeData {
  const shape = shapeOf(trace.geometry, name);
  const total = elementCount(shape);
  const products = name === "col" ? 1 : Math.max(1, trace.geometry.groupFilters);
  const count = Math.min(total, SAMPLES[name], Math.max(LEAST_SAMPLES, Math.floor(MOST_PRODUCTS / products)));
  const values = computeArray(trace.run.arithmetic.dtype, count);
  const stride = count === total ? 1 : Math.floor(total / count) | 1;
  for (let i = 0; i < count; i++) values[i] = trace.finalValue(name, indexAt(shape, (i * stride) % total));
  return values;
}
