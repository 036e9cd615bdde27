import assert from "node:assert/strict";
import fc from "fast-check";
import { geometryOf } from "../../../src/conv/geometry";
import { defaultSpec } from "../../../src/conv/spec";
import { cellIn, elementIn, pictureSize, seenIn } from "../../../src/protocol/picture";
import { cutOf, picturesOf, wholeOf } from "../../../webview/cut";
import { destinationOf } from "../../../webview/goTo";
import { Steps } from "../../../src/trace/order/steps";

/** x 2×3×5×7, W 4×3×3×3, out 2×4×5×7, col 70×27. */
const g = geometryOf([2, 3, 5, 7], [4, 3, 3, 3], [4], { ...defaultSpec, padding: 1 });

/** Elements of each picture of a cut, in order. */
function elements(text: string): string[] {
  const read = cutOf(text, g);
  assert.ok(read.cut !== undefined, read.wrong);
  const { count, at } = picturesOf(g, read.cut);
  return Array.from({ length: count }, (_, turn) => {
    const picture = at(turn);
    const { rows, cols } = pictureSize(g, picture);
    const all = Array.from({ length: rows * cols }, (__, i) => {
      const cell = { row: Math.floor(i / cols), col: i % cols };
      const index = elementIn(g, picture, cell);
      assert.deepEqual(cellIn(g, picture, index), cell);
      return index.join(",");
    });
    return all.join(" ");
  });
}

describe("a slice of a tensor", () => {
  it("is read as NumPy reads it", () => {
    // python3 -c 'import numpy as np; a = np.indices((2,4,5,7)).transpose(1,2,3,4,0); print(a[1, ::3, -2:, 5:1:-2])'
    assert.deepEqual(elements("out[1, ::3, -2:, 5:1:-2]"), [
      "1,0,3,5 1,0,3,3 1,0,4,5 1,0,4,3",
      "1,3,3,5 1,3,3,3 1,3,4,5 1,3,4,3",
    ]);
    assert.deepEqual(
      elements("x[..., 4, 100:2:-3]"),
      [0, 1].flatMap((n) => [0, 1, 2].map((c) => `${n},${c},4,6 ${n},${c},4,3`)),
    );
    assert.deepEqual(elements(" col [ -1 , 24: ] "), ["69,24 69,25 69,26"]);
    assert.deepEqual(elements("b[1:-1]"), ["1 2"]);
    assert.equal(elements("W[:]").length, 12);
    assert.equal(elements("dx").length, 6);
    assert.equal(elements("W[-1]").length, 3);
  });

  it("shows of any rectangle the cells that are in it", () => {
    const slice = (size: number) =>
      fc.tuple(
        fc.integer({ min: -size, max: size }),
        fc.integer({ min: -size, max: size }),
        fc.constantFrom(-3, -2, -1, 1, 2, 3),
      );
    const rect = fc.record({ top: fc.nat(5), bottom: fc.nat(5), left: fc.nat(7), right: fc.nat(7) });
    fc.assert(
      fc.property(slice(5), slice(7), rect, (rows, cols, seen) => {
        const { cut } = cutOf(`x[1, 2, ${rows.join(":")}, ${cols.join(":")}]`, g);
        fc.pre(cut !== undefined);
        const picture = picturesOf(g, cut).at(0);
        const size = pictureSize(g, picture);
        const lit = new Set<string>();
        for (const part of seenIn(picture, [seen]))
          for (let row = part.top; row < part.bottom; row++)
            for (let col = part.left; col < part.right; col++) lit.add(`${row},${col}`);
        for (let row = 0; row < size.rows; row++)
          for (let col = 0; col < size.cols; col++) {
            const [, , iy, ix] = elementIn(g, picture, { row, col });
            const inside = iy >= seen.top && iy < seen.bottom && ix >= seen.left && ix < seen.right;
            assert.equal(lit.has(`${row},${col}`), inside);
          }
        assert.ok(
          [...lit].every((cell) => Number(cell.split(",")[0]) < size.rows && Number(cell.split(",")[1]) < size.cols),
        );
      }),
    );
  });

  it("shares the numbers of a scene where it has whole planes", () => {
    const { cut } = cutOf("x[0, 1:]", g);
    assert.ok(cut !== undefined);
    assert.deepEqual(picturesOf(g, cut).at(1), { tensor: "x", plane: [0, 2], transposed: false });
  });

  it("says what is wrong", () => {
    const why = (text: string) => cutOf(text, g).wrong;
    assert.match(why("y[0]")!, /^a tensor \(x, W, b, col/);
    assert.equal(why("x[0, 0, 0, 0, 0]"), "x has 4 axes: 2 × 3 × 5 × 7");
    assert.equal(why("x[..., ...]"), "x has 4 axes: 2 × 3 × 5 × 7");
    assert.equal(why("x[0, 3]"), "nothing is left of axis 1 of x, which goes from 0 to 2");
    assert.equal(why("x[0, -4]"), "nothing is left of axis 1 of x, which goes from 0 to 2");
    assert.equal(why("x[2:1]"), "nothing is left of axis 0 of x, which goes from 0 to 1");
    for (const item of ["::0", "1:2:3:4", "a", "1.5", "1e3", "", "--1"])
      assert.equal(why(`x[0, ${item}, 0]`), `an index or a slice instead of “${item}”`);
    const bare = geometryOf([2, 3, 5, 7], [4, 3, 3, 3], null, defaultSpec);
    assert.equal(cutOf("b[0]", bare).wrong, "this layer has no bias");
  });

  it("is all of a tensor at first, but one of a batch", () => {
    assert.deepEqual(
      [wholeOf("x", g), wholeOf("W", g), wholeOf("col", g)],
      ["x[0, :, :, :]", "W[:, :, :, :]", "col[:, :]"],
    );
  });

  it("is somewhere to go", () => {
    assert.deepEqual(destinationOf("x[0, :, 2:4]", new Steps(g)), { kind: "cut", text: "x[0, :, 2:4]" });
    assert.equal(destinationOf("x[0, 9:]", new Steps(g)).kind, "wrong");
    assert.equal(destinationOf("x[0, 1, 2, 3]", new Steps(g)).kind, "element");
  });
});
