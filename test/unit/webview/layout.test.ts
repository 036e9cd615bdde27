import assert from "node:assert/strict";
import fc from "fast-check";
import { fitRun, follow, layPaper } from "../../../webview/layout/paper";
import { type Box, FRAME } from "../../../webview/layout/boxes";
import { layCopy } from "../../../webview/layout/copy";
import { layProduct } from "../../../webview/layout/product";
import { layTrack, pixelOf, stepAt } from "../../../webview/layout/track";
import { Window } from "../../../webview/layout/window";

const stretches = fc
  .array(fc.integer({ min: 0, max: 10 ** 9 }), { minLength: 1, maxLength: 6 })
  .map((counts) =>
    counts.map((count, i) => ({ count, start: counts.slice(0, i).reduce((sum, each) => sum + each, 0) })),
  );

describe("layTrack", () => {
  it("shares the width by steps where every stage is wide enough", () => {
    const segments = layTrack(
      [
        { start: 0, count: 100 },
        { start: 100, count: 300 },
      ],
      402,
      40,
      2,
    );
    assert.deepEqual(
      segments.map(({ left, width }) => [left, width]),
      [
        [0, 100],
        [102, 300],
      ],
    );
  });

  it("gives none less than the least width, and the others what is left in proportion", () => {
    // The pin: steps of the six stages of 3×32×32 under 16 filters.
    const counts = [27648, 442368, 16384, 442368, 442368, 27648];
    let start = 0;
    const spans = counts.map((count) => ({ count, start: (start += count) - count }));
    const segments = layTrack(spans, 800, 46, 2);
    assert.deepEqual(
      segments.map(({ width }) => Math.round(width)),
      [46, 217, 46, 217, 217, 46],
    );
  });

  it("fills the width, keeps the order, and leaves nothing without a pixel", () => {
    fc.assert(
      fc.property(stretches, fc.integer({ min: 60, max: 2000 }), (spans, width) => {
        const segments = layTrack(spans, width, 46, 2);
        const live = segments.filter(({ count }) => count > 0);
        if (live.length === 0) return;
        const total = live.reduce((sum, segment) => sum + segment.width, 0) + 2 * (live.length - 1);
        assert.ok(Math.abs(total - width) < 1e-6);
        for (const { width: wide } of live) assert.ok(wide > 0);
        for (let i = 1; i < live.length; i++) assert.ok(live[i].left > live[i - 1].left);
      }),
    );
  });

  it("finds a step again from the pixel in its middle, as far as pixels can tell steps apart", () => {
    fc.assert(
      fc.property(stretches, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (spans, share) => {
        const segments = layTrack(spans, 900, 46, 2);
        const total = spans.reduce((sum, { count }) => sum + count, 0);
        if (total === 0) return;
        const step = Math.floor(share * total);
        const found = stepAt(segments, pixelOf(segments, step));
        const span = segments.find(({ start, count }) => step >= start && step < start + count)!; // step < total
        assert.ok(Math.abs(found - step) <= 1 + (span.count / span.width) * 1e-6);
      }),
    );
  });

  it("holds a pixel beyond the ends to the first and the last step", () => {
    const segments = layTrack([{ start: 0, count: 10 }], 100, 10, 2);
    assert.equal(stepAt(segments, -50), 0);
    assert.equal(stepAt(segments, 5000), 9);
  });
});

describe("layPaper", () => {
  const sizes = fc.record({
    m: fc.integer({ min: 1, max: 1e6 }),
    k: fc.integer({ min: 1, max: 5000 }),
    n: fc.integer({ min: 1, max: 2048 }),
  });

  it("shows as many of k across as down, and stays within the room", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 300, max: 2000 }), fc.integer({ min: 250, max: 1200 }), (size, w, h) => {
        const { m, n, across, down } = layPaper(size, w, h);
        assert.equal(across.visible, down.visible);
        assert.ok(across.cell * across.visible + n.cell * n.visible <= w);
        assert.ok(down.cell * down.visible + m.cell * m.visible <= h);
        for (const [run, count] of [[m, size.m] as const, [n, size.n] as const, [across, size.k] as const]) {
          assert.ok(run.visible >= 1 && run.visible <= count);
          assert.ok(Number.isInteger(run.cell));
        }
      }),
    );
  });

  it("shows all of a small product, in cells that have room for numbers", () => {
    const { m, n, across, down } = layPaper({ m: 16, k: 9, n: 1 }, 720, 500);
    assert.deepEqual([m.visible, n.visible, across.visible, down.visible], [16, 1, 9, 9]);
    assert.ok(across.cell >= 40 && m.cell >= 16);
  });
});

describe("fitRun", () => {
  it("takes the longest whole cell, and then as many as fit", () => {
    assert.deepEqual(fitRun(27, 432, { least: 6, most: 64 }), { cell: 16, visible: 27 });
    assert.deepEqual(fitRun(2, 432, { least: 6, most: 64 }), { cell: 64, visible: 2 });
    assert.deepEqual(fitRun(1000, 432, { least: 6, most: 64 }), { cell: 6, visible: 72 });
    assert.deepEqual(fitRun(0, 432, { least: 6, most: 64 }), { cell: 6, visible: 0 });
  });
});

describe("follow", () => {
  it("moves nothing while the present cell is in the middle half", () => {
    assert.equal(follow(100, 40, 1000, 115), 100);
    assert.equal(follow(100, 40, 1000, 125), 100);
  });
  it("moves as little as brings it there", () => {
    assert.equal(follow(100, 40, 1000, 130), 101);
    assert.equal(follow(100, 40, 1000, 109), 99);
  });
  it("stops at the ends", () => {
    assert.equal(follow(100, 40, 1000, 0), 0);
    assert.equal(follow(100, 40, 1000, 999), 960);
    assert.equal(follow(0, 40, 10, 5), 0);
  });
});

describe("Window", () => {
  const alongs = { m: { count: 1000, at: 500, visible: 40 }, k: { count: 27, at: 3, visible: 27 } };

  it("follows the position, but leaves a hand alone that has scrolled away until the position moves", () => {
    const window = new Window();
    window.follow(1, alongs);
    assert.equal(window.first("m"), 471);
    assert.equal(window.put(1, { m: 100 }, alongs), true);
    window.follow(1, alongs);
    assert.equal(window.first("m"), 100);
    window.follow(2, alongs);
    assert.equal(window.first("m"), 471);
  });

  it("keeps the middle of a direction that the user's picture does not have, when it is zoomed", () => {
    const window = new Window();
    window.follow(1, alongs);
    window.put(2, { m: 480 }, alongs);
    assert.equal(window.first("k"), 27 / 2 - 27 / 4);
  });

  it("says that nothing happened when the same view is put again", () => {
    const window = new Window();
    window.follow(1, alongs);
    assert.equal(window.put(2, { m: 480, k: 2 }, alongs), true);
    assert.equal(window.put(2, { m: 480, k: 2 }, alongs), false);
  });
});

describe("layProduct and layCopy", () => {
  const inside = ({ left, top, width, height }: Box, w: number, h: number) =>
    left >= 0 && top >= 0 && left + width <= w + 0.5 && top + height <= h + 0.5;
  const apart = (a: Box, b: Box) =>
    a.left + a.width <= b.left + 0.5 ||
    b.left + b.width <= a.left + 0.5 ||
    a.top + a.height <= b.top + 0.5 ||
    b.top + b.height <= a.top + 0.5;
  const cells = fc.record({ rows: fc.integer({ min: 1, max: 400 }), cols: fc.integer({ min: 1, max: 400 }) });
  const width = fc.integer({ min: 430, max: 1800 });
  const height = fc.integer({ min: 480, max: 1100 });

  it("lays products without overlap, inside the scene", () => {
    const one = { rows: 1, cols: 1 };
    const size = fc.record({
      m: fc.integer({ min: 1, max: 1e5 }),
      k: fc.integer({ min: 1, max: 5000 }),
      n: fc.integer({ min: 1, max: 1024 }),
    });
    fc.assert(
      fc.property(width, height, fc.tuple(cells, cells), size, fc.boolean(), (w, h, planes, sizes, sum) => {
        const { rail, left, top, result } = layProduct(w, h, planes, sizes, sum);
        const boxes = [...rail, ...(left === null ? [] : [left]), top, result];
        for (const box of boxes) assert.ok(inside(box, w, h), JSON.stringify([box, w, h]));
        for (const [i, a] of boxes.entries()) for (const b of boxes.slice(i + 1)) assert.ok(apart(a, b));
      }),
      // A single column, whose words need more than it does.
      { examples: [[520, 531, [one, one], { m: 22, k: 1, n: 1 }, false]] },
    );
  });

  it("puts a product's row beside its result, and its column above it", () => {
    const layout = layProduct(1000, 560, [], { m: 1024, k: 27, n: 16 }, false);
    assert.ok(layout.left !== null);
    assert.equal(layout.left.top, layout.result.top);
    assert.equal(layout.left.rows.cell, layout.result.rows.cell);
    assert.equal(layout.top.left, layout.result.left);
    assert.equal(layout.top.cols.cell, layout.result.cols.cell);
    assert.equal(layout.result.width, layout.result.cols.cell * 16 + 2 * FRAME);
  });

  it("lays copies without overlap, inside the scene, in either direction", () => {
    const matrix = fc.record({ rows: fc.integer({ min: 1, max: 1e5 }), cols: fc.integer({ min: 1, max: 5000 }) });
    fc.assert(
      fc.property(
        width,
        height,
        cells,
        fc.integer({ min: 1, max: 4 }),
        matrix,
        fc.boolean(),
        (w, h, plane, count, size, planesFirst) => {
          const layout = layCopy(w, h, new Array<typeof plane>(count).fill(plane), size, planesFirst);
          const boxes = [...layout.planes, layout.matrix];
          for (const box of boxes) assert.ok(inside(box, w, h), JSON.stringify([box, w, h]));
          for (const [i, a] of boxes.entries()) for (const b of boxes.slice(i + 1)) assert.ok(apart(a, b));
        },
      ),
    );
  });
});
