import assert from "node:assert/strict";
import { geometryOf } from "../../../src/conv/geometry";
import { defaultSpec } from "../../../src/conv/spec";
import { TILE_BYTES, estimate } from "../../../src/engine/memory";
import { needsInFull, needsOf, needsText } from "../../../src/engine/needs";
import { tensor } from "../../../src/tensor/tensor";
import { inputsOf } from "./layers";

const MiB = 2 ** 20;

describe("what a run needs", () => {
  const [shape, weights] = [
    [2, 3, 8, 8],
    [4, 3, 3, 3],
  ];
  const layer = {
    geometry: geometryOf(shape, weights, [4], { ...defaultSpec, padding: 1 }),
    x: tensor("float32", shape, new Float32Array(384)),
    W: tensor("float32", weights, new Float32Array(108)),
    b: tensor("float32", [4], new Float32Array(4)),
  };

  it("is its inputs, its results and what the engine foretells of its own memory", () => {
    const { neededBytes, resultBytes, inputBytes, workingBytes, tiles } = needsOf(layer, { threads: 2 });
    assert.equal(inputBytes, (384 + 108 + 4) * 4);
    assert.equal(resultBytes, (512 + 512 + 108 + 4 + 384) * 4); // out, dout, dW, db, dx
    assert.equal(workingBytes, estimate(layer.geometry, "float32", 2).bytes);
    assert.equal(neededBytes, inputBytes + resultBytes + workingBytes);
    assert.equal(tiles, 1);
  });

  it("is less of working memory, and more tiles, where less is allowed", () => {
    const geometry = geometryOf([8, 8, 60, 60], [8, 8, 3, 3], [8], defaultSpec);
    const large = inputsOf(geometry, "float32", "real", 1);
    const all = needsOf(large, { threads: 1 });
    const less = needsOf(large, { threads: 1, memoryLimit: Math.floor(all.workingBytes / 2) });
    assert.ok(less.workingBytes < all.workingBytes && all.workingBytes < TILE_BYTES);
    assert.ok(less.tiles > 1);
    assert.deepEqual([less.resultBytes, less.inputBytes], [all.resultBytes, all.inputBytes]);
  });

  it("has words, of which the tiles are a part only if there are several", () => {
    const needs = { resultBytes: 40 * MiB, inputBytes: 3.2 * MiB, workingBytes: 18 * MiB, neededBytes: 61.2 * MiB };
    assert.equal(needsText({ ...needs, tiles: 1 }), "needs 61.2 MiB");
    assert.equal(needsText({ ...needs, tiles: 3 }), "needs 61.2 MiB, in 3 tiles");
    const parts = "needs 61.2 MiB: 40 MiB of results, 3.2 MiB of inputs, 18 MiB of working memory";
    assert.equal(needsInFull({ ...needs, tiles: 1 }), parts);
    assert.equal(needsInFull({ ...needs, tiles: 3 }), `${parts}, in 3 tiles`);
  });
});
