import assert from "node:assert/strict";
import fc from "fast-check";
import { type Plane, tileOf } from "../../../src/tensor/slice";
import { type ColourScale, entryOf, scaleOf } from "../../../src/colour/scale";
import { paintTile } from "../../../webview/paint/paint";
import { paletteOf } from "../../../src/colour/palette";

const plane = (values: readonly (readonly (number | null)[])[]): Plane => ({
  rows: values.length,
  cols: values[0].length,
  at: (row, col) => values[row][col],
});
const whole = ({ rows, cols }: Plane) => ({ top: 0, left: 0, bottom: rows, right: cols });
const palette = paletteOf("diverging", "dark");
const symmetric = scaleOf({ min: -1, max: 1 });
const paint = (shown: Plane, level = 0, scale: ColourScale = symmetric) =>
  paintTile(tileOf(shown, whole(shown), level, "float64"), scale, palette);

describe("paintTile", () => {
  it("gives each cell the colour of its value", () => {
    const { colours } = paint(plane([[-1, -0.5, 0, 0.5, 1]]));
    assert.deepEqual(
      [...colours],
      [0, 63, 128, 192, 255].map((entry) => palette.table[entry]),
    );
  });

  it("has colours of their own for what is not finite, and none for what is not written", () => {
    const { colours, marked } = paint(plane([[NaN, Infinity, -Infinity, null, 0]]));
    const { nan, positiveInfinity, negativeInfinity, table } = palette;
    assert.deepEqual([...colours], [nan, positiveInfinity, negativeInfinity, 0, table[128]]);
    assert.deepEqual(marked, [0, 1, 2]);
  });

  it("keeps one NaN in a million visible", () => {
    const million: Plane = { rows: 1000, cols: 1000, at: (row, col) => (row === 537 && col === 321 ? NaN : 0.5) };
    const { colours, marked, cols } = paint(million, 4);
    const cell = Math.floor(537 / 16) * cols + Math.floor(321 / 16);
    assert.deepEqual(marked, [cell]);
    assert.equal(colours[cell], palette.nan);
    assert.equal([...colours].filter((colour) => colour === palette.nan).length, 1);
  });

  it("lets NaN win over the infinities, and +∞ over −∞", () => {
    const { colours } = paint(
      plane([
        [NaN, Infinity, Infinity, -Infinity],
        [-Infinity, 1, -Infinity, 1],
      ]),
      1,
    );
    assert.deepEqual([...colours], [palette.nan, palette.positiveInfinity]);
  });

  it("paints the mean of what is written beside what is not", () => {
    const { colours } = paint(
      plane([
        [1, null],
        [null, null],
      ]),
      1,
    );
    assert.deepEqual([...colours], [palette.table[255]]);
    assert.deepEqual([...paint(plane([[null, null]]), 1).colours], [0]);
  });

  it("gives up listing marked cells when they are everywhere", () => {
    const nothing: Plane = { rows: 65, cols: 64, at: () => NaN };
    const { marked, colours } = paint(nothing);
    assert.equal(marked, null);
    assert.ok(colours.every((colour) => colour === palette.nan));
  });

  it("paints an empty tile", () => {
    assert.equal(paint({ rows: 0, cols: 3, at: () => 0 }).colours.length, 0);
  });

  it("is entryOf, cell by cell, on every scale and for both types", () => {
    const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -9, max: 9 }));
    const arbitrary = fc.tuple(number, number, fc.array(number, { minLength: 1, maxLength: 30 }));
    fc.assert(
      fc.property(arbitrary, fc.constantFrom("diverging", "sequential"), ([a, b, values], kind) => {
        const scale = { kind, domain: "fixed", lo: Math.min(a, b), hi: Math.max(a, b) } as const;
        const tile = tileOf(plane([values]), { top: 0, left: 0, bottom: 1, right: values.length }, 0, "float64");
        const { colours } = paintTile(tile, scale, palette);
        values.forEach((value, i) => {
          const entry = palette.table.indexOf(colours[i]);
          // A reciprocal instead of a division may round to the neighbour.
          const expected = entryOf(scale, value);
          const close = [-1, 0, 1].some((by) => palette.table[expected + by] === colours[i]);
          assert.ok(close, `${value} on ${scale.lo}…${scale.hi}: ${entry}, not ${expected}`);
        });
      }),
      { numRuns: 500 },
    );
  });
});
