import assert from "node:assert/strict";
import fc from "fast-check";
import { ConvError } from "../../../../src/base/errors";
import { geometryOf } from "../../../../src/conv/geometry";
import { defaultSpec } from "../../../../src/conv/spec";
import { mayHold } from "../../../../src/trace/search/bounds";
import { Cursor, evaluateAt } from "../../../../src/trace/moment/cursor";
import { isTrue } from "../../../../src/trace/expression/evaluate";
import { expressionOf } from "../../../../src/trace/expression/expression";
import { Magnitudes } from "../../../../src/trace/search/magnitudes";
import { Stretch } from "../../../../src/trace/search/region";
import { findNext } from "../../../../src/trace/search/search";
import { stages } from "../../../../src/trace/order/stages";
import { Trace } from "../../../../src/trace/moment/trace";
import { anyWalk, inputsOf } from "../anyRun";
import { Interpreter } from "../interpreter";

/** Conditions over any layer: all its tensors have at least one element. */
const index = fc.constantFrom("n", "oy", "ox", "f", "c", "ky", "kx", "row", "tap", "iy", "ix", "g", "step");
const operand = fc.oneof(
  index,
  fc.constantFrom(
    "acc",
    "abs(acc)",
    "-acc",
    "acc * 2 - 1",
    "out[0, 0, 0, 0]",
    "out[-1, -1, -1, -1]",
    "dx[0, 0, 0, 0]",
    "dW[0, 0, 0, 0]",
    "dcol[0, -1]",
    "col[-1, 0]",
    "x[0, 0, 0, 0]",
    "dout[n, -1, oy, ox]",
    "db[f]",
    "out[n, f, oy, ox]",
    "out.max()",
    "x.min()",
    "db[::2].sum()",
    "dx[1:0].sum()",
    "all(dW[:, 1:0] > 2)",
    "max(acc, 0)",
    "nan",
    "inf",
    "kx / 2 + ky % 2",
  ),
);
const comparison = fc
  .tuple(operand, fc.constantFrom("==", "!=", "<", "<=", ">", ">="), fc.oneof(fc.integer({ min: -2, max: 5 }), operand))
  .map(([left, op, right]) => `${left} ${op} ${right}`);
const test = fc.oneof(
  comparison,
  comparison,
  fc.constantFrom("isnan(acc)", "isinf(acc)", "isnan(dx[0, 0, 0, 0])", "isinf(dcol[0, 0])", "true", "nan"),
  fc.constantFrom(...stages).map((stage) => `stage == "${stage}"`),
  fc.constantFrom(...stages).map((stage) => `stage != "${stage}"`),
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small" },
    test,
    fc.tuple(tie("condition"), tie("condition")).map(([a, b]) => `(${a} && ${b})`),
    fc.tuple(tie("condition"), tie("condition")).map(([a, b]) => `(${a} || ${b})`),
    tie("condition").map((a) => `!(${a})`),
  ),
}));

const layer = geometryOf([2, 2, 12, 12], [4, 2, 3, 3], [4], { ...defaultSpec, padding: 1 });

const fp32 = { dtype: "float32", fused: false, block: 256 } as const;
const plain = new Trace(new Interpreter(inputsOf(layer, "float32", 3, "real"), fp32).run);

describe("findNext", () => {
  it("finds what looking at every step finds, in both directions", async () => {
    await fc.assert(
      fc.asyncProperty(anyWalk, condition, fc.nat(), async (walk, text, any) => {
        const trace = new Trace(walk.run);
        const expression = expressionOf(text, trace.geometry);
        const hits = walk.events.map((_, step) => isTrue(evaluateAt(trace, expression, step)));
        const from = any % trace.total;
        const forward = hits.indexOf(true, from);
        const back = hits.lastIndexOf(true, from);
        const result = (step: number) => (step < 0 ? { kind: "none" } : { kind: "found", step });
        assert.deepEqual(await findNext(trace, expression, from), result(forward), text);
        assert.deepEqual(await findNext(trace, expression, from, { direction: "back" }), result(back), text);
      }),
      { numRuns: 150 },
    );
  });

  it("passes over no stretch that has a hit, however short", () => {
    fc.assert(
      fc.property(anyWalk, condition, (walk, text) => {
        const trace = new Trace(walk.run);
        const expression = expressionOf(text, trace.geometry);
        const magnitudes = new Magnitudes(trace);
        const hits = walk.events.map((_, step) => isTrue(evaluateAt(trace, expression, step)));
        for (const { start, count, radix } of Object.values(trace.steps.spans))
          for (let fixed = 0; fixed <= radix.spans.length; fixed++) {
            const length = fixed === 0 ? count : radix.spans[fixed - 1];
            const stride = Math.max(1, Math.floor(count / length / 20)) * length;
            for (let from = start; from < start + count; from += stride) {
              const to = from + length - 1;
              const cursor = new Cursor(trace, from);
              if (!mayHold(expression, new Stretch(trace, magnitudes, cursor, fixed, from, to)))
                assert.equal(hits.slice(from, to + 1).includes(true), false, `${text} in ${from} … ${to}`);
            }
          }
      }),
      { numRuns: 80 },
    );
  });

  it("needs little work for what results and indices tell", async () => {
    const { spans } = plain.steps;
    const cases: [text: string, step: number | null][] = [
      ["isnan(acc)", null],
      ["isinf(acc)", null],
      ["abs(acc) > 1e6", null],
      ['stage == "dW" && f == 3 && ky == 0', spans.dW.start + 3 * 18 * 288],
      ["out[1, 3, 11, 11] > -1e9", spans.db.start - 18],
      ['stage == "gemm" && iy == 12 && ix == 12', spans.gemm.start + 143 * 4 * 18 + 8],
      ['stage == "col2im" && tap == 17', spans.col2im.start + 17],
      ['stage == "gemm" && out[1, 3, 11, 11] > 1e9', null],
      ["dx[1, 1, 11, 11] < 1e9", plain.writtenAt("dx", [1, 1, 11, 11])!.first], // dx is not given
    ];
    for (const [text, step] of cases) {
      const budget = text.startsWith("dx") ? 3000 : 400;
      const found = await findNext(plain, expressionOf(text, layer), 0, { budget });
      assert.deepEqual(found, step === null ? { kind: "none" } : { kind: "found", step }, text);
    }
  });

  it("does not pass over what NaN decides", async () => {
    for (const op of ["<", "<=", ">", ">=", "=="])
      for (const [a, b] of [
        ["nan", "1"],
        ["1", "nan"],
      ])
        assert.deepEqual(await findNext(plain, expressionOf(`!(${a} ${op} ${b})`, layer), 0), {
          kind: "found",
          step: 0,
        });
    assert.deepEqual(await findNext(plain, expressionOf("nan != nan", layer), 7), { kind: "found", step: 7 });
  });

  it("finds the cells that a NaN in x reaches, and nothing else", async () => {
    const inputs = inputsOf(layer, "float32", 3, "real");
    inputs.x[0] = NaN;
    const trace = new Trace(new Interpreter(inputs, { dtype: "float32", fused: true, block: 256 }).run);
    const condition = expressionOf("isnan(acc)", layer);
    const { gemm, dW, dcol } = trace.steps.spans;
    // x[0, 0, 0, 0] is the tap (0, 1, 1) of out[0, f, 0, 0], and so on
    const first = await findNext(trace, condition, 0);
    assert.deepEqual(first, { kind: "found", step: gemm.start + 4 });
    const last = await findNext(trace, condition, dW.start - 1, { direction: "back" });
    assert.deepEqual(last, { kind: "found", step: gemm.start + ((12 + 1) * 4 + 3 + 1) * 18 - 1 });
    const weights = await findNext(trace, condition, dW.start);
    // dW[0, 0, 0, 0] meets x[0, 0, 0, 0] in window (1, 1)
    assert.deepEqual(weights, { kind: "found", step: dW.start + 13 });
    assert.deepEqual(await findNext(trace, condition, dcol.start), { kind: "none" });
  });

  it("stops at its budget and can go on from there", async () => {
    const condition = expressionOf("acc == acc + 1 || tap == 17 && stage == 'gemm' && row == 200", layer);
    let from = 0;
    for (let turns = 0; ; turns++) {
      const result = await findNext(plain, condition, from, { budget: 500 });
      if (result.kind !== "budget") {
        assert.deepEqual(result, {
          kind: "found",
          step: plain.steps.stepAt("gemm", { n: 1, oy: 4, ox: 8, c: 1, ky: 2, kx: 2 }),
        });
        assert.ok(turns > 3);
        break;
      }
      assert.ok(result.step > from);
      from = result.step;
    }
  });

  it("is cancelled, and lets others have a turn meanwhile", async () => {
    const large = geometryOf([1, 64, 112, 112], [64, 64, 3, 3], null, { ...defaultSpec, padding: 1 });
    const shapes = { x: 64 * 112 * 112, W: 64 * 576, dout: 64 * 112 * 112 };
    const zero = (length: number) => ({ dtype: "float32" as const, shape: [length], data: new Float32Array(length) });
    const trace = new Trace({
      geometry: large,
      arithmetic: { dtype: "float32", fused: true, block: 256 },
      tensors: {
        x: zero(shapes.x),
        W: zero(shapes.W),
        b: null,
        out: zero(shapes.dout),
        dout: zero(shapes.dout),
        dW: zero(shapes.W),
        db: zero(64),
        dx: zero(shapes.x),
      },
      timing: { forwardMs: 0, backwardMs: 0, threads: 0, kernel: "" },
    });
    const stop = new AbortController();
    let ticks = 0;
    const timer = setInterval(() => {
      if (++ticks === 3) stop.abort();
    }, 1);
    await assert.rejects(
      findNext(trace, expressionOf("sqrt(acc) > 1", large), 0, { signal: stop.signal }),
      (error) => error instanceof ConvError && error.code === "cancelled",
    );
    clearInterval(timer);
    assert.equal(ticks, 3);
  });

  it("has nothing to look for in an empty run, and says what is wrong", async () => {
    const empty = geometryOf([0, 1, 3, 3], [1, 1, 3, 3], null, defaultSpec);
    const trace = new Trace(
      new Interpreter(inputsOf(empty, "float64", 1, "real"), { dtype: "float64", fused: true, block: 4 }).run,
    );
    assert.deepEqual(await findNext(trace, expressionOf("true", empty), -1), { kind: "none" });
    await assert.rejects(
      findNext(plain, expressionOf("out[n + 2, 0, 0, 0] > 0", layer), 0),
      /axis 0 of out .* has no 2/,
    );
    await assert.rejects(findNext(plain, expressionOf("true", layer), plain.total), /is not in this run/);
  });
});
