import assert from "node:assert/strict";
import { readingsOf } from "../../../src/diagnose/readings";
import { held, viewed } from "../../../src/tensor/readable";
import { elementCount, tensor } from "../../../src/tensor/tensor";

const labels = (left: number[], right: number[]) => readingsOf(left, right).map(({ label }) => label);

describe("how two shapes are read as one", () => {
  it("takes equal ones as they are, and offers orders of axes that have the same shape", () => {
    assert.deepEqual(labels([2, 3], [2, 3]), ["as it is"]);
    assert.deepEqual(labels([3, 3], [3, 3]), ["as it is", "transpose(1, 0)"]);
    assert.deepEqual(labels([1, 1, 5, 5], [1, 1, 5, 5]), ["as it is", "transpose(0, 1, 3, 2)"]);
  });

  it("names orders of axes as NumPy does", () => {
    // np.zeros((1, 4, 5, 3)).transpose(0, 3, 1, 2).shape is (1, 3, 4, 5)
    const [reshaped, nchw, ...others] = readingsOf([1, 3, 4, 5], [1, 4, 5, 3]);
    assert.equal(reshaped.label, "reshape(1, 3, 4, 5)");
    assert.deepEqual([nchw.label, nchw.detail], ["transpose(0, 3, 1, 2)", "NHWC as NCHW, OHWI as OIHW"]);
    assert.deepEqual(others, []);
    const right = held(
      tensor(
        "int32",
        [1, 4, 5, 3],
        Int32Array.from({ length: 60 }, (_, i) => i),
      ),
    );
    // right[0, 2, 3, 1] is element 2·15 + 3·3 + 1 = 40, and stands at [0, 1, 2, 3]: 1·20 + 2·5 + 3 = 33.
    assert.equal(viewed(right, nchw.right).at(33), 40);
  });

  it("lets axes of one element come and go", () => {
    assert.deepEqual(labels([1, 1, 4, 5], [4, 5]), ["reshape(1, 1, 4, 5)"]);
    assert.deepEqual(labels([4, 5], [1, 5, 4, 1]), ["reshape(4, 5)", "squeeze().transpose(1, 0)"]);
  });

  it("sets flattened numbers against their shape", () => {
    assert.deepEqual(labels([2, 3, 4], [24]), ["reshape(2, 3, 4)"]);
    assert.equal(readingsOf([2, 3, 4], [24])[0].detail, "the same order of elements in another shape");
  });

  it("compares what both have where sizes differ, and says so; nothing where that makes no sense", () => {
    const [part, ...others] = readingsOf([1, 2, 30, 30], [1, 2, 32, 32]);
    assert.equal(part.label, "only 1×2×30×30 of both");
    assert.deepEqual(part.right, { shape: [1, 2, 30, 30], strides: [2048, 1024, 32, 1] });
    assert.deepEqual(others, []);
    assert.deepEqual(labels([2, 3], [7]), []);
    assert.deepEqual(labels([0, 3], [2, 3]), []);
  });

  it("does not try orders without end", () => {
    assert.ok(readingsOf([2, 2, 2, 2, 2, 2], [2, 2, 2, 2, 2, 2]).length <= 25);
    assert.deepEqual(labels([2, 2, 2, 2, 2, 2, 2], [2, 2, 2, 2, 2, 2, 2]), ["as it is"]);
  });

  it("reads both as equally many elements", () => {
    for (const [left, right] of [
      [
        [1, 3, 4, 5],
        [1, 4, 5, 3],
      ],
      [
        [4, 6],
        [5, 3],
      ],
    ])
      for (const reading of readingsOf(left, right)) {
        assert.deepEqual(reading.left.shape, reading.right.shape);
        assert.ok(elementCount(reading.left.shape) > 0);
      }
  });
});
