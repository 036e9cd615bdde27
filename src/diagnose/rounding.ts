import { type ResultName, resultNames } from "../conv/passes";
import type { Run, RunInputs, RunTensors } from "../conv/run";
import type { ComputeData, Dtype } from "../tensor/dtype";
import { type ComputeTensor, type Tensor, tensor } from "../tensor/tensor";
import { type Comparison, type Slack, type Tolerance, compare } from "./compare";

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
 * What rounding explains of a difference between results of two types: 16·u of the coarser one, times the element's magnitude, which is
 * what the same sum comes to on absolute values: Σ|x·w| + |b|.
 */
export function roundingSlack(actual: Dtype, expected: Dtype, magnitude: (i: number) => number): Slack {
  const unit = Math.max(roundoff[actual] ?? 0, roundoff[expected] ?? 0);
  return (i) => 16 * unit * magnitude(i);
}

/**
 * Compares the results of a run with what was expected. Where the plain tolerance fails, the run is repeated on
 * absolute values, for the magnitudes, and what rounding explains is granted as well. `again` runs the engine.
 */
export async function compareResults(
  run: Run,
  expected: Partial<Record<ResultName, Tensor>>,
  again: (inputs: RunInputs) => Promise<Run>,
  tolerance?: Partial<Tolerance>,
): Promise<ResultComparison[]> {
  const results: ResultComparison[] = [];
  let magnitudes: RunTensors | undefined;
  for (const name of resultNames) {
    const wanted = expected[name];
    if (wanted === undefined) continue;
    const plain = compare(run.tensors[name], wanted, tolerance);
    if (plain.equal || !plain.sameShape) {
      results.push({ tensor: name, comparison: plain, roundingOnly: false });
      continue;
    }
    magnitudes ??= (await again(absoluteInputs(run))).tensors;
    const { data } = magnitudes[name];
    const slack = roundingSlack(run.arithmetic.dtype, wanted.dtype, (i) => data[i]);
    const granted = compare(run.tensors[name], wanted, tolerance, slack);
    results.push({ tensor: name, comparison: granted.equal ? granted : plain, roundingOnly: granted.equal });
  }
  return results;
}

/** The same layer on absolute values: its results are the magnitudes of the run's. */
export function absoluteInputs({ geometry, tensors: { x, W, b, dout } }: Run): RunInputs {
  return { geometry, x: absolute(x), W: absolute(W), b: b && absolute(b), dout: absolute(dout) };
}

function absolute(source: ComputeTensor): ComputeTensor {
  const data: ComputeData = source.data.map(Math.abs);
  return tensor(source.dtype, source.shape, data);
}
