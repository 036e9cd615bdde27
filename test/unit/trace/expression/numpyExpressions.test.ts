import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { geometryOf } from "../../../../src/conv/geometry";
import type { Run, StoredName } from "../../../../src/conv/run";
import { type Pair, type Sides, defaultSpec } from "../../../../src/conv/spec";
import { elementCount, tensor } from "../../../../src/tensor/tensor";
import { evaluateForDisplay } from "../../../../src/trace/moment/cursor";
import { shapeOf } from "../../../../src/trace/order/elements";
import type { Value } from "../../../../src/trace/expression/evaluate";
import { Trace } from "../../../../src/trace/moment/trace";
import { firstOf, isView } from "../../../../src/trace/expression/views";

type Element = number | boolean | "NaN" | "Infinity" | "-Infinity";

/** Written by makeExpressions.py, which says why elements may differ, where they may. */
interface Fixture {
  layer: { x: number[]; W: number[]; stride: Pair; padding: Sides };
  tensors: Record<StoredName, Element[]>;
  cases: [text: string, shape: number[], elements: Element[], within: number[] | 0][];
}

const file = new URL("../../../fixtures/expressions/expressions.json", import.meta.url);
const { layer, tensors, cases } = JSON.parse(readFileSync(file, "utf8")) as Fixture; // the script's own output

function runOf(): Run {
  const spec = { ...defaultSpec, stride: layer.stride, padding: layer.padding };
  const geometry = geometryOf(layer.x, layer.W, [layer.W[0]], spec);
  const of = (name: StoredName) =>
    tensor(
      "float64",
      shapeOf(geometry, name),
      Float64Array.from(tensors[name], (value) => Number(value)),
    );
  return {
    geometry,
    arithmetic: { dtype: "float64", fused: false, block: 128 },
    tensors: {
      x: of("x"),
      W: of("W"),
      b: of("b"),
      out: of("out"),
      dout: of("dout"),
      dW: of("dW"),
      db: of("db"),
      dx: of("dx"),
    },
    timing: { forwardMs: 0, backwardMs: 0, threads: 0, kernel: "numpy" },
  };
}

function shapeAndElements(value: Value): { shape: readonly number[]; elements: readonly Value[] } {
  if (!isView(value)) return { shape: [], elements: [value] };
  return { shape: value.shape, elements: firstOf(value, elementCount(value.shape)) };
}

describe("expressions against NumPy", () => {
  const trace = new Trace(runOf());

  it(`make of a layer's tensors what NumPy makes of them: ${cases.length} expressions`, () => {
    for (const [text, wantedShape, wanted, within] of cases) {
      const { shape, elements } = shapeAndElements(evaluateForDisplay(trace, text, trace.total - 1));
      assert.deepEqual(shape, wantedShape, text);
      assert.equal(elements.length, wanted.length, text);
      for (const [i, element] of elements.entries()) {
        const [found, expected] = [Number(element), Number(wanted[i])];
        const isNear = Math.abs(found - expected) <= (within === 0 ? 0 : within[i]);
        const isSame = found === expected || (found !== found && expected !== expected);
        assert.ok(element !== null && (isSame || isNear), `${text}, element ${i}: ${found}, NumPy ${wanted[i]}`);
      }
    }
  });

  it("are about every tensor and every function", () => {
    const names = ["x", "W", "b", "col", "out", "dout", "dcol", "dW", "db", "dx"];
    const called = "min max sum mean std argmax argmin any all isnan isinf abs sqrt exp log shape".split(" ");
    for (const name of [...names, ...called])
      assert.ok(
        cases.some(([text]) => new RegExp(`\\b${name}\\b`).test(text)),
        name,
      );
  });
});
