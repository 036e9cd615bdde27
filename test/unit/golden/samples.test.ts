import assert from "node:assert/strict";
import { resolve } from "node:path";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { nodeFiles } from "../../../src/base/nodeFiles";
import { outShape } from "../../../src/conv/geometry";
import { readLiteral } from "../../../src/literals/literal";
import { Engine } from "../../../src/engine/engine";
import { loadLayer } from "../../../src/formats/loadLayer";
import { statsOf } from "../../../src/tensor/stats";

const folder = new URL("../../../samples/", import.meta.url);
const names = readdirSync(folder);
const open = (name: string) =>
  loadLayer(nodeFiles({ root: fileURLToPath(folder) }), fileURLToPath(new URL(name, folder)));

/** x, W and out of each sample, as its comments say. */
const shapes: Record<string, [number[], number[], number[]]> = {
  "colours.conv.json": [
    [1, 3, 32, 32],
    [16, 3, 3, 3],
    [1, 16, 32, 32],
  ],
  "depthwise.conv.json": [
    [1, 3, 120, 160],
    [6, 1, 3, 3],
    [1, 6, 120, 160],
  ],
  "digits.conv.json": [
    [10, 1, 8, 8],
    [8, 1, 3, 3],
    [10, 8, 8, 8],
  ],
  "edges.conv.json": [
    [1, 1, 120, 160],
    [6, 1, 3, 3],
    [1, 6, 120, 160],
  ],
  "nan.conv.json": [
    [1, 1, 30, 40],
    [2, 1, 3, 3],
    [1, 2, 30, 40],
  ],
  "strides.conv.json": [
    [1, 1, 60, 84],
    [4, 1, 3, 3],
    [1, 4, 28, 29],
  ],
};

describe("samples", () => {
  const engine = new Engine({ assets: resolve("dist"), threads: 1 });
  after(() => engine.dispose());

  it("are the six, and small enough to ship", () => {
    assert.deepEqual(names.filter((name) => name.endsWith(".conv.json")).toSorted(), Object.keys(shapes));
    const bytes = names.reduce((sum, name) => sum + statSync(new URL(name, folder)).size, 0);
    assert.ok(bytes < 600 * 1024, `${bytes} bytes`);
  });

  for (const [name, [x, W, out]] of Object.entries(shapes))
    it(`${name} runs, without a note, within its own folder`, async () => {
      const layer = await open(name);
      assert.deepEqual([layer.x.shape, layer.W.shape, outShape(layer.geometry)], [x, W, out]);
      assert.deepEqual(layer.notes, []);
      const { tensors } = await engine.run(layer);
      const stats = statsOf(tensors.out);
      assert.ok(stats.max !== null && stats.min !== null && stats.max > stats.min);
      assert.equal(stats.nan > 0, name === "nan.conv.json");
    });

  it("nan.conv.json spreads from one cell as its comments say", async () => {
    const { tensors } = await engine.run(await open("nan.conv.json"));
    assert.deepEqual([statsOf(tensors.x).nan, statsOf(tensors.x).firstNan], [1, 9 * 40 + 32]);
    assert.equal(statsOf(tensors.out).nan, 2 * 9);
    assert.equal(statsOf(tensors.dW).nan, tensors.dW.data.length);
    assert.equal(statsOf(tensors.dx).nan, 0);
  });

  it("strides.conv.json has the spans that its comments say", async () => {
    const { geometry } = await open("strides.conv.json");
    assert.deepEqual([geometry.y.extent, geometry.x.extent], [7, 5]);
    const { y, x } = geometry;
    assert.equal(new Set([y.begin, y.end, x.begin, x.end]).size, 4);
  });

  it("filters in source code are read as filters", () => {
    const found: Record<string, number[][]> = {};
    for (const name of names.filter((each) => each.startsWith("filters."))) {
      const statements = readFileSync(new URL(name, folder), "utf8")
        .split(/\n\s*\n/)
        .filter((part) => /^[^#/\n].* = /m.test(part));
      found[name] = statements.map((statement) => [...readLiteral(statement).shape]);
    }
    assert.deepEqual(found, {
      "filters.cpp": [
        [3, 3],
        [3, 3],
        [2, 1, 2, 2],
      ],
      "filters.py": [
        [3, 3],
        [3, 3],
        [5, 5],
        [2, 3, 1, 1],
      ],
      "filters.ts": [
        [3, 3],
        [3, 3],
        [5, 5],
      ],
    });
  });
});
