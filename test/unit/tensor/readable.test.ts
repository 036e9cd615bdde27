import assert from "node:assert/strict";
import fc from "fast-check";
import { cellAt, offsetAt, planesOf } from "../../../src/tensor/planes";
import { type Readable, held, viewed, workedOut } from "../../../src/tensor/readable";
import { elementCount, stridesOf, tensor, transpose } from "../../../src/tensor/tensor";

function read(numbers: Readable, from: number, count: number): number[] {
  const into = new Float64Array(count);
  numbers.read(from, into);
  return [...into];
}

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

describe("numbers that are read a stretch at a time", () => {
  it("are the same in another order of axes as a transposed copy", () => {
    const sketch = shapes.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        order: fc.shuffledSubarray(
          shape.map((_, axis) => axis),
          { minLength: shape.length, maxLength: shape.length },
        ),
        from: fc.nat(elementCount(shape) - 1),
      }),
    );
    fc.assert(
      fc.property(sketch, ({ shape, order, from }) => {
        const source = tensor(
          "int32",
          shape,
          Int32Array.from({ length: elementCount(shape) }, (_, i) => i * 7),
        );
        const copy = transpose(source, order);
        const strides = stridesOf(shape);
        const view = viewed(held(source), { shape: copy.shape, strides: order.map((axis) => strides[axis]) });
        const count = elementCount(shape) - from;
        assert.deepEqual(read(view, from, count), [...copy.data].slice(from));
        assert.equal(view.at(from), copy.data[from]);
      }),
    );
  });

  it("are some of another's", () => {
    const source = held(
      tensor(
        "uint8",
        [3, 4],
        Uint8Array.from({ length: 12 }, (_, i) => i),
      ),
    );
    const corner = viewed(source, { shape: [2, 3], strides: [4, 1] });
    assert.deepEqual(read(corner, 0, 6), [0, 1, 2, 4, 5, 6]);
    assert.deepEqual(read(corner, 2, 2), [2, 4]);
  });

  it("keep integers of 64 bits, also in another order", () => {
    const big = 2n ** 60n;
    const source = held(tensor("int64", [2, 2], BigInt64Array.of(big, big + 1n, big + 2n, big + 3n)));
    const turned = viewed(source, { shape: [2, 2], strides: [1, 2] });
    assert.deepEqual(
      [0, 1, 2, 3].map((offset) => turned.integer?.(offset)),
      [big, big + 2n, big + 1n, big + 3n],
    );
    assert.deepEqual(read(source, 0, 2), [Number(big), Number(big)]);
  });

  it("are worked out where they are not held", () => {
    const numbers = workedOut("float64", [3], (offset) => offset ** 2);
    assert.deepEqual([read(numbers, 1, 2), numbers.isHeld], [[1, 4], false]);
  });
});

describe("the planes of a tensor", () => {
  it("are its last two axes, one for each index of the others", () => {
    assert.deepEqual(planesOf([2, 3, 4, 5]), { count: 6, rows: 4, cols: 5, size: 20 });
    assert.deepEqual(planesOf([4, 5]), { count: 1, rows: 4, cols: 5, size: 20 });
    assert.deepEqual(planesOf([0, 4, 5]), { count: 0, rows: 4, cols: 5, size: 20 });
    assert.deepEqual(planesOf([]), { count: 1, rows: 1, cols: 1, size: 1 });
    assert.deepEqual(planesOf([7]), { count: 1, rows: 1, cols: 7, size: 7 });
  });

  it("fold a long line, the last row of which may end early", () => {
    const planes = planesOf([1000]);
    assert.deepEqual(planes, { count: 1, rows: 32, cols: 32, size: 1000 });
    assert.equal(offsetAt(planes, 0, 31, 7), 999);
    assert.equal(offsetAt(planes, 0, 31, 8), null);
  });

  it("lead from an element to its cell and back", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }), fc.nat(), (shape, at) => {
        const planes = planesOf(shape);
        const offset = at % elementCount(shape);
        const { plane, row, col } = cellAt(planes, offset);
        assert.equal(offsetAt(planes, plane, row, col), offset);
      }),
    );
  });
});
