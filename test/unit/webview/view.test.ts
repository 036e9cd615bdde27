import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Box,
  type Sheet,
  boxOf,
  cellAt,
  constrained,
  fitCamera,
  homeCamera,
  levelOf,
  noRing,
  revealing,
  scaledAbout,
  sheetOf,
  viewOf,
  visible,
  zoomRange,
} from "../../../webview/paint/view";

const box: Box = { width: 208, height: 208, density: 1 };
const sheet = (rows: number, cols: number, more: Partial<Sheet> = {}): Sheet => ({
  rows,
  cols,
  ring: noRing,
  aspect: 1,
  ...more,
});
const one = { top: 1, left: 1, bottom: 1, right: 1 };

const anySheet = fc.record({
  rows: fc.integer({ min: 1, max: 100_000 }),
  cols: fc.integer({ min: 1, max: 100_000 }),
  ring: fc.constantFrom(noRing, one, { top: 0, left: 3, bottom: 2, right: 1 }),
  aspect: fc.constantFrom(1, 2.5, 0.25),
});
const anyBox = fc.record({
  width: fc.integer({ min: 20, max: 2000 }),
  height: fc.integer({ min: 20, max: 2000 }),
  density: fc.constantFrom(1, 1.25, 2),
});

describe("the first view", () => {
  it("shows everything in square cells of whole pixels", () => {
    // 32 + 2 cells in 200 pixels: 5.88, so 5; the mock's own plane in the mock's own size.
    assert.deepEqual(fitCamera(sheet(32, 32, { ring: one }), box, 64), { k: 5, x: 4, y: 4 });
    assert.equal(fitCamera(sheet(32, 32), { ...box, density: 2 }, 64).k, 6);
  });

  it("does not round cells away that are smaller than a few pixels", () => {
    assert.equal(fitCamera(sheet(1000, 500), box, 64).k, 0.2);
  });

  it("lets a small plane stay small", () => {
    assert.equal(fitCamera(sheet(2, 2), box, 64).k, 64);
    assert.equal(fitCamera(sheet(2, 2, { aspect: 2 }), { ...box, width: 900 }, 64).k, 32);
  });

  it("lets cells overflow rather than become lower than asked", () => {
    assert.equal(homeCamera(sheet(1024, 27), box, 5, 64).k, 5);
    assert.equal(homeCamera(sheet(10, 10), box, 5, 64).k, 20);
  });

  it("stretches cells to fill the box, up to 4 : 1", () => {
    const wide = { width: 305, height: 366, density: 1 };
    assert.equal(sheetOf({ rows: 64, cols: 27 }, noRing, "fill", wide, 0).aspect, 297 / 27 / (358 / 64));
    assert.equal(sheetOf({ rows: 1024, cols: 27 }, noRing, "fill", wide, 5.5).aspect, 2);
    assert.equal(sheetOf({ rows: 1, cols: 16 }, noRing, "fill", wide, 0).aspect, 0.25);
    assert.equal(sheetOf({ rows: 16, cols: 1 }, noRing, "fill", wide, 0).aspect, 4);
    assert.equal(sheetOf({ rows: 16, cols: 1 }, noRing, 3, wide, 0).aspect, 3);
    assert.ok(sheetOf(null, noRing, "fill", wide, 0).aspect > 0);
  });

  it("is inside the box, whatever the plane", () => {
    fc.assert(
      fc.property(anySheet, anyBox, (shown, room) => {
        const camera = fitCamera(shown, room, 64);
        const { ring, rows, cols } = shown;
        const all = boxOf(camera, shown, {
          top: -ring.top,
          left: -ring.left,
          bottom: rows + ring.bottom,
          right: cols + ring.right,
        });
        assert.deepEqual([all.left, all.top], [4, 4]);
        assert.ok(all.right <= room.width - 4 + 1e-6 && all.bottom <= room.height - 4 + 1e-6);
        assert.deepEqual(constrained(camera, shown, room), camera);
      }),
    );
  });
});

describe("cells and pixels", () => {
  const padded = sheet(32, 32, { ring: one });
  const camera = { k: 6, x: 4, y: 4 };

  it("put the ring outside of the plane's own coordinates", () => {
    assert.deepEqual(boxOf(camera, padded, { top: -1, left: -1, bottom: 2, right: 2 }), {
      top: 4,
      left: 4,
      bottom: 22,
      right: 22,
    });
    assert.deepEqual(cellAt(camera, padded, 4, 4), { row: -1, col: -1 });
    assert.deepEqual(cellAt(camera, padded, 10, 16), { row: 1, col: 0 });
    assert.deepEqual(cellAt(camera, padded, 207.9, 207.9), { row: 32, col: 32 });
    assert.equal(cellAt(camera, padded, 208.1, 20), null);
    assert.equal(cellAt(camera, padded, 3.9, 20), null);
  });

  it("know wide cells", () => {
    const wide = sheet(10, 10, { aspect: 2 });
    assert.deepEqual(cellAt(camera, wide, 4 + 25, 4 + 25), { row: 4, col: 2 });
  });

  it("agree: the middle of a cell's box is in the cell", () => {
    fc.assert(
      fc.property(anySheet, anyBox, fc.double({ min: 0.01, max: 100, noNaN: true }), (shown, room, k) => {
        const at = constrained({ k, x: -1e5, y: -1e5 }, shown, room);
        const seen = visible(at, shown, room);
        const cell = { row: seen.bottom - 1, col: seen.right - 1 };
        const there = boxOf(at, shown, { top: cell.row, left: cell.col, bottom: cell.row + 1, right: cell.col + 1 });
        assert.deepEqual(cellAt(at, shown, (there.left + there.right) / 2, (there.top + there.bottom) / 2), cell);
      }),
    );
  });

  it("see only what is in the box", () => {
    const seen = visible({ k: 10, x: -100, y: -50 }, sheet(1000, 1000), box);
    assert.deepEqual(seen, { top: 5, left: 10, bottom: 26, right: 31 });
    assert.deepEqual(visible({ k: 10, x: 4, y: 4 }, sheet(3, 3, { ring: one }), box), {
      top: -1,
      left: -1,
      bottom: 4,
      right: 4,
    });
  });

  it("say what is shown in elements", () => {
    assert.deepEqual(viewOf({ k: 5, x: 4, y: 4 - 340 * 5 }, sheet(1024, 27, { aspect: 2 })), {
      top: 340,
      left: 0,
      cellWidth: 10,
      cellHeight: 5,
    });
    assert.equal(viewOf(camera, padded).top, -1);
  });
});

describe("levels", () => {
  it("leave an aggregated cell between one and two device pixels", () => {
    const level = (k: number, aspect = 1, density = 1) =>
      levelOf({ k, x: 0, y: 0 }, sheet(9, 9, { aspect }), { ...box, density });
    assert.deepEqual(
      [6, 1, 0.99, 0.5, 0.49, 0.25, 1 / 1000].map((k) => level(k)),
      [0, 0, 1, 1, 2, 2, 10],
    );
    assert.equal(level(0.5, 1, 2), 0);
    assert.equal(level(1, 0.25), 2);
    assert.equal(level(1, 4), 0);
  });
});

describe("moving", () => {
  it("stays at the upper left where the sheet is smaller than the box", () => {
    assert.deepEqual(constrained({ k: 10, x: 77, y: -30 }, sheet(5, 5), box), { k: 10, x: 4, y: 4 });
  });

  it("leaves no gap at the edges where it is larger", () => {
    const large = sheet(100, 100);
    assert.deepEqual(constrained({ k: 10, x: 77, y: -3000 }, large, box), { k: 10, x: 4, y: 204 - 1000 });
    assert.deepEqual(constrained({ k: 10, x: -50, y: -60 }, large, box), { k: 10, x: -50, y: -60 });
  });

  it("zooms about a point", () => {
    assert.deepEqual(scaledAbout({ k: 2, x: 10, y: 20 }, 4, 30, 40), { k: 4, x: -10, y: 0 });
  });

  it("may zoom from the whole to cells that fill a hand", () => {
    assert.deepEqual(zoomRange(sheet(1000, 1000), box, 0, 64), [0.2, 160]);
    assert.deepEqual(zoomRange(sheet(1000, 10), box, 6, 64), [0.2, 160]);
    assert.deepEqual(zoomRange(sheet(10, 10, { aspect: 4 }), box, 0, 64), [5, 40]);
  });

  it("reveals by panning as little as needed", () => {
    const large = sheet(1000, 1000);
    const range = zoomRange(large, box, 0, 64);
    const at = { k: 10, x: -1000, y: -1000 };
    assert.deepEqual(revealing(at, large, box, { top: 105, left: 105, bottom: 106, right: 106 }, range, 4), at);
    const below = revealing(at, large, box, { top: 130, left: 105, bottom: 131, right: 106 }, range, 4);
    assert.deepEqual(below, { k: 10, x: -1000, y: 204 - 1310 });
    const above = revealing(at, large, box, { top: 50, left: 105, bottom: 51, right: 106 }, range, 4);
    assert.deepEqual(above, { k: 10, x: -1000, y: 4 - 500 });
  });

  it("zooms out for what is too large, and in for what is too small to be seen", () => {
    const large = sheet(1000, 1000);
    const range = zoomRange(large, box, 0, 64);
    assert.equal(
      revealing({ k: 10, x: 4, y: 4 }, large, box, { top: 0, left: 0, bottom: 100, right: 50 }, range, 4).k,
      2,
    );
    assert.equal(
      revealing({ k: 0.2, x: 4, y: 4 }, large, box, { top: 9, left: 9, bottom: 10, right: 10 }, range, 4).k,
      4,
    );
  });

  it("ends with the rectangle in the box, whatever it was asked", () => {
    fc.assert(
      fc.property(anySheet, anyBox, fc.nat(), fc.nat(), (shown, room, r, c) => {
        const [row, col] = [r % shown.rows, c % shown.cols];
        const rect = { top: row, left: col, bottom: row + 1, right: col + 1 };
        const home = homeCamera(shown, room, 0, 64);
        const camera = revealing(home, shown, room, rect, zoomRange(shown, room, 0, 64), 4);
        const there = boxOf(camera, shown, rect);
        assert.ok(there.left >= 4 - 1e-6 && there.top >= 4 - 1e-6);
        assert.ok(there.right <= room.width - 4 + 1e-6 && there.bottom <= room.height - 4 + 1e-6);
      }),
    );
  });
});
