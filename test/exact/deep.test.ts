import { geometryOf } from "../../src/conv/geometry";
import { defaultSpec } from "../../src/conv/spec";
import { Engine } from "../../src/engine/engine";
import { assets, buildIfStale } from "../unit/engine/assets";
import { allowedUnits, assertExact, definitionOf, worstShares } from "./bound";
import type { Fill } from "./fills";
import { inputsOf } from "./layers";
import { type ResultName, assertSameBits, cellsOf, replayed } from "./replay";

/** Layers whose sums of one kind have K summands: of out, of dW and db, of dcol (and so of dx). */
const layersOf = {
  taps: (K: number) => [
    geometryOf([1, K, 2, 3], [5, K, 1, 1], [5], defaultSpec),
    geometryOf([1, Math.floor(K / 14), 3, 8], [5, Math.floor(K / 14), 2, 7], [5], defaultSpec),
  ],
  rows: (K: number) => [
    geometryOf([1, 2, 1, K], [3, 2, 1, 1], [3], defaultSpec),
    geometryOf([4, 1, K / 128, 32], [2, 1, 3, 3], [2], { ...defaultSpec, padding: 1 }),
  ],
  filters: (K: number) => [geometryOf([1, 3, 3, 4], [K, 3, 2, 2], [K], defaultSpec)],
} as const;

const lengths = [1024, 4096, 12_800, 16_384];
const fills = ["real", "positive", "integer"] as const satisfies readonly Fill[];

describe("long sums in float32", () => {
  let engine: Engine;
  const worst: Partial<Record<ResultName, number>> = {};
  before(() => {
    buildIfStale();
    engine = new Engine({ assets, smallLayer: 0, threads: 3 });
  });
  after(async () => {
    await engine.dispose();
    console.log(`long sums: largest error as a part of the bound: ${JSON.stringify(worst)}`);
  });

  for (const [sum, layers] of Object.entries(layersOf))
    for (const K of lengths)
      it(`of ${K} ${sum} are within 16·u·Σ|x·w| of float64, exact for whole numbers, and those of the replay`, async () => {
        for (const [i, geometry] of layers(K).entries())
          for (const fill of fills) {
            const inputs = inputsOf({ geometry, dtype: "float32", fill, withDout: true, seed: K + i });
            const definition = definitionOf(inputs, inputs.dout!.data); // withDout
            for (const arithmetic of ["fast", "reproducible"] as const) {
              const run = await engine.run(inputs, { arithmetic });
              const cells = cellsOf(run);
              if (fill === "integer") assertExact(cells, definition);
              for (const [name, share] of Object.entries(
                worstShares(cells, definition, "float32", allowedUnits(geometry, true)),
              ))
                worst[name as ResultName] = Math.max(worst[name as ResultName] ?? 0, share); // the keys are the results' names
              assertSameBits(cells, replayed(run), `${fill}, ${arithmetic}`);
            }
          }
      });
});
