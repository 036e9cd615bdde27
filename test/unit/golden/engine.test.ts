import assert from "node:assert/strict";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeFiles } from "../../../src/base/nodeFiles";
import type { Run } from "../../../src/conv/run";
import { Engine, type EngineOptions } from "../../../src/engine/engine";
import { type Layer, loadLayer } from "../../../src/formats/loadLayer";
import { referenceBackward, referenceForward } from "../../../src/conv/reference";
import {
  type Golden,
  type ResultName,
  assertWithin,
  goldenFolder,
  goldens,
  load,
  magnitudes,
  resultNames,
} from "./goldens";
import { permuted } from "./npz";
import { pins } from "./public";

const u = 2 ** -24;
/** The two arithmetics of the kernels, and the plain TypeScript of hosts without SIMD. */
const ways: readonly Pick<EngineOptions, "arithmetic" | "kernels">[] = [
  { arithmetic: "fast" },
  { arithmetic: "reproducible" },
  { kernels: "scalar" },
];

/** A layer file that stands beside the goldens. */
function layerOf(layer: object): Promise<Layer> {
  const path = fileURLToPath(new URL("golden.conv.json", goldenFolder));
  return loadLayer(nodeFiles(), path, { text: JSON.stringify(layer) });
}

/** Σ|x·w| + |b| for every element of out, and the like for the gradients. */
function sizes(golden: Golden): Record<ResultName, ArrayLike<number>> {
  const { geometry: g, x, W, b, dout } = load(golden);
  const [ax, aW, ad] = [x, W, dout].map(({ data }) => magnitudes(data));
  const { dx, dW, db } = referenceBackward(g, ax, aW, ad);
  return { out: referenceForward(g, ax, aW, b && magnitudes(b.data)).data, dx: dx.data, dW: dW.data, db: db.data };
}

/** How far a result may be from PyTorch's: not at all for whole numbers; float32 by the rounding of its sums; float64 by 1e-12. */
function allowedOf(golden: Golden, run: Run, name: ResultName): (i: number) => number {
  if (golden.fill === "integer" || golden.fill === "exact32") return () => 0;
  const size = sizes(golden)[name];
  return (i) => (run.arithmetic.dtype === "float32" ? 16 * u : 1e-12) * size[i];
}

for (const way of ways)
  describe(`the engine against PyTorch, ${way.kernels ?? way.arithmetic}`, () => {
    const engine = new Engine({ assets: resolve("dist"), threads: 2, ...way });
    after(() => engine.dispose());

    for (const golden of goldens)
      it(`${golden.name} (${golden.fill})`, async () => {
        const layer = await layerOf(golden.layer);
        const run = await engine.run(layer);
        const { expected, geometry } = load(golden);
        assert.deepEqual(run.geometry, geometry);
        for (const name of resultNames) {
          const wanted = expected[name];
          if (wanted === undefined) continue;
          assert.deepEqual(run.tensors[name].shape, wanted.shape, `shape of ${name}`);
          assertWithin(name, run.tensors[name].data, wanted.data, allowedOf(golden, run, name));
          // What the layer file expects is the same, brought from its layout to ours.
          assert.deepEqual([...(layer.expected[name]?.data ?? [])], [...wanted.data], `expected.${name}`);
        }
      });

    for (const pin of pins)
      it(pin.name, async () => {
        const { x, W } = pin.stored;
        const layer = await layerOf({
          ...pin.layer,
          input: nested(x.shape, x.data),
          weight: nested(W.shape, W.data),
          dout: nested(pin.dout.shape, pin.dout.data),
          layout: { ...pin.layout, output: "NCHW" },
        });
        const run = await engine.run(layer);
        assert.equal(run.arithmetic.dtype, "float32");
        for (const name of ["out", "dx", "dW"] as const) {
          const wanted = pin.expected[name];
          if (wanted !== undefined) assertWithin(name, run.tensors[name].data, wanted.data, () => 0);
        }
      });
  });

describe("layouts", () => {
  const engine = new Engine({ assets: resolve("dist"), threads: 1 });
  after(() => engine.dispose());

  it("of x and W in every order give the same bits", async () => {
    const golden = goldens.find(({ name }) => name === "layout-iohw");
    assert.ok(golden);
    const { x, W, b } = load(golden);
    assert.ok(b);
    const plain = await run("NCHW", "OIHW");
    const orders = ordersOf("NCHW");
    assert.equal(orders.length, 24);
    for (const [i, input] of orders.entries()) {
      const weight = ordersOf("OIHW")[(7 * i) % 24];
      const { tensors } = await run(input, weight);
      for (const name of resultNames)
        assert.deepEqual(tensors[name], plain.tensors[name], `${name} from ${input} and ${weight}`);
    }

    async function run(input: string, weight: string): Promise<Run> {
      assert.ok(b);
      const stored = (value: typeof x, order: string, axes: string) => {
        const from = Array.from(order, (axis) => axes.indexOf(axis));
        return nested(
          from.map((axis) => value.shape[axis]),
          permuted(value.shape, value.data, from),
        );
      };
      const arrays = { input: stored(x, input, "NCHW"), weight: stored(W, weight, "OIHW"), bias: [...b.data] };
      return engine.run(await layerOf({ ...arrays, layout: { input, weight }, dtype: "float64" }));
    }
  });
});

function ordersOf(letters: string): string[] {
  if (letters.length < 2) return [letters];
  return Array.from(letters).flatMap((first) => ordersOf(letters.replace(first, "")).map((rest) => first + rest));
}

type Nested = number | Nested[];

function nested(shape: readonly number[], data: ArrayLike<number>): Nested[] {
  let level: Nested[] = Array.from(data);
  for (const axis of shape.slice(1).toReversed())
    level = Array.from({ length: level.length / axis }, (_, i) => level.slice(i * axis, (i + 1) * axis));
  return level;
}
