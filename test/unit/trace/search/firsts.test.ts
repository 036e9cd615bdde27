import assert from "node:assert/strict";
import fc from "fast-check";
import { elementCount, indexAt } from "../../../../src/tensor/tensor";
import { shapeOf } from "../../../../src/trace/order/elements";
import { type Oddity, firstOdd, oddities } from "../../../../src/trace/search/firsts";
import { Trace } from "../../../../src/trace/moment/trace";
import { smallRun } from "../../panel/support";

function found(trace: Trace, tensor: "col" | "dcol", oddity: Oddity): number {
  const search = firstOdd(trace, tensor, oddity);
  for (;;) {
    const { done, value } = search.next();
    if (done) return value;
  }
}

/** Element by element. */
function walked(trace: Trace, tensor: "col" | "dcol", oddity: Oddity): number {
  const shape = shapeOf(trace.geometry, tensor);
  const is = { zero: (v: number) => v === 0, nan: Number.isNaN, infinity: (v: number) => Math.abs(v) === Infinity };
  for (let i = 0; i < elementCount(shape); i++) if (is[oddity](trace.finalValue(tensor, indexAt(shape, i)))) return i;
  return -1;
}

describe("the first odd element of a tensor that is not held", () => {
  it("is the one that a walk through all of them finds", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1),
        fc.constantFrom(1, 2),
        fc.constantFrom("zeros" as const, "reflect" as const),
        fc.array(fc.tuple(fc.nat(31), fc.constantFrom(0, -0, NaN, Infinity, -Infinity)), { maxLength: 3 }),
        fc.array(fc.tuple(fc.nat(47), fc.constantFrom(0, NaN, Infinity, -Infinity)), { maxLength: 3 }),
        (padding, stride, paddingMode, inX, inDout) => {
          const run = smallRun({ padding, stride, paddingMode }, (x) => inX.forEach(([i, value]) => (x[i] = value)));
          const dout = run.tensors.dout.data.slice();
          for (const [i, value] of inDout) dout[i % dout.length] = value;
          const trace = new Trace({ ...run, tensors: { ...run.tensors, dout: { ...run.tensors.dout, data: dout } } });
          for (const tensor of ["col", "dcol"] as const)
            for (const oddity of oddities)
              assert.equal(found(trace, tensor, oddity), walked(trace, tensor, oddity), `${oddity} in ${tensor}`);
        },
      ),
      { numRuns: 300 },
    );
  });
});
