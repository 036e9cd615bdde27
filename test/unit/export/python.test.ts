import assert from "node:assert/strict";
import fc from "fast-check";
import { nestedList, pythonNumber } from "../../../src/export/python";
import { tensor } from "../../../src/tensor/tensor";

describe("numbers and lists in Python", () => {
  it("writes the fewest digits that are read back as the same number", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.ok(Object.is(Math.fround(Number(pythonNumber(value, "float32"))), value));
      }),
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.ok(Object.is(Number(pythonNumber(value, "float64")), value));
      }),
    );
    assert.equal(pythonNumber(Math.fround(0.1), "float32"), "0.1");
    assert.equal(pythonNumber(0.1 + 0.2, "float64"), "0.30000000000000004");
  });

  it("knows what is no literal in Python, and what only a float can be", () => {
    assert.deepEqual(
      [NaN, Infinity, -Infinity, -0, 3, 2 ** 60].map((value) => pythonNumber(value, "float32")),
      ["nan", "inf", "-inf", "-0.0", "3", "1152921500000000000.0"],
    );
  });

  it("sets rows below each other, in columns, and breaks long ones", () => {
    const small = tensor("float32", [1, 2, 2], Float32Array.of(1, -0.5, 10, 2));
    assert.equal(`x = ${nestedList(small, 4)}`, "x = [[[   1, -0.5],\n      [  10,    2]]]");
    const values = Float64Array.from({ length: 300 }, (_, i) => i / 7);
    const text = nestedList(tensor("float64", [2, 150], values), 8);
    assert.deepEqual(JSON.parse(text), [[...values.subarray(0, 150)], [...values.subarray(150)]]);
    assert.ok(text.split("\n").every((line) => line.length <= 100));
  });
});
