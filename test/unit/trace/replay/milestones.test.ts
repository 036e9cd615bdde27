import assert from "node:assert/strict";
import { geometryOf } from "../../../../src/conv/geometry";
import { MILESTONE } from "../../../../src/conv/run";
import { defaultSpec } from "../../../../src/conv/spec";
import { Engine } from "../../../../src/engine/engine";
import { estimate } from "../../../../src/engine/memory";
import { Trace } from "../../../../src/trace/moment/trace";
import { assets, buildIfStale } from "../../engine/assets";
import { inputsOf } from "../../engine/layers";

/** Three milestones, and a bit. */
const [images, side] = [2, 230];
const layers = {
  gemm: geometryOf([images, 1, side, side], [5, 1, 2, 3], [5], { ...defaultSpec, padding: "same" }),
  "a layer of few filters": geometryOf([images, 2, side, side], [4, 1, 2, 2], [4], {
    ...defaultSpec,
    padding: "same",
    groups: 2,
  }),
};

describe("milestones of sums over rows", () => {
  before(() => buildIfStale());

  for (const [name, geometry] of Object.entries(layers))
    for (const dtype of ["float32", "float64"] as const)
      for (const kernels of dtype === "float32" ? (["wasm", "scalar"] as const) : (["wasm"] as const))
        it(`are what a replay from the first row comes to: ${name}, ${dtype}, ${kernels}, whole and in tiles`, async () => {
          const inputs = inputsOf(geometry, dtype, "real", 7);
          const whole = estimate(geometry, dtype, 2);
          const memoryLimit = Math.floor(whole.bytes * 0.6);
          const tiled = estimate(geometry, dtype, 2, memoryLimit);
          assert.ok(whole.tiles === 1 && tiled.tiles > 1, `${whole.tiles} and ${tiled.tiles} tiles`);
          for (const options of [{}, { memoryLimit }]) {
            const engine = new Engine({ assets, threads: 2, smallLayer: 0, kernels, ...options });
            const { milestones, ...run } = await engine.run(inputs).finally(() => engine.dispose());
            const count = Math.floor(geometry.rows / MILESTONE);
            assert.equal(count, 3);
            const replayed = new Trace(run);
            for (const stage of ["dW", "db"] as const) {
              const cells = run.tensors[stage].data.length;
              assert.equal(milestones![stage].length, count * cells); // there are three
              for (let cell = 0; cell < cells; cell += 3)
                for (let n = 0; n < count; n++) {
                  const sum = replayed.sumsOf(stage, cell).after((n + 1) * MILESTONE);
                  assert.ok(Object.is(milestones![stage][n * cells + cell], sum), `${stage} ${cell}, milestone ${n}`);
                }
            }
          }
        });

  it("are where a partial sum is worked out from, with the same bits, in any order", async () => {
    const geometry = layers.gemm;
    const engine = new Engine({ assets, threads: 2 });
    const run = await engine.run(inputsOf(geometry, "float32", "real", 8)).finally(() => engine.dispose());
    const { milestones, ...without } = run;
    assert.ok(milestones !== undefined);
    const [from, all] = [run, without].map((one) => new Trace(one));
    for (const stage of ["dW", "db"] as const)
      for (const terms of [
        geometry.rows,
        1,
        70_001,
        MILESTONE,
        MILESTONE + 1,
        2 * MILESTONE - 1,
        40_000,
        3 * MILESTONE,
      ])
        assert.equal(from.sumsOf(stage, 3).after(terms), all.sumsOf(stage, 3).after(terms));
    // A sum that was never looked at costs no more than the way from the last milestone.
    const far = from.patience.attempt(MILESTONE, () => from.sumsOf("dW", 4).after(geometry.rows - 1));
    assert.equal(far?.value, all.sumsOf("dW", 4).after(geometry.rows - 1));
    assert.equal(
      all.patience.attempt(MILESTONE, () => all.sumsOf("dW", 5).after(geometry.rows - 1)),
      null,
    );
  });
});
