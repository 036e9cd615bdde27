import assert from "node:assert/strict";
import { type Geometry, outShape, weightShape, xShape } from "../../src/conv/geometry";
import type { Run } from "../../src/conv/run";
import { type ComputeData, computeArray, rounder } from "../../src/tensor/dtype";
import { elementCount } from "../../src/tensor/tensor";
import { cellOf } from "../../src/trace/order/elements";
import { Trace } from "../../src/trace/moment/trace";

export const resultNames = ["out", "db", "dW", "dx"] as const;
export type ResultName = (typeof resultNames)[number];
export type Cells = Readonly<Record<ResultName, ComputeData>>;

export function cellsOf({ tensors: { out, db, dW, dx } }: Run): Cells {
  return { out: out.data, db: db.data, dW: dW.data, dx: dx.data };
}

/** The same bits, −0 unlike 0; all NaNs count as one, since WASM leaves theirs open. */
export function assertSameBits(actual: Cells, expected: Cells, who: string): void {
  for (const name of resultNames) {
    const [found, wanted] = [actual[name], expected[name]];
    assert.equal(found.length, wanted.length, `${who}: elements of ${name}`);
    for (let i = 0; i < wanted.length; i++)
      if (!Object.is(found[i], wanted[i])) assert.fail(`${who}: ${name}[${i}] is ${found[i]}, replayed ${wanted[i]}`);
  }
}

/** Every cell of the results as the trace shows it at its last step, from the run's inputs alone. */
export function replayed(run: Run): Cells {
  const trace = new Trace(run);
  const { geometry: g, arithmetic } = run;
  const { W, b } = run.tensors;
  const round = rounder(arithmetic.dtype);
  const made = (shape: readonly number[], cell: (index: readonly number[]) => number) => {
    const data = computeArray(arithmetic.dtype, elementCount(shape));
    let at = 0;
    forEachIndex(shape, (index) => (data[at++] = cell(index)));
    return data;
  };
  // A layer of no rows or no channels has no steps: what would be sums are zeros.
  if (trace.total === 0) return zeros(g, arithmetic.dtype, W.data.length);
  return {
    out: made(outShape(g), (index) => {
      const sum = trace.sumsOf("gemm", cellOf(g, "out", index)).after(g.groupTaps);
      return b === null ? sum : round(sum + b.data[index[1]]);
    }),
    db: made([g.filters], ([f]) => trace.sumsOf("db", f).after(g.rows)),
    dW: made(weightShape(g), (index) => trace.sumsOf("dW", cellOf(g, "dW", index)).after(g.rows)),
    // dcol is not held in memory: dx, which is made of all of it, tells.
    dx: made(xShape(g), (index) => trace.scattered(index, trace.total - 1)),
  };
}

function zeros(g: Geometry, dtype: Run["arithmetic"]["dtype"], weights: number): Cells {
  const of = (count: number) => computeArray(dtype, count);
  return { out: of(g.rows * g.filters), db: of(g.weightFilters), dW: of(weights), dx: of(elementCount(xShape(g))) };
}

/** All indices of a shape in C order. `visit` gets the same array each time. */
function forEachIndex(shape: readonly number[], visit: (index: readonly number[]) => void): void {
  const index = shape.map(() => 0);
  for (let left = elementCount(shape); left > 0; left--) {
    visit(index);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
}
