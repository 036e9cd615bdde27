import assert from "node:assert/strict";
import fc from "fast-check";
import { rowOf, tapOf } from "../../../../src/conv/columns";
import { usesOf } from "../../../../src/conv/receptive";
import { Trace } from "../../../../src/trace/moment/trace";
import { rounder } from "../../../../src/tensor/dtype";
import { elementCount, indexAt } from "../../../../src/tensor/tensor";
import { shapeOf } from "../../../../src/trace/order/elements";
import { anyWalk } from "../anyRun";

describe("partial sums of dx", () => {
  it("are its elements of dcol added in order, whatever was asked for before", () => {
    fc.assert(
      fc.property(anyWalk, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 200 }), ({ run }, asked) => {
        const trace = new Trace(run);
        const { geometry: g, steps } = trace;
        const { start, count } = steps.spans.col2im;
        const round = rounder(run.arithmetic.dtype);
        const shape = shapeOf(g, "dx");
        for (const [place, turn] of count === 0 ? [] : asked) {
          const index = indexAt(shape, place % elementCount(shape));
          const step = start + (turn % count);
          let expected = 0;
          for (const { oy, ox, ky, kx } of usesOf(g, index[2], index[3])) {
            const [row, tap] = [rowOf(g, { n: index[0], oy, ox }), tapOf(g, { c: index[1], ky, kx })];
            if (start + row * g.taps + tap <= step) expected = round(expected + trace.dcolValue(row, tap));
          }
          assert.ok(Object.is(trace.scattered(index, step), expected));
        }
      }),
      { numRuns: 300 },
    );
  });
});
