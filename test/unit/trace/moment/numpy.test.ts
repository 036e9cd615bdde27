import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { geometryOf, outShape } from "../../../../src/conv/geometry";
import type { ComputeDtype } from "../../../../src/tensor/dtype";
import type { Run, TensorName } from "../../../../src/conv/run";
import type { PaddingMode, Pair, Sides } from "../../../../src/conv/spec";
import { tensor } from "../../../../src/tensor/tensor";
import { shapeOf } from "../../../../src/trace/order/elements";
import { listingOf } from "../../../../src/trace/listing/listing";
import { type Depth, type Stage, depths, stages } from "../../../../src/trace/order/stages";
import { Steps } from "../../../../src/trace/order/steps";
import { Trace } from "../../../../src/trace/moment/trace";
import { each } from "../interpreter";

/** Written by makeStages.py. */
interface Case {
  layer: {
    x: number[];
    W: number[];
    bias: boolean;
    stride: Pair;
    padding: Sides;
    mode: PaddingMode;
    dilation: Pair;
    groups: number;
  };
  total: number;
  tensors: Record<TensorName, number[]>;
  moments: {
    step: number;
    stage: Stage;
    indices: Record<string, number>;
    reads: [TensorName, number[], number][];
    writes: [TensorName, number[], number][];
    partialSum: number | null;
  }[];
}

const folder = new URL("../../../fixtures/stages/", import.meta.url);
const cases = JSON.parse(readFileSync(new URL("stages.json", folder), "utf8")) as Case[]; // the script's own output

function runOf({ layer, tensors }: Case, dtype: ComputeDtype, fused: boolean): Run {
  const geometry = geometryOf(layer.x, layer.W, layer.bias ? [layer.W[0]] : null, {
    stride: layer.stride,
    padding: layer.padding,
    paddingMode: layer.mode,
    dilation: layer.dilation,
    groups: layer.groups,
  });
  const of = (name: TensorName) => {
    const data = dtype === "float32" ? new Float32Array(tensors[name]) : new Float64Array(tensors[name]);
    return tensor(dtype, shapeOf(geometry, name), data);
  };
  return {
    geometry,
    arithmetic: { dtype, fused, block: 4 },
    tensors: {
      x: of("x"),
      W: of("W"),
      b: layer.bias ? of("b") : null,
      out: of("out"),
      dout: of("dout"),
      dW: of("dW"),
      db: of("db"),
      dx: of("dx"),
    },
    timing: { forwardMs: 0, backwardMs: 0, threads: 0, kernel: "numpy" },
  };
}

describe("the trace against the textbook layer in NumPy", () => {
  for (const [number, numpy] of cases.entries()) {
    const { layer } = numpy;
    it(`x ${layer.x.join("×")}, W ${layer.W.join("×")}, ${layer.mode}, groups ${layer.groups}`, () => {
      for (const dtype of ["float32", "float64"] as const)
        for (const fused of [false, true]) {
          const trace = new Trace(runOf(numpy, dtype, fused));
          assert.equal(trace.total, numpy.total);
          for (const expected of numpy.moments) {
            const { step, stage, indices, reads, writes, partialSum } = trace.at(expected.step);
            const listed = (accesses: typeof reads) =>
              accesses.map(({ tensor, index, value }) => [tensor, index, value]);
            assert.deepEqual(
              { step, stage, indices, reads: listed(reads), writes: listed(writes), partialSum },
              expected,
            );
          }
          for (const name of ["col", "dcol"] as const) {
            let at = 0;
            each(shapeOf(trace.geometry, name), (index) =>
              assert.equal(trace.finalValue(name, index), numpy.tensors[name][at++]),
            );
          }
        }
    });

    it(`its program ${number} is the one that Python ran`, () => {
      const run = runOf(numpy, "float32", true);
      const { text, lines, lineOf } = listingOf(new Steps(run.geometry));
      assert.equal(text, readFileSync(new URL(`listing${number}.py`, folder), "utf8"));
      assert.equal(text.split("\n").length - 1, lines.length);
      const at = (stage: Stage, depth: Depth) => lines[lineOf(stage, depth) - 1].text.trim();
      for (const stage of stages)
        for (const depth of depths)
          assert.match(at(stage, depth), { stage: /^\w+ = \w+\(/, cell: /^for /, tap: /\+= |^col\[/ }[depth]);
    });
  }

  it("covers all padding modes, with and without bias and groups", () => {
    assert.deepEqual(new Set(cases.map(({ layer }) => layer.mode)).size, 4);
    assert.deepEqual(new Set(cases.map(({ layer }) => layer.bias)).size, 2);
    assert.deepEqual(new Set(cases.map(({ layer }) => layer.groups)), new Set([1, 2, 3]));
    for (const numpy of cases)
      assert.deepEqual(
        outShape(runOf(numpy, "float64", false).geometry).reduce((a, b) => a * b, 1),
        numpy.tensors.out.length,
      );
  });
});
