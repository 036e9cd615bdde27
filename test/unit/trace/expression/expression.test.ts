import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { ConvError } from "../../../../src/base/errors";
import { type Axis, geometryOf } from "../../../../src/conv/geometry";
import { defaultSpec } from "../../../../src/conv/spec";
import { grammarSource } from "../../../../src/trace/expression/buildGrammar.mjs";
import { evaluateAt, evaluateForDisplay } from "../../../../src/trace/moment/cursor";
import { type Scope, evaluate } from "../../../../src/trace/expression/evaluate";
import { shapeOf } from "../../../../src/trace/order/elements";
import { expressionOf } from "../../../../src/trace/expression/expression";
import { Trace } from "../../../../src/trace/moment/trace";
import { isView } from "../../../../src/trace/expression/views";
import { anyWalk, inputsOf } from "../anyRun";
import { Interpreter, nameOf } from "../interpreter";
import { faults, values } from "./samples";

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
