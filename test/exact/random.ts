import assert from "node:assert/strict";
import fc from "fast-check";
import type { ComputeDtype } from "../../src/tensor/dtype";
import { buildIfStale } from "../unit/engine/assets";
import { checkLayer } from "./check";
import { Coverage } from "./coverage";
import { Crews } from "./crews";
import { casesOf } from "./layers";

const seed = Number(process.env.EXACT_SEED ?? Date.now() % 2 ** 31);
const layerCount = Number(process.env.EXACT_LAYERS ?? 10_000);
const batchSize = 100;

/**
 * The share of one type in the random layers: half of them. A failing layer is made smaller as long as it fails, and then shown.
 *   EXACT_SEED=n    the layers of an earlier run (its seed is printed)      EXACT_LAYERS=n    how many in all, default 10 000
 */
export function describeRandomLayers(dtype: ComputeDtype): void {
  const count = Math.ceil(layerCount / 2);
  describe(`random layers to the bit, ${dtype} (EXACT_SEED=${seed} EXACT_LAYERS=${layerCount})`, () => {
    const seen = new Coverage();
    let crews: Crews;
    before(() => {
      buildIfStale();
      crews = new Crews();
    });
    after(async () => {
      await crews.dispose();
      console.log(`seed ${seed}, ${dtype}: ${seen.text()}`);
    });

    for (let first = 0; first < count; first += batchSize) {
      const numRuns = Math.min(batchSize, count - first);
      it(`layers ${first} to ${first + numRuns - 1}`, () => {
        let turn = 0;
        const property = fc.asyncProperty(casesOf(dtype), (one) => checkLayer(one, turn++, crews, seen));
        return fc.assert(property, {
          seed: seed + first + (dtype === "float64" ? count : 0),
          numRuns,
          includeErrorInReport: true,
        });
      });
    }

    if (layerCount >= 2000) it("had every kind of layer", () => assert.deepEqual(seen.missing, []));
  });
}
