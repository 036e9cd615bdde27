import assert from "node:assert/strict";
import fc from "fast-check";
import { ConvError } from "../../../src/base/errors";
import { geometryOf } from "../../../src/conv/geometry";
import { defaultSpec } from "../../../src/conv/spec";
import { TILE_BYTES, estimate, layoutOf } from "../../../src/engine/memory";
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
    const { bytes, tiles, plan } = estimate(g, "float32", 2);
    assert.ok(bytes <= TILE_BYTES, `${bytes} bytes`);
    assert.equal(tiles, 5 * Math.ceil(g.y.out / plan.tile.lines));
  });

  it("takes beside the tensors no more than 16 MiB and a fifth of them", () =>
    fc.assert(
      fc.property(layers(1e8), fc.constantFrom("float32" as const, "float64" as const), (g, dtype) => {
        fc.pre(g.rows > 0);
        const size = dtype === "float32" ? 4 : 8;
        const { bytes, resultBytes } = estimate(g, dtype, 2);
        const inputs = g.batch * g.channels * g.y.size * g.x.size + g.weightFilters * (g.groupTaps + 1);
        assert.ok(bytes <= 16 * MiB + (resultBytes + inputs * size) / 5, `${bytes} bytes for ${resultBytes}`);
      }),
      { numRuns: 300 },
    ));

  it("takes some filters, and for dx some channels, at a time where all of a group's are too many", () => {
    // W has 302 MB, all tensors 606.
    const g = geometryOf([1, 4096, 3, 3], [2048, 4096, 3, 3], null, defaultSpec);
    const { bytes, plan } = estimate(g, "float32", 2);
    assert.ok(bytes <= 16 * MiB + 121e6, `${bytes} bytes`);
    assert.ok(plan.tile.filters >= 48 && plan.tile.filters < 2048);
    assert.equal(plan.tile.channels, 4096);
    assert.deepEqual([plan.data?.filters, plan.data?.channels !== 4096], [2048, true]);
  });

  it("keeps within its limit where a little less would take a little more", () => {
    // Rows of 64 channels of 1×1 are 256 bytes, which the cache confuses: they stand further apart than those of 65.
    const g = geometryOf([1, 1334, 3, 3], [2018, 1334, 1, 1], null, defaultSpec);
    for (let limit = 3_000_000; limit < 5_000_000; limit += 50_021)
      assert.ok(estimate(g, "float32", 2, limit).bytes <= limit);
  });

  it("has W and dW take turns where that spares tiles", () => {
    const g = geometryOf([1, 512, 7, 7], [512, 512, 3, 3], [512], { ...defaultSpec, padding: 1 });
    const { bytes, tiles, plan } = estimate(g, "float32", 2);
    assert.deepEqual([tiles, plan.inTurn], [1, true]);
    assert.ok(bytes < 14 * MiB, `${bytes} bytes`);
  });

  it("says how much the smallest tile would take when even that is too much", () => {
    const g = geometryOf([1, 1024, 3, 3], [1024, 1024, 3, 3], null, defaultSpec);
    assert.throws(
      () => estimate(g, "float64", 2, 300_000),
      (error) =>
        error instanceof ConvError && error.code === "out-of-memory" && /300000 bytes, found/.test(error.message),
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
          let needs;
          try {
            needs = estimate(g, "float32", threads, limit);
          } catch {
            return;
          }
          const { plan } = needs;
          assert.ok(needs.bytes <= limit);
          const sizes = plan.data === null ? [plan.tile] : [plan.tile, plan.data];
          assert.equal(sizes.flatMap((size) => tilesOf(g, size)).length, needs.tiles);
          for (const size of sizes) {
            const layout = layoutOf(g, "float32", size, threads, plan.inTurn);
            const regions = [
              "W",
              "dW",
              "x",
              "b",
              "out",
              "dWParked",
              "db",
              "dbParked",
              "dWMilestones",
              "dbMilestones",
              "dx",
            ] as const;
            const tables = ["tapTable", "rowTable", "planeTable", "lineTable", "columnTable", "scratch"] as const;
            const starts = [...regions, ...tables]
              .filter((name) => !(plan.inTurn && name === "dW"))
              .map((name) => layout[name])
              .filter((start) => start > 0);
            assert.ok(starts.every((start) => start % 64 === 0 && start < layout.bytes));
            assert.equal(new Set(starts).size, starts.length);
            assert.ok(layout.scratch + threads * layout.scratchBytes <= layout.bytes);
          }
        },
      ),
      { numRuns: 300 },
    ));

  it("cuts a layer into tiles that cover it once, rows ascending within their groups", () =>
    fc.assert(
      fc.property(layers(1e6), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), (g, a, b) => {
        const tiles = tilesOf(g, {
          groups: a,
          images: 1,
          lines: b,
          filters: g.groupFilters,
          channels: g.groupChannels,
        });
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
    const { lines, slots } = shownLines(circular, {
      groups: [0, 1],
      images: [0, 1],
      lines: [0, 1],
      filters: [0, 1],
      channels: [0, 1],
    });
    assert.deepEqual(
      [lines, [...slots]],
      [
        [0, 1, 5],
        [2, 0, 1],
      ],
    );
  });
});
