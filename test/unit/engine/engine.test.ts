import assert from "node:assert/strict";
import fc from "fast-check";
import { ConvError } from "../../../src/base/errors";
import { type Geometry, geometryOf } from "../../../src/conv/geometry";
import { referenceBackward, referenceForward } from "../../../src/conv/reference";
import type { RunInputs } from "../../../src/conv/run";
import { defaultSpec } from "../../../src/conv/spec";
import { Engine } from "../../../src/engine/engine";
import type { ComputeData } from "../../../src/tensor/dtype";
import { assets, buildIfStale } from "./assets";
import { inputsOf, layers } from "./layers";

const names = ["out", "dW", "db", "dx"] as const;

function reference(g: Geometry, x: ComputeData, W: ComputeData, b: ComputeData | null, dout: ComputeData) {
  const { dW, db, dx } = referenceBackward(g, x, W, dout);
  return { out: referenceForward(g, x, W, b).data, dW: dW.data, db: db.data, dx: dx.data };
}

const magnitudes = (data: ComputeData) => data.map(Math.abs);

describe("engine", () => {
  let engine: Engine;
  before(() => {
    buildIfStale();
    engine = new Engine({ assets, smallLayer: 0, threads: 2 });
  });
  after(() => engine.dispose());

  for (const dtype of ["float32", "float64"] as const)
    it(`stays within 16·u·Σ|x·w| of the definition in ${dtype}`, () =>
      fc.assert(
        fc.asyncProperty(layers(100_000), fc.integer(), async (g, seed) => {
          const inputs = inputsOf(g, dtype, "real", seed);
          const { tensors } = await engine.run(inputs);
          const [x, W, dout] = [inputs.x, inputs.W, tensors.dout].map(({ data }) => data);
          const wanted = reference(g, x, W, inputs.b?.data ?? null, dout);
          const b = inputs.b === null ? null : magnitudes(inputs.b.data);
          const sizes = reference(g, magnitudes(x), magnitudes(W), b, magnitudes(dout));
          const u = dtype === "float32" ? 2 ** -24 : 2 ** -53;
          for (const name of names)
            wanted[name].forEach((value, i) => {
              const error = Math.abs(tensors[name].data[i] - value);
              // The float64 definition has a rounding error of its own, of the same size.
              const allowed = (dtype === "float32" ? 16 : 64) * u * sizes[name][i];
              assert.ok(error <= allowed, `${name}[${i}] is off by ${error}, allowed ${allowed}`);
            });
        }),
        { numRuns: 100 },
      ));

  it("is exact where every sum is a whole number below 2²⁴", () =>
    fc.assert(
      fc.asyncProperty(layers(100_000), fc.integer(), async (g, seed) => {
        const inputs = inputsOf(g, "float32", "integer", seed);
        const { tensors } = await engine.run(inputs);
        const [x, W, dout] = [inputs.x, inputs.W, tensors.dout].map(({ data }) => data);
        const wanted = reference(g, x, W, inputs.b?.data ?? null, dout);
        for (const name of names) assert.deepEqual(Float64Array.from(tensors[name].data), wanted[name], name);
      }),
      { numRuns: 100 },
    ));

  it("multiplies padding: an infinite weight over it gives NaN, elsewhere infinity", async () => {
    const g = geometryOf([1, 1, 2, 2], [1, 1, 1, 2], null, {
      ...defaultSpec,
      padding: [
        [0, 0],
        [1, 0],
      ],
    });
    const { tensors } = await engine.run({
      geometry: g,
      x: { dtype: "float32", shape: [1, 1, 2, 2], data: Float32Array.of(1, 2, 3, 4) },
      W: { dtype: "float32", shape: [1, 1, 1, 2], data: Float32Array.of(Infinity, 1) },
      b: null,
      dout: null,
    });
    assert.deepEqual([...tensors.out.data], [NaN, Infinity, NaN, Infinity]);
  });

  it("starts from ones where no dout is given, and says so", async () => {
    const g = geometryOf([1, 1, 3, 3], [1, 1, 2, 2], [1], defaultSpec);
    const { tensors } = await engine.run({ ...inputsOf(g, "float64", "integer", 1), dout: null });
    assert.deepEqual([...tensors.dout.data], [1, 1, 1, 1]);
    assert.deepEqual([...tensors.db.data], [4]);
  });

  it("gives empty results of the right shapes for an empty batch and for no channels", async () => {
    const batch = geometryOf([0, 4, 8, 8], [6, 2, 3, 3], [6], { ...defaultSpec, groups: 2 });
    const empty = (await engine.run(inputsOf(batch, "float32", "real", 1))).tensors;
    assert.deepEqual(
      [empty.out.shape, empty.dx.shape],
      [
        [0, 6, 6, 6],
        [0, 4, 8, 8],
      ],
    );
    assert.deepEqual([...empty.db.data], [0, 0, 0, 0, 0, 0]);
    assert.deepEqual([empty.dW.shape, empty.dW.data.every((value) => Object.is(value, 0))], [[6, 2, 3, 3], true]);

    const channels = geometryOf([2, 0, 8, 8], [6, 0, 3, 3], [6], defaultSpec);
    const none = (await engine.run(inputsOf(channels, "float64", "real", 1))).tensors;
    assert.deepEqual([none.out.shape, none.dW.shape, none.db.shape], [[2, 0, 6, 6], [6, 0, 3, 3], [6]]);
  });

  it("hands out arrays of their own, and leaves the inputs alone", async () => {
    const g = geometryOf([2, 3, 9, 9], [4, 3, 3, 3], [4], defaultSpec);
    const inputs = inputsOf(g, "float32", "real", 5);
    const copies = structuredClone(inputs);
    const { tensors } = await engine.run(inputs);
    assert.deepEqual(inputs, copies);
    for (const name of names) assert.ok(tensors[name].data.buffer instanceof ArrayBuffer, name);
  });

  it("says which tensor does not fit, by shape and by type", async () => {
    const g = geometryOf([1, 3, 5, 5], [2, 3, 3, 3], [2], defaultSpec);
    const inputs = inputsOf(g, "float32", "real", 1);
    const broken: [Partial<RunInputs>, RegExp][] = [
      [{ b: null }, /b is missing/],
      [{ dout: inputs.x }, /dout does not fit the layer: expected 1×2×3×3, found 1×3×5×5/],
      [{ W: inputsOf(g, "float64", "real", 1).W }, /W is not of x's type: expected float32, found float64/],
    ];
    for (const [change, message] of broken) await assert.rejects(engine.run({ ...inputs, ...change }), message);
  });

  it("tells how much memory it would need when it has too little", async () => {
    const small = new Engine({ assets, memoryLimit: 50_000 });
    const g = geometryOf([1, 3, 50, 50], [2, 3, 3, 3], [2], defaultSpec);
    await assert.rejects(small.run(inputsOf(g, "float32", "real", 1)), (error) => {
      assert.ok(error instanceof ConvError);
      assert.equal(error.code, "out-of-memory");
      assert.match(error.message, /expected at most 50000 bytes, found \d+ bytes/);
      return true;
    });
    await small.dispose();
  });

  it("says where a kernel is missing", async () => {
    const nowhere = new Engine({ assets: "/nonexistent" });
    const g = geometryOf([1, 1, 3, 3], [1, 1, 3, 3], null, defaultSpec);
    await assert.rejects(
      nowhere.run(inputsOf(g, "float32", "real", 1)),
      /nonexistent.kernels.*\.wasm: a kernel of the engine is missing/,
    );
    await nowhere.dispose();
  });

  it("says which kernel ran, and with how many threads", async () => {
    const g = geometryOf([1, 1, 3, 3], [1, 1, 3, 3], null, defaultSpec);
    const scalar = new Engine({ assets, kernels: "scalar" });
    const small = new Engine({ assets });
    const timings = [];
    for (const [with_, arithmetic] of [
      [scalar, "fast"],
      [small, "reproducible"],
      [engine, "reproducible"],
    ] as const)
      timings.push((await with_.run(inputsOf(g, "float64", "real", 1), { arithmetic })).timing);
    assert.deepEqual(
      timings.map(({ kernel, threads }) => [kernel, threads]),
      [
        ["f64-gemm-scalar", 1],
        ["f64-gemm-6x4-simd", 1],
        ["f64-gemm-6x4-simd", 2],
      ],
    );
    await Promise.all([scalar.dispose(), small.dispose()]);
  });
});
