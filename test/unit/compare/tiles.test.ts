import assert from "node:assert/strict";
import fc from "fast-check";
import { cutTile, isCut } from "../../../src/compare/tiles";
import { planesOf } from "../../../src/tensor/planes";
import { held } from "../../../src/tensor/readable";
import { mark, tileOf } from "../../../src/tensor/slice";
import { elementCount, tensor } from "../../../src/tensor/tensor";

const on = () => Promise.resolve(true);

describe("a tile of a tensor that is compared", () => {
  it("holds what a tile of the panel holds", async () => {
    const value = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constantFrom(NaN, Infinity, -Infinity));
    const sketch = fc
      .record({ rows: fc.integer({ min: 1, max: 9 }), cols: fc.integer({ min: 1, max: 9 }) })
      .chain(({ rows, cols }) =>
        fc.record({
          rows: fc.constant(rows),
          cols: fc.constant(cols),
          values: fc.array(value, { minLength: 2 * rows * cols, maxLength: 2 * rows * cols }),
          level: fc.nat(3),
          plane: fc.nat(1),
        }),
      );
    await fc.assert(
      fc.asyncProperty(sketch, async ({ rows, cols, values, level, plane }) => {
        const data = Float64Array.from(values);
        const shape = [2, rows, cols];
        const rect = { top: 0, left: 0, bottom: rows, right: cols };
        const at = (row: number, col: number) => data[plane * rows * cols + row * cols + col];
        const numbers = held(tensor("float64", shape, data));
        const tile = await cutTile(numbers, planesOf(shape), { plane, rect, level }, false, on);
        assert.deepEqual(tile, tileOf({ rows, cols, at }, rect, level, "float64"));
      }),
    );
  });

  it("shows of many differences the one that is farthest from 0: one outlier in a million is seen", async () => {
    const side = 1024;
    const data = new Float32Array(side * side).fill(1e-7);
    data[700 * side + 300] = -5;
    data[3] = NaN;
    const shape = [side, side];
    const rect = { top: 0, left: 0, bottom: side, right: side };
    const numbers = held(tensor("float32", shape, data));
    const cut = { plane: 0, rect, level: 10 };
    const tile = await cutTile(numbers, planesOf(shape), cut, true, on);
    assert.deepEqual([tile?.rows, tile?.cols, tile?.extreme], [1, 1, true]);
    assert.deepEqual([tile?.mean[0], tile?.min[0], tile?.marks[0]], [-5, -5, mark.nan]);
    const mean = await cutTile(numbers, planesOf(shape), cut, false, on);
    assert.equal(mean?.extreme, undefined);
    assert.ok(Math.abs(mean!.mean[0]) < 1e-5);
  });

  it("marks what is beyond the end of a folded line", async () => {
    const numbers = held(
      tensor(
        "uint8",
        [70],
        Uint8Array.from({ length: 70 }, (_, i) => i),
      ),
    );
    const planes = planesOf([70]);
    assert.deepEqual([planes.rows, planes.cols], [5, 16]);
    const rect = { top: 4, left: 4, bottom: 5, right: 8 };
    const tile = await cutTile(numbers, planes, { plane: 0, rect, level: 0 }, false, on);
    assert.deepEqual([...tile!.mean], [68, 69, 0, 0]);
    assert.deepEqual([...tile!.marks], [0, 0, mark.unwritten, mark.unwritten]);
  });

  it("gives up when nobody wants it", async () => {
    const numbers = held(tensor("uint8", [4, 4], new Uint8Array(16)));
    const rect = { top: 0, left: 0, bottom: 4, right: 4 };
    const planes = planesOf([4, 4]);
    assert.equal(
      await cutTile(numbers, planes, { plane: 0, rect, level: 0 }, false, () => Promise.resolve(false)),
      null,
    );
  });

  it("is no larger than what is drawn at once, and within its plane", () => {
    const planes = planesOf([2, 5000, 5000]);
    const whole = { top: 0, left: 0, bottom: 5000, right: 5000 };
    assert.equal(elementCount([5000, 5000]), planes.size);
    assert.ok(isCut(planes, { plane: 1, rect: whole, level: 4 }));
    assert.ok(!isCut(planes, { plane: 1, rect: whole, level: 0 }));
    assert.ok(!isCut(planes, { plane: 2, rect: whole, level: 4 }));
    assert.ok(!isCut(planes, { plane: 0, rect: { ...whole, right: 5001 }, level: 4 }));
    assert.ok(!isCut(planes, { plane: 0, rect: { ...whole, top: 10, bottom: 9 }, level: 4 }));
  });
});
