import type { Run, RunInputs, RunTensors } from "../conv/run";
import type { ComputeData, Dtype } from "../tensor/dtype";
import { type ComputeTensor, type Tensor, tensor } from "../tensor/tensor";
import { type Comparison, type Tolerance, compare } from "./compare";

/** The results that can be compared with somebody else's. */
export type ResultName = "out" | "dx" | "dW" | "db";

/** Unit roundoff: half the distance from 1 to the next number. */
const roundoff: Partial<Record<Dtype, number>> = {
  float16: 2 ** -11,
  bfloat16: 2 ** -8,
  float32: 2 ** -24,
  float64: 2 ** -53,
};

export interface ResultComparison {
  readonly tensor: ResultName;
  readonly comparison: Comparison;
  /** Differences remain beyond the plain tolerance, but all within what rounding of these very sums explains. */
  readonly roundingOnly: boolean;
}

/**
 * Compares the results of a run with what was expected. Where the plain tolerance fails, the run is repeated on
 * absolute values: Σ|x·w| + |b| for every element, and 16·u times that (u of the coarser type) is granted as well.
 * `again` runs the engine.
 */
export async function compareResults(
  run: Run,
  expected: Partial<Record<ResultName, Tensor>>,
  again: (inputs: RunInputs) => Promise<Run>,
  tolerance?: Partial<Tolerance>,
): Promise<ResultComparison[]> {
  const results: ResultComparison[] = [];
  let magnitudes: RunTensors | undefined;
  for (const name of ["out", "dx", "dW", "db"] as const) {
    const wanted = expected[name];
    if (wanted === undefined) continue;
    const plain = compare(run.tensors[name], wanted, tolerance);
    if (plain.equal || !plain.sameShape) {
      results.push({ tensor: name, comparison: plain, roundingOnly: false });
      continue;
    }
    magnitudes ??= (await again(absoluteInputs(run))).tensors;
    const unit = Math.max(roundoff[run.arithmetic.dtype] ?? 0, roundoff[wanted.dtype] ?? 0);
    const slack = Float64Array.from(magnitudes[name].data, (sum) => 16 * unit * sum);
    const granted = compare(run.tensors[name], wanted, tolerance, slack);
    results.push({ tensor: name, comparison: granted.equal ? granted : plain, roundingOnly: granted.equal });
  }
  return results;
}

function absoluteInputs({ geometry, tensors: { x, W, b, dout } }: Run): RunInputs {
  return { geometry, x: absolute(x), W: absolute(W), b: b && absolute(b), dout: absolute(dout) };
}

function absolute(source: ComputeTensor): ComputeTensor {
  const data: ComputeData = source.data.map(Math.abs);
  return tensor(source.dtype, source.shape, data);
}
