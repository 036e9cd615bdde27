import assert from "node:assert/strict";
import fc from "fast-check";
import { type Geometry, geometryOf, outShape, weightShape, xShape } from "../../../../src/conv/geometry";
import { defaultSpec } from "../../../../src/conv/spec";
import type { Run } from "../../../../src/conv/run";
import { type ArithmeticKind, Engine } from "../../../../src/engine/engine";
import { type ComputeDtype, rounder } from "../../../../src/tensor/dtype";
import { cellOf } from "../../../../src/trace/order/elements";
import { Trace } from "../../../../src/trace/moment/trace";
import { assets, buildIfStale } from "../../engine/assets";
import { type Fill, inputsOf, layers } from "../../engine/layers";
import { each } from "../interpreter";

/** What the trace shows at the last tap of every cell of every stage, against what the engine computed. */
function assertSameBits(run: Run): void {
  const trace = new Trace(run);
  const g = trace.geometry;
  const { out, dW, db, dx, b } = run.tensors;
  const round = rounder(run.arithmetic.dtype);
  const same = (shown: number, computed: number, name: string, index: readonly number[]) => {
    if (!Object.is(shown, computed))
      assert.fail(`${name}[${index.join(", ")}] is shown as ${shown}, computed as ${computed}`);
  };
  let at = 0;
  each(outShape(g), (index) => {
    const sum = trace.sumsOf("gemm", cellOf(g, "out", index)).after(g.groupTaps);
    same(b === null ? sum : round(sum + b.data[index[1]]), out.data[at++], "out", index);
  });
  for (let f = 0; f < g.filters; f++) same(trace.sumsOf("db", f).after(g.rows), db.data[f], "db", [f]);
  at = 0;
  each(weightShape(g), (index) =>
    same(trace.sumsOf("dW", cellOf(g, "dW", index)).after(g.rows), dW.data[at++], "dW", index),
  );
  // dcol is not held in memory: dx, which is made of all of it, tells.
  at = 0;
  each(xShape(g), (index) => same(trace.scattered(index, trace.total - 1), dx.data[at++], "dx", index));
}

describe("what is shown is what ran", () => {
  const engines: Engine[] = [];
  before(() => {
    buildIfStale();
    for (const kernels of ["wasm", "scalar"] as const)
      engines.push(new Engine({ assets, threads: 2, smallLayer: 0, kernels }));
  });
  after(() => Promise.all(engines.map((engine) => engine.dispose())));

  const settings = {
    dtype: fc.constantFrom<ComputeDtype>("float32", "float64"),
    arithmetic: fc.constantFrom<ArithmeticKind>("fast", "reproducible"),
    fill: fc.constantFrom<Fill>("real", "real", "wild"),
    scalar: fc.constantFrom(0, 0, 0, 1),
    seed: fc.integer(),
  };
  const check = async (
    geometry: Geometry,
    one: { [K in keyof typeof settings]: (typeof settings)[K] extends fc.Arbitrary<infer T> ? T : never },
  ) => {
    const inputs = inputsOf(geometry, one.dtype, one.fill, one.seed);
    assertSameBits(await engines[one.scalar].run(inputs, { arithmetic: one.arithmetic }));
  };

  it("in all cells of random layers, in both dtypes, fused or not", () =>
    fc.assert(fc.asyncProperty(layers(30_000), fc.record(settings), check), { numRuns: 150 }));

  // Sums of several blocks: K = 320 in the forward pass, rows 2 × 196 in dW and db, 300 filters in dcol.
  const deep = [
    geometryOf([2, 20, 14, 14], [6, 20, 4, 4], [6], { ...defaultSpec, padding: "same" }),
    geometryOf([1, 2, 4, 4], [300, 2, 3, 3], [300], { ...defaultSpec, padding: 1 }),
    geometryOf([1, 600, 2, 2], [600, 2, 2, 2], null, { ...defaultSpec, padding: [1, 0], groups: 300 }),
  ];
  for (const geometry of deep)
    it(`in sums of many blocks, K ${geometry.groupTaps}, rows ${geometry.rows}, filters ${geometry.groupFilters}`, async () => {
      for (const dtype of ["float32", "float64"] as const)
        for (const arithmetic of ["fast", "reproducible"] as const)
          await check(geometry, { dtype, arithmetic, fill: "real", scalar: 0, seed: 1 });
    });

  it("also at the last step of a cell, bias and all", async () => {
    const geometry = deep[0];
    const run = await engines[0].run(inputsOf(geometry, "float32", "real", 2));
    const trace = new Trace(run);
    for (const stage of ["gemm", "db", "dW", "dcol"] as const) {
      const { start, count, cellSteps } = trace.steps.spans[stage];
      for (let cell = 0; cell < count / cellSteps; cell += 97) {
        const { writes, partialSum, last } = trace.at(start + (cell + 1) * cellSteps - 1);
        assert.ok(last);
        const bias = stage === "gemm" ? run.tensors.b!.data[writes[0].index[1]] : 0; // deep[0] has one
        assert.equal(Math.fround(partialSum! + bias), writes[0].value); // a sum: not null
      }
    }
  });
});
