import assert from "node:assert/strict";
import { positionOf, rowAt, rowOf, sourceOffset, tapAt } from "../../../src/conv/columns";
import { type Geometry, geometryOf } from "../../../src/conv/geometry";
import type { PaddingMode, Pair, Sides } from "../../../src/conv/spec";
import {
  type Picture,
  elementIn,
  matrixPicture,
  pictureSize,
  planePicture,
  transposedPicture,
} from "../../../src/protocol/picture";
import { indexAt } from "../../../src/tensor/tensor";
import { type Element, shapeOf } from "../../../src/trace/order/elements";
import { linksIn } from "../../../webview/links";
import layers from "../../fixtures/links/links.json";

/** The cells of a picture that are lit, as "row,col"; those in the padding ring too. */
function lit(g: Geometry, element: Element, picture: Picture): Set<string> {
  const cells = new Set<string>();
  for (const { top, left, bottom, right } of linksIn(g, element, picture))
    for (let row = top; row < bottom; row++) for (let col = left; col < right; col++) cells.add(`${row},${col}`);
  return cells;
}

function sorted(cells: Iterable<string>): string[] {
  return [...cells].sort();
}

const cases = layers.map((layer) => ({
  ...layer,
  g: geometryOf(layer.x, layer.W, null, {
    stride: layer.stride as unknown as Pair, // JSON has no tuples
    dilation: layer.dilation as unknown as Pair,
    padding: layer.padding as unknown as Sides,
    paddingMode: layer.paddingMode as PaddingMode,
    groups: layer.groups,
  }),
}));

describe("linksIn", () => {
  for (const [i, { g, cells, paddingMode }] of cases.entries())
    it(`lights every output that reads a cell of x, and no other: layer ${i}, ${paddingMode}`, () => {
      for (const { c, iy, ix, outputs } of cells) {
        const element: Element = { tensor: "x", index: [0, c, iy, ix] };
        for (let f = 0; f < g.filters; f++) {
          const expected = outputs.filter(([filter]) => filter === f).map(([, oy, ox]) => `${oy},${ox}`);
          assert.deepEqual(sorted(lit(g, element, planePicture("out", 0, f))), sorted(expected));
        }
        const inMatrix = outputs.map(([f, oy, ox]) => `${rowOf(g, { n: 0, oy, ox })},${f}`);
        assert.deepEqual(sorted(lit(g, element, matrixPicture("out"))), sorted(inMatrix));
      }
    });

  for (const [i, { g }] of cases.entries())
    it(`lights each relation from both ends: layer ${i}`, () => {
      // Every pair of an element of one tensor and a cell of a picture of another: a lights b exactly if b lights a.
      const pictures: Picture[] = [
        matrixPicture("col"),
        transposedPicture("col"),
        matrixPicture("W"),
        transposedPicture("W"),
        matrixPicture("out"),
      ];
      for (const picture of pictures) {
        const { rows, cols } = pictureSize(g, picture);
        for (const other of pictures) {
          if (other.tensor === picture.tensor) continue;
          for (let at = 0; at < rows * cols; at += 7) {
            const cell = { row: Math.floor(at / cols), col: at % cols };
            const element: Element = { tensor: picture.tensor, index: elementIn(g, picture, cell) };
            for (const name of lit(g, element, other)) {
              const [row, col] = name.split(",").map(Number);
              const back: Element = { tensor: other.tensor, index: elementIn(g, other, { row, col }) };
              assert.ok(lit(g, back, picture).has(`${cell.row},${cell.col}`));
            }
          }
        }
      }
    });

  it("lights the one cell of x that an element of col was copied from, in the padding where it was padded", () => {
    for (const { g } of cases)
      for (let row = 0; row < g.rows; row++)
        for (let tap = 0; tap < g.taps; tap++) {
          const [at, of] = [rowAt(g, row), tapAt(g, tap)];
          const [y, x] = [positionOf(g.y, at.oy, of.ky), positionOf(g.x, at.ox, of.kx)];
          const cells = lit(g, { tensor: "col", index: [row, tap] }, planePicture("x", at.n, of.c));
          assert.deepEqual([...cells], [`${y},${x}`]);
          const source = sourceOffset(g, at, of);
          const inside = y >= 0 && x >= 0 && y < g.y.size && x < g.x.size;
          if (inside) assert.deepEqual(indexAt(shapeOf(g, "x"), source).slice(2), [y, x]);
        }
  });

  it("lights the window of an output in the channels of its group only, tap by tap where the kernel is dilated", () => {
    const { g } = cases[2]; // two groups, dilation 2 × 1
    const element: Element = { tensor: "out", index: [0, 3, 1, 1] };
    assert.deepEqual(sorted(lit(g, element, planePicture("x", 0, 0))), []);
    // f 3 belongs to the second group: channels 2 and 3. Window of oy 1, ox 1: rows 1 and 3, columns 1, 2, 3.
    const window = ["1,1", "1,2", "1,3", "3,1", "3,2", "3,3"];
    assert.deepEqual(sorted(lit(g, element, planePicture("x", 0, 2))), window);
    assert.deepEqual(sorted(lit(g, element, planePicture("x", 0, 3))), window);
  });

  it("lights whole planes of a filter for its bias, and nothing of other filters", () => {
    const { g } = cases[0];
    const bias: Element = { tensor: "db", index: [0] };
    assert.equal(lit(g, bias, planePicture("dout", 0, 0)).size, 20);
    assert.equal(lit(cases[1].g, bias, planePicture("dout", 0, 1)).size, 0);
    assert.equal(lit(g, bias, matrixPicture("W")).size, 9);
  });

  it("lights all positions that a weight meets: its tap in every window, stepping by the stride", () => {
    const { g } = cases[1]; // stride 2 × 1, top padding 1
    const cells = lit(g, { tensor: "W", index: [0, 1, 0, 1] }, planePicture("x", 1, 1));
    // oy 0, 1, 2 → rows −1, 1, 3; ox 0 … 4 → columns 1 … 5.
    const expected = [-1, 1, 3].flatMap((row) => [1, 2, 3, 4, 5].map((col) => `${row},${col}`));
    assert.deepEqual(sorted(cells), sorted(expected));
  });
});
