import assert from "node:assert/strict";
import fc from "fast-check";
import { type Geometry, geometryOf } from "../../../src/conv/geometry";
import type { RunInputs } from "../../../src/conv/run";
import { defaultSpec } from "../../../src/conv/spec";
import { type ArithmeticKind, Engine, type EngineOptions } from "../../../src/engine/engine";
import { estimate } from "../../../src/engine/memory";
import type { ComputeData, ComputeDtype } from "../../../src/tensor/dtype";
import { assets, buildIfStale } from "./assets";
import { type Cells, byContract } from "./contract";
import { fma32, fma64 } from "./fma";
import { type Fill, inputsOf, layers } from "./layers";

/** The same bits; all NaNs count as one, since WASM leaves theirs open. */
function assertSameBits(actual: ComputeData, expected: ComputeData, name: string): void {
  assert.equal(actual.length, expected.length, name);
  for (let i = 0; i < expected.length; i++)
    if (!Object.is(actual[i], expected[i])) assert.fail(`${name}[${i}] is ${actual[i]}, not ${expected[i]}`);
}

function assertSameCells(actual: Cells, expected: Cells, name: string): void {
  for (const key of ["out", "db", "dW", "dx"] as const) assertSameBits(actual[key], expected[key], `${name}: ${key}`);
}

async function cellsOf(engine: Engine, inputs: RunInputs, arithmetic: ArithmeticKind, threads: number) {
  const run = await engine.run(inputs, { arithmetic, threads });
  const { out, dW, db, dx } = run.tensors;
  return { run, cells: { out: out.data, dW: dW.data, db: db.data, dx: dx.data } };
}

describe("engine: the bits", () => {
  const engines: Engine[] = [];
  const engineOf = (options: Partial<EngineOptions>) => {
    const engine = new Engine({ assets, smallLayer: 0, ...options });
    engines.push(engine);
    return engine;
  };
  let threaded: Engine, host: Engine, scalar: Engine;
  before(function () {
    buildIfStale();
    threaded = engineOf({});
    host = engineOf({ smallLayer: Infinity });
    scalar = engineOf({ kernels: "scalar" });
  });
  after(() => Promise.all(engines.map((engine) => engine.dispose())));

  const cases = {
    geometry: layers(40_000),
    dtype: fc.constantFrom<ComputeDtype>("float32", "float64"),
    arithmetic: fc.constantFrom<ArithmeticKind>("fast", "reproducible"),
    fill: fc.constantFrom<Fill>("real", "real", "integer", "wild"),
    seed: fc.integer(),
  };

  it("are those of the contract on random layers, on threads and on the host", () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({ ...cases, threads: fc.constantFrom(1, 2, 3, 4) }),
        async ({ geometry, dtype, arithmetic, fill, seed, threads }) => {
          const inputs = inputsOf(geometry, dtype, fill, seed);
          for (const engine of [threaded, host]) {
            const { run, cells } = await cellsOf(engine, inputs, arithmetic, threads);
            assert.ok(arithmetic === "fast" || !run.arithmetic.fused);
            assertSameCells(cells, byContract(inputs, run.arithmetic), run.timing.kernel);
          }
        },
      ),
      { numRuns: 150 },
    ));

  it("are those of the contract in the scalar kernels", () =>
    fc.assert(
      fc.asyncProperty(fc.record(cases), async ({ geometry, dtype, fill, seed }) => {
        const inputs = inputsOf(geometry, dtype, fill, seed);
        const { run, cells } = await cellsOf(scalar, inputs, "fast", 1);
        assert.equal(run.arithmetic.fused, false);
        assertSameCells(cells, byContract(inputs, run.arithmetic), run.timing.kernel);
      }),
      { numRuns: 60 },
    ));

  it("do not depend on the tiles that a small memory forces", () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          ...cases,
          geometry: layers(40_000).filter((g) => g.rows > 0),
          share: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        async ({ geometry: g, dtype, arithmetic, fill, seed, share }) => {
          const most = estimate(g, dtype, 2).bytes;
          const memoryLimit = limitBetween(g, dtype, share, most);
          const engine = new Engine({ assets, smallLayer: Infinity, memoryLimit });
          const inputs = inputsOf(g, dtype, fill, seed);
          const { run, cells } = await cellsOf(engine, inputs, arithmetic, 1);
          await engine.dispose();
          assertSameCells(
            cells,
            byContract(inputs, run.arithmetic),
            JSON.stringify(estimate(g, dtype, 1, memoryLimit)),
          );
        },
      ),
      { numRuns: 150 },
    ));

  const large: Record<string, Geometry> = {
    "many blocks": geometryOf([2, 40, 15, 17], [50, 40, 3, 3], [50], { ...defaultSpec, padding: 1 }),
    depthwise: geometryOf([1, 48, 30, 31], [48, 1, 3, 3], [48], { ...defaultSpec, padding: 1, stride: 2, groups: 48 }),
    "one channel, few bands": geometryOf([1, 1, 90, 70], [3, 1, 5, 5], null, { ...defaultSpec, padding: 2 }),
    "a kernel wider than a strip of channels": geometryOf([1, 2, 40, 40], [7, 2, 11, 13], [7], defaultSpec),
    "more filters than a block": geometryOf([1, 5, 9, 9], [300, 5, 3, 3], [300], { ...defaultSpec, padding: 1 }),
    "copied padding": geometryOf([3, 6, 20, 20], [9, 6, 5, 3], [9], {
      ...defaultSpec,
      padding: [
        [2, 1],
        [3, 0],
      ],
      paddingMode: "circular",
    }),
  };
  for (const [name, geometry] of Object.entries(large))
    for (const dtype of ["float32", "float64"] as const)
      it(`are the same with 1, 2, 3, 4 and 8 threads: ${name}, ${dtype}`, async () => {
        const inputs = inputsOf(geometry, dtype, "real", 7);
        for (const arithmetic of ["fast", "reproducible"] as const) {
          const first = await cellsOf(threaded, inputs, arithmetic, 1);
          for (const threads of [2, 3, 4, 8]) {
            const { cells, run } = await cellsOf(threaded, inputs, arithmetic, threads);
            assert.equal(run.timing.threads, threads);
            assertSameCells(cells, first.cells, `${threads} threads`);
          }
        }
      });

  it("of dx are never those of −0, which a product below the smallest number leaves", async () => {
    const geometry = geometryOf([1, 6, 5, 5], [4, 6, 1, 1], null, defaultSpec);
    const inputs = inputsOf(geometry, "float32", "real", 1);
    const tiny = { ...inputs, W: { ...inputs.W, data: inputs.W.data.map(() => -1e-30) } };
    const dout = { ...inputs.dout!, data: inputs.dout!.data.map(() => 1e-30) };
    const { cells, run } = await cellsOf(host, { ...tiny, dout }, "fast", 1);
    assert.ok(cells.dx.every((cell) => Object.is(cell, 0)));
    assertSameCells(cells, byContract({ ...tiny, dout }, run.arithmetic), "1×1");
  });

  it("of fused multiply-add are told apart from those of two roundings", async () => {
    // With e = 2⁻¹² the second product, 1 + 2e + e², does not fit into float32: e² survives only if it is not rounded.
    const e = 2 ** -12;
    const geometry = geometryOf([1, 2, 1, 1], [1, 2, 1, 1], null, defaultSpec);
    const make = (shape: number[], values: number[]) => ({
      dtype: "float32" as const,
      shape,
      data: Float32Array.from(values),
    });
    const inputs = {
      geometry,
      x: make([1, 2, 1, 1], [-(1 + 2 * e), 1 + e]),
      W: make([1, 2, 1, 1], [1, 1 + e]),
      b: null,
      dout: null,
    };
    for (const arithmetic of ["fast", "reproducible"] as const) {
      const { run } = await cellsOf(host, inputs, arithmetic, 1);
      assert.equal(run.tensors.out.data[0], run.arithmetic.fused ? e * e : 0);
    }
  });
});

/** Somewhere from the least memory that any tile needs to just less than the whole layer takes. */
function limitBetween(g: Geometry, dtype: ComputeDtype, share: number, most: number): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    try {
      estimate(g, dtype, 1, middle);
      high = middle;
    } catch {
      low = middle + 1;
    }
  }
  return Math.floor(low + share * (most - low));
}

describe("engine tests: the emulated multiply-add", () => {
  it("rounds once", () => {
    assert.equal(fma32(1 + 2 ** -12, 1 + 2 ** -12, -(1 + 2 ** -11)), 2 ** -24);
    assert.equal(fma64(1 + 2 ** -27, 1 + 2 ** -27, -(1 + 2 ** -26)), 2 ** -54);
    // A tie that the addend breaks, too small to be seen in double: 1 + 2⁻²⁴ is half way between two floats.
    assert.equal(fma32(1 + 2 ** -23, 1, 2 ** -24), Math.fround(1 + 2 ** -22));
    assert.equal(fma32(2 ** -75, 2 ** -75, 1 + 2 ** -23), 1 + 2 ** -23);
    assert.equal(fma32(2 ** -80, -(2 ** -69), 0), -(2 ** -149));
    assert.equal(fma64(2 ** -600, 2 ** -474, 0), 2 ** -1074);
    assert.equal(fma64(2 ** -600, 2 ** -475, 0), 0);
    assert.ok(Object.is(fma64(-(2 ** -600), 2 ** -500, -0), -0));
    assert.equal(fma64(2 ** 600, 2 ** 600, -1), Infinity);
  });
});
