import assert from "node:assert/strict";
import { type Geometry, geometryOf } from "../../src/conv/geometry";
import { defaultSpec, paddingModes } from "../../src/conv/spec";
import { Engine } from "../../src/engine/engine";
import { type Estimate, type Plan, estimate } from "../../src/engine/memory";
import { inputsOf } from "../exact/layers";
import { assets, buildIfStale } from "../unit/engine/assets";
import { assertSameRun } from "./load";

/** Layers that can be cut in one way, in several, or in all. */
const layers: Record<string, Geometry> = {
  "many images": geometryOf([9, 3, 17, 19], [5, 3, 3, 3], [5], { ...defaultSpec, padding: 1 }),
  "many groups": geometryOf([1, 24, 16, 18], [36, 2, 3, 3], [36], { ...defaultSpec, padding: 1, groups: 12 }),
  "many lines": geometryOf([1, 2, 150, 11], [3, 2, 5, 3], null, { ...defaultSpec, padding: [2, 1], stride: [2, 1] }),
  "wide filters": geometryOf([2, 40, 12, 12], [60, 40, 3, 3], [60], { ...defaultSpec, padding: 1 }),
  "1×1": geometryOf([3, 30, 14, 15], [26, 30, 1, 1], [26], defaultSpec),
  depthwise: geometryOf([2, 20, 31, 29], [40, 1, 3, 3], [40], { ...defaultSpec, padding: 1, stride: 2, groups: 20 }),
  "all of it": geometryOf([4, 6, 40, 13], [6, 2, 3, 3], [6], { ...defaultSpec, padding: [3, 1], groups: 3 }),
  "dilated, strided": geometryOf([2, 4, 60, 30], [5, 4, 3, 5], [5], {
    ...defaultSpec,
    dilation: [4, 2],
    stride: [3, 2],
  }),
  ...Object.fromEntries(
    paddingModes.map((paddingMode) => [
      paddingMode,
      geometryOf([2, 4, 33, 12], [6, 2, 5, 3], [6], {
        ...defaultSpec,
        groups: 2,
        paddingMode,
        padding: [
          [7, 9],
          [2, 0],
        ],
      }),
    ]),
  ),
};

/** The plan under each of `steps` limits from all that is needed to the least that is enough. */
function plansOf(g: Geometry, dtype: "float32" | "float64", threads: number, steps: number): [number, Estimate][] {
  const under = (limit?: number) => estimate(g, dtype, threads, limit);
  const most = under().bytes;
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    try {
      under(middle);
      high = middle;
    } catch {
      low = middle + 1;
    }
  }
  const limits = Array.from({ length: steps }, (_, i) => Math.floor(low + ((most - low) * i) / steps));
  return limits.map((limit) => [limit, under(limit)]);
}

/** Tensors over 4 GiB are computed in tiles; here a small limit makes the same tiles of small layers. */
describe("tiles of every kind", () => {
  const kinds = new Set<string>();
  before(buildIfStale);

  for (const [name, geometry] of Object.entries(layers))
    it(`are bit for bit the layer in one piece: ${name}`, async () => {
      for (const dtype of ["float32", "float64"] as const) {
        const inputs = inputsOf({ geometry, dtype, fill: "real", withDout: true, seed: 3 });
        const whole = new Engine({ assets, threads: 2, smallLayer: 0 });
        const wanted = await whole.run(inputs);
        await whole.dispose();
        const seen = new Set<string>();
        for (const [memoryLimit, { plan, tiles, bytes }] of plansOf(geometry, dtype, 2, 24)) {
          assert.ok(bytes <= memoryLimit);
          if (tiles === 1 || seen.has(JSON.stringify(plan))) continue;
          seen.add(JSON.stringify(plan));
          kinds.add(kindOf(geometry, plan));
          const engine = new Engine({ assets, threads: 2, smallLayer: 0, memoryLimit });
          assertSameRun(await engine.run(inputs), wanted);
          await engine.dispose();
        }
        assert.ok(seen.size > 0, `${dtype}: no limit cuts this layer`);
      }
    });

  it("were there: cuts between images, groups, lines, filters and channels, alone and together", () => {
    console.log(`      ${[...kinds].join("; ")}`);
    for (const cut of ["images", "groups", "lines", "filters", "channels"])
      assert.ok([...kinds].some((kind) => kind.includes(cut)));
  });
});

function kindOf(g: Geometry, { tile, data }: Plan): string {
  const cuts = {
    images: tile.images < g.batch,
    groups: tile.groups < g.groups,
    lines: tile.lines < g.y.out,
    filters: tile.filters < g.groupFilters,
    channels: data !== null && data.channels < g.groupChannels,
  };
  return Object.entries(cuts)
    .filter(([, cut]) => cut)
    .map(([name]) => name)
    .join(" and ");
}
