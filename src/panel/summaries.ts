import { type ComputeData, computeArray } from "../tensor/dtype";
import { histogramOf, quantileOf } from "../tensor/histogram";
import { statsOf } from "../tensor/stats";
import { elementCount, indexAt, tensor as tensorWith } from "../tensor/tensor";
import type { TensorName } from "../conv/run";
import type { Summary } from "../protocol/messages";
import { shapeOf } from "../trace/elements";
import type { Trace } from "../trace/trace";

/** Bars of the histogram that is shown, and of the finer one from which percentiles are read. */
const BINS = 64;
const FINE_BINS = 4096;
/** Elements of col and dcol that are looked at: neither is held in memory, and each of dcol's is a sum over filters. */
const SAMPLES = { col: 1 << 14, dcol: 1 << 12 } as const;
const LEAST_SAMPLES = 1 << 10;
const MOST_PRODUCTS = 1 << 20;

/** What can be said of a tensor as a whole, after the run. null for b where there is none. */
export function summaryOf(trace: Trace, name: TensorName): Summary | null {
  const { dtype } = trace.run.arithmetic;
  const data = name === "col" || name === "dcol" ? sampled(trace, name) : trace.run.tensors[name]?.data;
  if (data === undefined) return null;
  const stats = statsOf(tensorWith(dtype, [data.length], data));
  const { min, max } = stats;
  const [lo, hi] = [min ?? 0, max ?? 0];
  const fine = histogramOf(data, lo, hi, FINE_BINS);
  return {
    stats,
    dtype,
    low: quantileOf(fine, 0.01),
    high: quantileOf(fine, 0.99),
    histogram: histogramOf(data, lo, hi, BINS),
    sampled: data.length,
  };
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
