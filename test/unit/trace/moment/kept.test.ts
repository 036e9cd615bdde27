import assert from "node:assert/strict";
import fc from "fast-check";
import { geometryOf } from "../../../../src/conv/geometry";
import { defaultSpec } from "../../../../src/conv/spec";
import { Cursor } from "../../../../src/trace/moment/cursor";
import { evaluate } from "../../../../src/trace/expression/evaluate";
import { expressionOf } from "../../../../src/trace/expression/expression";
import { Trace } from "../../../../src/trace/moment/trace";
import { anyWalk, inputsOf } from "../anyRun";
import { Interpreter } from "../interpreter";

const operand = fc.constantFrom(
  ...[
    "out",
    "dW",
    "db",
    "dx",
    "x",
    "col",
    "dcol",
    "out[0]",
    "out[:, ::-1, 0]",
    "dW[::-1]",
    "col[::-2]",
    "dcol[:, :1]",
    "dW[1:0]",
  ],
  ...[
    "abs(out)",
    "-dcol",
    "isnan(out)",
    "isnan(col)",
    "(dW > 0)",
    "(out <= 0)",
    "exp(out - 1)",
    "(x + dx)",
    "(out * dout)",
  ],
  ...[
    "(out + dout[:1])",
    "(out - out[:1])",
    "max(col, 1, dcol)",
    "(db - db.max())",
    "(nan * out)",
    "out[-1:, -1:, -1:, -1:]",
  ],
);
const reduction = fc.constantFrom("max", "min", "any", "all", "argmax", "argmin", "sum", "mean", "std");

describe("a reduction that is asked for at many steps", () => {
  it("is what it is at a step by itself, in any order of steps, back and forth", () => {
    fc.assert(
      fc.property(
        anyWalk,
        operand,
        reduction,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: -9, max: 9 })), { minLength: 2, maxLength: 8 }),
        (walk, of, how, moves) => {
          const trace = new Trace(walk.run);
          const text = `${of}.${how}()`;
          const kept = expressionOf(text, trace.geometry);
          for (const [any, steps] of moves) {
            const cursor = new Cursor(trace, any % trace.total);
            const by = steps < 0 ? -1 : 1;
            for (let left = Math.abs(steps); left >= 0; left--) {
              const alone = new Cursor(new Trace(walk.run), cursor.step);
              const expected = evaluate(expressionOf(text, trace.geometry), alone);
              assert.deepEqual(evaluate(kept, cursor), expected, `${text} at ${cursor.step}`);
              const next = cursor.step + by;
              if (next < 0 || next >= trace.total) break;
              cursor.move(by);
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it("looks at the elements once, not at each step", () => {
    const g = geometryOf([1, 2, 12, 12], [4, 2, 3, 3], [4], { ...defaultSpec, padding: 1 });
    const walk = new Interpreter(inputsOf(g, "float32", 5, "real"), { dtype: "float32", fused: true, block: 128 });
    const trace = new Trace(walk.run);
    const { start } = trace.steps.spans.gemm;
    for (const text of [
      "out.max() > 1e9",
      "isnan(out).any()",
      "abs(out[0, ::2]).max() > 1e9",
      "x.std() > 1e9 || dW.sum() > 0",
    ]) {
      let spent = 0;
      const cursor = new Cursor(trace, start, (work) => (spent += work));
      const expression = expressionOf(text, g);
      for (let i = 0; i < 2000; i++) {
        assert.ok(!evaluate(expression, cursor));
        cursor.move(1);
      }
      assert.ok(spent <= 2 * 8 * g.rows * g.filters, `${text}: ${spent}`);
    }
  });
});
