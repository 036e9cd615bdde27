import assert from "node:assert/strict";
import fc from "fast-check";
import { ConvError } from "../../../src/base/errors";
import { geometryOf } from "../../../src/conv/geometry";
import { defaultSpec } from "../../../src/conv/spec";
import { MOST_BYTES, TILE_BYTES, estimate, layoutOf } from "../../../src/engine/memory";
import { shownLines, tilesOf } from "../../../src/engine/tile";
import { layers } from "./layers";

const MiB = 2 ** 20;

describe("engine: memory", () => {
  it("takes a small layer as a whole, its tensors and a few panels", () => {
    const g = geometryOf([1, 64, 56, 56], [64, 64, 3, 3], [64], { ...defaultSpec, padding: 1 });
    const { bytes, resultBytes, tiles } = estimate(g, "float32", 2);
    assert.equal(tiles, 1);
    // x, out, dout: 200 704 elements each; dx as many; dW 36 864; db 64.
    assert.equal(resultBytes, (3 * 200_704 + 36_864 + 64) * 4);
    assert.ok(bytes > 3 * 200_704 * 4 && bytes < 5 * MiB, `${bytes} bytes`);
  });

  it("computes a layer whose col would be 8 GB in tiles", () => {
    const g = geometryOf([5, 1, 4096, 4096], [1, 1, 11, 11], null, defaultSpec);
    const { bytes, tiles, tile } = estimate(g, "float32", 2);
    assert.ok(bytes <= TILE_BYTES, `${bytes} bytes`);
    assert.equal(tiles, 5 * Math.ceil(g.y.out / tile.lines));
  });

  it("takes more than a tile's worth where the filters alone need it", () => {
    const g = geometryOf([1, 4096, 3, 3], [2048, 4096, 3, 3], null, defaultSpec);
    const { bytes } = estimate(g, "float32", 2);
    assert.ok(bytes > TILE_BYTES && bytes < MOST_BYTES, `${bytes} bytes`);
  });

  it("says how much the smallest tile would take when even that is too much", () => {
    const g = geometryOf([1, 1024, 3, 3], [1024, 1024, 3, 3], null, defaultSpec);
    assert.throws(
      () => estimate(g, "float64", 2, 64 * MiB),
      (error) =>
        error instanceof ConvError && error.code === "out-of-memory" && /67108864 bytes, found/.test(error.message),
    );
  });

  it("keeps within its limit, and its regions apart", () =>
    fc.assert(
      fc.property(
        layers(1e6),
        fc.integer({ min: 400_000, max: 3_000_000 }),
        fc.integer({ min: 1, max: 8 }),
        (g, limit, threads) => {
          fc.pre(g.rows > 0);
          let plan;
          try {
            plan = estimate(g, "float32", threads, limit);
          } catch {
            return;
          }
          assert.ok(plan.bytes <= limit);
          assert.equal(tilesOf(g, plan.tile).length, plan.tiles);
          const { bytes, scratchBytes, ...regions } = layoutOf(g, "float32", plan.tile, threads);
          const starts = Object.values(regions).filter((start) => start > 0);
          assert.ok(starts.every((start) => start % 64 === 0 && start < bytes));
          assert.equal(new Set(starts).size, starts.length);
          assert.ok(regions.scratch + threads * scratchBytes <= bytes);
        },
      ),
      { numRuns: 300 },
    ));

  it("cuts a layer into tiles that cover it once, rows ascending within their groups", () =>
    fc.assert(
      fc.property(layers(1e6), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), (g, a, b) => {
        const tiles = tilesOf(g, { groups: a, images: 1, lines: b });
        const seen = tiles.flatMap(({ groups, images, lines }) =>
          Array.from({ length: groups[1] - groups[0] }, (_, i) =>
            Array.from({ length: lines[1] - lines[0] }, (_, j) => [groups[0] + i, images[0], lines[0] + j].join()),
          ).flat(),
        );
        assert.equal(new Set(seen).size, seen.length);
        assert.equal(seen.length, g.groups * g.batch * g.y.out);
        for (let i = 1; i < tiles.length; i++) {
          const [before, after] = [tiles[i - 1], tiles[i]];
          if (before.groups[0] !== after.groups[0]) continue;
          const row = (tile: typeof after) => tile.images[0] * g.y.out + tile.lines[0];
          assert.ok(row(before) < row(after));
        }
      }),
    ));

  it("holds of dx the lines that a band's windows show, and no others", () => {
    const circular = geometryOf([1, 1, 6, 3], [1, 1, 3, 1], null, {
      ...defaultSpec,
      paddingMode: "circular",
      padding: [
        [1, 1],
        [0, 0],
      ],
    });
    // The first line's window shows lines 5 (from below), 0 and 1.
    const { lines, slots } = shownLines(circular, { groups: [0, 1], images: [0, 1], lines: [0, 1] });
    assert.deepEqual(
      [lines, [...slots]],
      [
        [0, 1, 5],
        [2, 0, 1],
      ],
    );
  });
});
