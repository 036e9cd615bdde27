import assert from "node:assert/strict";
import { resolve } from "node:path";
import type { Run } from "../../src/conv/run";
import { type ArithmeticKind, Engine } from "../../src/engine/engine";
import { type RandomLayer, Random, randomLayer } from "./randomLayers";
import { Summary } from "./summary";
import { type ResultName, type Solution, Torch, resultNames } from "./oracle";

/**
 * Random layers over all settings against PyTorch in float64, with both arithmetics and 1, 2 and 4 threads.
 *   ORACLE_SEED=n    the layers of an earlier run (its seed is printed)      ORACLE_LAYERS=n    how many, default 2 000
 */
const seed = Number(process.env.ORACLE_SEED ?? Date.now() % 2 ** 32);
const layerCount = Number(process.env.ORACLE_LAYERS ?? 2000);
const batchSize = 50;
const threadCounts = [1, 2, 4];
const arithmetics: readonly ArithmeticKind[] = ["fast", "reproducible"];

/** Σ|product| times this is what rounding may amount to: 16·u for float32. In float64 PyTorch's own sums are no better than ours. */
const granted = { float32: 16 * 2 ** -24, float64: 1e-12 };

const random = new Random(seed);
const batches: RandomLayer[][] = [];
for (let made = 0; made < layerCount; made += batchSize)
  batches.push(Array.from({ length: Math.min(batchSize, layerCount - made) }, () => randomLayer(random)));

describe(`random layers against PyTorch (ORACLE_SEED=${seed} ORACLE_LAYERS=${layerCount})`, () => {
  const engines = threadCounts.map((threads) => new Engine({ assets: resolve("dist"), threads }));
  let torch: Torch;
  let next: Promise<Solution[]>;
  const seen = new Summary();

  before(() => {
    torch = new Torch();
    next = ask(0);
  });
  after(async () => {
    torch.dispose();
    await Promise.all(engines.map((engine) => engine.dispose()));
    console.log(`seed ${seed}: ${seen.text()}`);
  });

  /** PyTorch works on the next batch while this process checks the present one. */
  function ask(batch: number): Promise<Solution[]> {
    const answer = batch < batches.length ? torch.solve(batches[batch]) : Promise.resolve([]);
    answer.catch(() => undefined); // thrown where it is awaited
    return answer;
  }

  batches.forEach((layers, batch) =>
    it(`layers ${batch * batchSize} to ${batch * batchSize + layers.length - 1}`, async () => {
      const solutions = await next;
      next = ask(batch + 1);
      for (const [i, layer] of layers.entries()) {
        const label = `layer ${batch * batchSize + i} of seed ${seed}: ${describeLayer(layer)}`;
        for (const arithmetic of arithmetics) {
          const runs: Run[] = [];
          for (const engine of engines) runs.push(await engine.run(layer.inputs, { arithmetic }));
          checkSameBits(label, runs);
          for (const { timing } of runs) seen.ran(timing);
          checkResults(label, layer, runs[0], solutions[i], seen);
        }
        seen.layers++;
      }
    }),
  );
});

/** Work is split over cells, never over a sum: any number of threads gives the same bits. */
function checkSameBits(label: string, runs: readonly Run[]): void {
  const bytes = (run: Run, name: ResultName) => {
    const { buffer, byteOffset, byteLength } = run.tensors[name].data;
    return Buffer.from(buffer, byteOffset, byteLength);
  };
  for (const [i, run] of runs.entries())
    for (const name of resultNames)
      if (!bytes(run, name).equals(bytes(runs[0], name)))
        assert.fail(`${label}: ${name} with ${threadCounts[i]} threads differs from ${name} with ${threadCounts[0]}`);
}

function checkResults(label: string, layer: RandomLayer, run: Run, { results, sizes }: Solution, seen: Summary): void {
  const { dtype } = run.arithmetic;
  for (const name of resultNames) {
    const [actual, wanted] = [run.tensors[name].data, results[name]];
    assert.equal(actual.length, wanted.length, `${label}: elements of ${name}`);
    let worst = 0;
    for (let i = 0; i < wanted.length; i++) {
      const error = Math.abs(actual[i] - wanted[i]);
      const allowed = sizes === null ? 0 : granted[dtype] * sizes[name][i];
      if (!(error <= allowed))
        assert.fail(`${label}: ${name}[${i}] is ${actual[i]}, PyTorch has ${wanted[i]}, allowed error ${allowed}`);
      if (error > 0) worst = Math.max(worst, error / allowed);
    }
    seen.add(`${layer.fill === "integer" ? "integer" : "real"} ${dtype} ${name}`, wanted.length, worst);
  }
}

function describeLayer({ fill, spec, inputs: { x, W, b } }: RandomLayer): string {
  return `${fill} ${x.dtype} x ${x.shape.join("×")} W ${W.shape.join("×")}${b ? " b" : ""} ${JSON.stringify(spec)}`;
}
