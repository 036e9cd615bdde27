import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { ConvError } from "../../../../src/base/errors";
import { type Axis, geometryOf } from "../../../../src/conv/geometry";
import { defaultSpec } from "../../../../src/conv/spec";
import { grammarSource } from "../../../../src/trace/expression/buildGrammar.mjs";
import { evaluateAt, evaluateForDisplay } from "../../../../src/trace/moment/cursor";
import { type Scope, type Value, evaluate } from "../../../../src/trace/expression/evaluate";
import { shapeOf } from "../../../../src/trace/order/elements";
import { expressionOf } from "../../../../src/trace/expression/expression";
import { Trace } from "../../../../src/trace/moment/trace";
import { isView } from "../../../../src/trace/expression/views";
import { anyWalk, inputsOf } from "../anyRun";
import { Interpreter, nameOf } from "../interpreter";

const geometry = geometryOf([2, 2, 4, 4], [3, 2, 3, 3], [3], defaultSpec);
const run = new Interpreter(inputsOf(geometry, "float64", 11, "real"), { dtype: "float64", fused: false, block: 256 })
  .run;

/** A moment made up: gemm, f 2, nothing written to out[1, …], out[0, f, oy, ox] = 100·f + 10·oy + ox. */
const scope: Scope = {
  variable: (name) =>
    ({
      ...{ n: 0, oy: 1, ox: 0, f: 2, c: null, ky: null, kx: null, row: 2, tap: null, iy: null, ix: null, g: 0 },
      ...{ step: 77, acc: NaN, stage: "gemm" },
    })[name],
  element: (_, index) => (index[0] === 1 ? null : 100 * (index[1] ?? 0) + 10 * (index[2] ?? 0) + (index[3] ?? 0)),
  tensor: (tensor) => ({
    shape: shapeOf(geometry, tensor),
    cost: 1,
    at: (index) => scope.element(tensor, index),
  }),
  spend: () => undefined,
  kept: (_, reduce) => reduce(),
};

const values: [text: string, value: Value][] = [
  ["1 + 2 * 3 - 4 / 8", 6.5],
  ["10 - 4 - 3", 3],
  ["2 * (3 + 4) % 5", 4],
  ["-2 - -3", 1],
  ["1e3 + .5 + 2.", 1002.5],
  ["1 < 2 && 2 <= 2 && 3 > 2 && 2 >= 2 && 1 == 1 && 1 != 2", true],
  ["1 > 2 || 2 < 1", false],
  ["not 1 == 2 and true or false", true],
  ["!0 == 1", true],
  ["!(1 == 2)", true],
  ["True + true", 2],
  ["isnan(acc)", true],
  ["acc == acc", false],
  ["acc != 3", true],
  ["acc > 0 || acc <= 0", false],
  ["isnan(nan) && isinf(-inf) && !isinf(NaN)", true],
  ["abs(-3) + sqrt(16) + exp(0) + log(1) + min(4, 2, 3) + max(4, 2)", 14],
  ["stage == 'gemm' && stage != \"dW\"", true],
  ['"dW" == stage', false],
  ["f == 2 && step == 77 && row == 2", true],
  // what is not there: arithmetic has no result, no comparison holds
  ["c", null],
  ["c + 1", null],
  ["-tap", null],
  ["abs(c)", null],
  ["c == 0", false],
  ["c != 0", false],
  ["!(c == 0)", true],
  ["isnan(c) || isinf(c)", false],
  ["out[1, 0, 0, 0] > -inf", false],
  ["out[c, 0, 0, 0]", null],
  // elements
  ["out[0, 2, 1, 1]", 211],
  ["out[n, f, oy, ox + 1]", 211],
  ["out[0, -1, -1, -2]", 210],
  ["db[0] + W[0, 1, 2, 2] + col[0, 17] + b[0]", 0 + 122 + 1700 + 0],
  // slices count as in NumPy: out is 2×3×2×2
  ["out[0].max()", 211],
  ["out.min()", 0],
  ["out[0, 2, :, 1].sum()", 201 + 211],
  ["out[0, 2].mean()", 205.5],
  ["out[0, 1:, 0, 0].sum()", 300],
  ["out[0, ::2, 0, 0].sum()", 200],
  ["out[0, ::-1, 0, 0].max()", 200],
  ["out[0, -2:, 0, 0].min()", 100],
  ["out[0, :-1, 0, 0].max()", 100],
  ["out[0, 2:0:-1, 0, 0].min()", 100],
  ["out[0, 5:, 0, 0].max()", null],
  ["out[0, 5:].argmin()", null],
  ["out[1].max()", null],
  ["out[c].max()", null],
  ["out[0, c:, 0, 0].max()", null],
  ["max(out[0])", 211],
  ["argmax(out[0])", 11],
  ["out[0, ::-1].argmax()", 3],
  ["out[0, :, 0, 0].argmin()", 0],
  ["out[0, :2, 0, 0].std()", 50],
  ["std(out[0, 0, 0, :1])", 0],
  ["(out[0] > 210).any() && !(out[0] > 210).all()", true],
  ["all(out[0] >= 0)", true],
  ["any(isnan(out[0]))", false],
  ["isnan(sqrt(out[0, 0, 0, 1] - out[0, 2])).sum()", 4],
  ["abs(-out[0, 1, 1] * 2).max()", 222],
  ["(out[0, 0] + out[0, 1, 0]).sum()", 424],
  ["(out[0, :, 0, 0] * db).sum()", 0],
  ["max(out[0, 0], 5).sum()", 31],
  ["out[1].std()", null],
  ["out[1].argmax()", null],
  ["any(out[1] > 0)", false],
  ["out.shape[1]", 3],
  ["shape(W)[-1] + out[0, 1:].shape[0] + col.shape.sum()", 3 + 2 + 8 + 18],
  ["out[0][2][:, 1].sum()", 201 + 211],
  ["(out[0, 0] + 1)[-1, -1]", 12],
  ["-7 % 3", 2],
  ["7 % -3", -2],
];

const faults: [text: string, column: number, message: RegExp][] = [
  [
    "",
    1,
    /this is not an expression: expected "\(", a name, a number, a text in quotes, or an operator, found end of input/,
  ],
  ["1 +", 4, /this is not an expression/],
  ["f === 2", 5, /this is not an expression/],
  ["1 < f < 3", 7, /an operator, or end of input, found "<"/],
  ["a = 3", 3, /found "="/],
  ["f == 2)", 7, /found "\)"/],
  [
    "nope > 1",
    1,
    /nothing is called nope: expected one of n oy ox f c ky kx row tap iy ix g step acc stage, or a tensor/,
  ],
  ["constructor", 1, /nothing is called constructor/],
  ["1 + __proto__", 5, /nothing is called __proto__/],
  ["toString()", 1, /no function is called toString/],
  ["hasOwnProperty(1)", 1, /no function is called hasOwnProperty/],
  ["valueOf[0]", 1, /no tensor is called valueOf/],
  ["__proto__[0]", 1, /no tensor is called __proto__/],
  ["out.constructor()", 5, /nothing is called \.constructor\(\): expected one of min max sum mean/],
  ["f == 1 && out", 11, /out is a tensor: expected an element, as out\[0, 0, 0, 0\], or a reduction, as out\.max\(\)/],
  ["abs", 1, /nothing is called abs.* Write abs\(…\)/],
  ["abs(1, 2)", 1, /abs takes 1 numbers: found 2/],
  ["max(1)", 1, /max takes 2 to 16 numbers: found 1/],
  ["out[0, 2, 1]", 1, /a slice is not one number/],
  ["out[0, 2, 1, :]", 1, /a slice is not one number/],
  ["out[0, 2, 1, 1, 1]", 1, /out has 4 axes: 2×3×2×2: found 5 subscripts/],
  ["out[0, 3, 0, 0]", 8, /axis 1 of out 2×3×2×2 has no 3: expected a whole number from -3 to 2/],
  ["out[0, -4, 0, 0]", 8, /axis 1 of out 2×3×2×2 has no -4/],
  ["out[0.5, 0, 0, 0]", 5, /axis 0 .* has no 0.5/],
  ["out[0, f + 1, 0, 0]", 1, /axis 1 of out 2×3×2×2 has no 3/],
  ["out[0, ::0, 0, 0].max()", 8, /a slice goes in whole steps: expected a step of at least 1 or at most −1, found 0/],
  ["out[0, 1.5:2, 0, 0].max()", 8, /a slice goes in whole steps: expected a whole number, found 1.5/],
  ["out[0, 0:-2.5, 0, 0].max()", 10, /expected a whole number, found -2.5/],
  ["out[0, ::1.5, 0, 0].max()", 10, /expected a whole number, found 1.5/],
  ["out[0, :inf, 0, 0].max()", 9, /expected a whole number, found Infinity/],
  ["out[0, 0:f / 4, 0, 0].max()", 8, /expected a whole number, found 0.5/],
  ["stage + 1", 1, /a text stands where a number must be/],
  ['f == "gemm"', 6, /a text and a number are never equal/],
  ['stage == "gem"', 10, /no stage is called "gem": expected one of im2col gemm db dW dcol col2im/],
  ["max(1, 2).sum()", 11, /a number has no methods: expected a slice/],
  ["out[0] > 1", 1, /a slice is not one number: expected an element, or a reduction/],
  ["out.max() > 1 && out[0] > 1", 18, /a slice is not one number/],
  ["!(out > 3)", 3, /out is a tensor|a slice is not one number/],
  ["out.max(1)", 5, /\.max\(\) takes no numbers/],
  ["out.size", 5, /nothing is called \.size: expected \.shape, or a method/],
  ["acc.shape", 5, /a number has no shape/],
  ["acc[0]", 4, /a number has no elements/],
  ["std(1)", 1, /a number has no methods/],
  ["max()", 1, /max takes 2 to 16 numbers: found 0/],
  ["(out[0] + out[:, 0]).max()", 9, /shapes 3×2×2 and 2×2×2 do not go together/],
  ["(out[0] > 1) + 1", 2, /a slice is not one number/],
  ["out[0][3, 0, 0]", 1, /axis 0 of the slice 3×2×2 has no 3/],
  ["out[0][0, 0, 0, 0]", 1, /this has 3 axes: found 4 subscripts/],
  ["out.shape[4]", 1, /axis 0 of the slice 4 has no 4/],
  ["'abc", 1, /this is not an expression/],
  ["(".repeat(51) + "1" + ")".repeat(51), 51, /too deeply nested/],
  ["!".repeat(51) + "1", 51, /too deeply nested/],
  ["not ".repeat(51) + "1", 201, /too deeply nested/],
  ["'" + ")".repeat(60) + "' == " + "(".repeat(60), 117, /too deeply nested/],
  ["1+".repeat(1000) + "1", 2001, /too long/],
];

function faultOf(read: () => unknown): ConvError {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof ConvError, String(error));
    assert.equal(error.code, "bad-expression");
    return error;
  }
  return assert.fail("no error");
}

describe("expressions", () => {
  it("have the values that they say", () => {
    for (const [text, value] of values) {
      const found = evaluate(expressionOf(text, geometry), scope);
      assert.equal(found, value, text); // as Object.is has it
    }
  });

  it("have faults with a column and a reason", () => {
    for (const [text, column, message] of faults) {
      const { fault, message: said } = faultOf(() => evaluate(expressionOf(text, geometry), scope));
      assert.match(said, message, text);
      assert.deepEqual(fault.at, { line: 1, column }, text);
    }
    const plain = geometryOf([1, 1, 3, 3], [1, 1, 3, 3], null, defaultSpec);
    assert.match(faultOf(() => expressionOf("b[0]", plain)).message, /this layer has no bias/);
    const huge = geometryOf([1, 1, 4000, 4000], [1, 1, 3, 3], null, defaultSpec);
    const wide = { shape: shapeOf(huge, "x"), cost: 1, at: () => 0 };
    assert.match(
      faultOf(() => evaluate(expressionOf("x.max()", huge), { ...scope, tensor: () => wide })).message,
      /too many elements to look at in one go: expected work for 1048576 of them, found 16000000\. Use a smaller slice/,
    );
  });

  it("take long chains, and nesting up to the limit", () => {
    assert.equal(evaluate(expressionOf("1+".repeat(999) + "1", geometry), scope), 1000);
    assert.equal(evaluate(expressionOf("(".repeat(50) + "7" + ")".repeat(50), geometry), scope), 7);
    assert.equal(evaluate(expressionOf("-".repeat(50) + "7", geometry), scope), 7);
  });

  it("never fail otherwise, whatever is written", () => {
    const pieces = fc.constantFrom(
      ..."( ) [ ] , : . + - * / % < <= == != ! && || and or not out x dW col b acc stage f row 'gemm' 1 2.5 1e9 nan isnan max".split(
        " ",
      ),
      "__proto__",
      "constructor",
      " ",
      '"',
      "é",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces, { maxLength: 30 }).map((all) => all.join("")),
          fc.string(),
        ),
        (text) => {
          try {
            evaluate(expressionOf(text, geometry), scope);
          } catch (error) {
            assert.ok(error instanceof ConvError, String(error));
          }
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("see each moment as a walk through the loops has it", () => {
    const names = ["n", "oy", "ox", "f", "c", "ky", "kx"] as const;
    fc.assert(
      fc.property(anyWalk, fc.nat(), (walk, any) => {
        const trace = new Trace(walk.run);
        const g = trace.geometry;
        const step = any % trace.total;
        const event = walk.events[step];
        const value = (text: string) => evaluateAt(trace, expressionOf(text, g), step);
        for (const name of names) assert.equal(value(name), event.indices[name] ?? null);
        assert.equal(value("step"), step);
        assert.equal(value(`stage == "${event.stage}"`), true);
        assert.deepEqual(value("acc"), event.sum);
        for (const [name, written] of [...event.writes, ...event.reads])
          if (!name.includes("-") && walk.memory.has(name)) assert.deepEqual(value(name), written);
        const { n, oy, ox, c, ky, kx } = event.indices;
        if (c !== undefined) assert.equal(value("tap"), (c * g.y.kernel + ky!) * g.x.kernel + kx!);
        const looks = ({ stride, dilation, begin }: Axis, o: number, k?: number) =>
          k === undefined ? null : o * stride + k * dilation - begin;
        assert.equal(value("iy"), looks(g.y, oy!, ky));
        assert.equal(value("ix"), looks(g.x, ox!, kx));
        const { f } = event.indices;
        assert.equal(value("g"), Math.floor(f === undefined ? c! / g.groupChannels : f / g.groupFilters));
        assert.equal(value("row"), (n! * g.y.out + oy!) * g.x.out + ox!);
        const begun = event.stage === "col2im";
        if (!begun) assert.equal(value(nameOf("dx", [0, 0, 0, 0])), null);
      }),
      { numRuns: 300 },
    );
  });

  it("are shown as numbers on axes, which stay those of their step", () => {
    const trace = new Trace(run);
    const { first, last } = trace.writtenAt("out", [1, 0, 0, 0])!; // not given: it has steps
    const shown = evaluateForDisplay(trace, "out[:, 0, 0, ::-1] * 2", first - 1);
    assert.ok(isView(shown));
    assert.deepEqual(shown.shape, [2, 2]);
    const { data } = run.tensors.out;
    evaluateForDisplay(trace, "out", last);
    assert.deepEqual(
      [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ].map((index) => shown.at(index)),
      [2 * data[1], 2 * data[0], null, null],
    );
    assert.equal(evaluateForDisplay(trace, "stage", 0), "im2col");
    assert.throws(() => evaluateForDisplay(trace, "out[5]", 0), { code: "bad-expression" });
  });

  it("are about the run as of the step", () => {
    const trace = new Trace(run);
    const { last } = trace.writtenAt("out", [1, 2, 1, 1])!; // not given: it has steps
    const text = expressionOf("out[1, 2, 1, 1]", geometry);
    assert.equal(evaluateAt(trace, text, last), run.tensors.out.data.at(-1));
    assert.equal(evaluateAt(trace, text, last - 18), null);
    assert.notEqual(evaluateAt(trace, text, last - 1), run.tensors.out.data.at(-1));
  });

  it("are parsed by the parser that the grammar makes", () => {
    const committed = readFileSync(
      new URL("../../../../src/trace/expression/expression.generated.js", import.meta.url),
      "utf8",
    );
    assert.equal(grammarSource(), committed, "run: npm run grammar");
  });
});
