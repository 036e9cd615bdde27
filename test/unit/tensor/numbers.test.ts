import assert from "node:assert/strict";
import fc from "fast-check";
import { numberText } from "../../../src/tensor/numbers";

describe("numbers", () => {
  it("are as short as they can be and read back the same", () => {
    assert.equal(numberText(Math.fround(0.1), "float32"), "0.1");
    assert.equal(numberText(Math.fround(1 / 3), "float32"), "0.33333334"); // NumPy: repr(np.float32(1) / 3)
    assert.equal(numberText(16777216, "float32"), "16777216");
    assert.equal(numberText(-0, "float32"), "-0");
    assert.equal(numberText(NaN, "float32"), "NaN");
    assert.equal(numberText(1 / 3, "float64"), "0.3333333333333333");
    fc.assert(fc.property(fc.float(), (value) => Object.is(Math.fround(Number(numberText(value, "float32"))), value)));
  });
});
