import assert from "node:assert/strict";
import { type Comparison, compare, defaultTolerance } from "../../../src/diagnose/compare";
import { tensor } from "../../../src/tensor/tensor";

const f64 = (...values: number[]) => tensor("float64", [values.length], Float64Array.from(values));
const f32 = (...values: number[]) => tensor("float32", [values.length], Float32Array.from(values));

function differences(comparison: Comparison) {
  assert.ok(comparison.sameShape);
  return comparison;
}

describe("compare", () => {
  it("counts, places and measures the mismatches", () => {
    const actual = tensor("float64", [2, 3], Float64Array.of(1, 2, 3.5, 4, 5, 9));
    const expected = tensor("float64", [2, 3], Float64Array.of(1, 2, 3, 4, 5, 6));
    const result = differences(compare(actual, expected, { rtol: 0, atol: 0.25 }));
    assert.equal(result.equal, false);
    assert.equal(result.mismatches, 2);
    assert.deepEqual(result.first, { index: [0, 2], actual: 3.5, expected: 3, error: 0.5 });
    assert.deepEqual(result.worst, { index: [1, 2], actual: 9, expected: 6, error: 3 });
    assert.equal(result.maxError, 3);
    assert.equal(result.maxRelativeError, 0.5);
    assert.equal(result.meanError, 3.5 / 6);
  });

  it("lets NaN match NaN and an infinity itself, and nothing else match them", () => {
    assert.equal(compare(f64(NaN, Infinity, -Infinity), f64(NaN, Infinity, -Infinity)).equal, true);
    const cases: [number, number][] = [
      [NaN, 1],
      [1, NaN],
      [Infinity, -Infinity],
      [1, Infinity],
      [Infinity, 1],
    ];
    for (const [actual, expected] of cases) {
      const result = differences(compare(f64(actual), f64(expected), { rtol: 1, atol: 1 }));
      assert.equal(result.mismatches, 1, `${actual} against ${expected}`);
      assert.equal(result.worst?.error, Infinity);
    }
  });

  it("judges by the coarser type, as torch.testing.assert_close does", () => {
    assert.deepEqual(defaultTolerance("float32", "float64"), { rtol: 1.3e-6, atol: 1e-5 });
    assert.deepEqual(defaultTolerance("float64", "float64"), { rtol: 1e-7, atol: 1e-7 });
    assert.deepEqual(defaultTolerance("float64", "float16"), { rtol: 1e-3, atol: 1e-5 });
    assert.deepEqual(defaultTolerance("int32", "int8"), { rtol: 0, atol: 0 });
    assert.equal(compare(f32(1), f64(1 + 5e-6)).equal, true);
    assert.equal(compare(f64(1), f64(1 + 5e-6)).equal, false);
  });

  it("keeps int64 exact beyond 2⁵³", () => {
    const big = (value: bigint) => tensor("int64", [1], BigInt64Array.of(value));
    const result = differences(compare(big(2n ** 53n + 1n), big(2n ** 53n)));
    assert.equal(result.mismatches, 1);
    assert.deepEqual(result.worst, { index: [0], actual: 2n ** 53n + 1n, expected: 2n ** 53n, error: 1 });
  });

  it("says both shapes before it looks at a value", () => {
    assert.deepEqual(compare(f64(1, 2), tensor("float64", [2, 1], Float64Array.of(1, 2))), {
      sameShape: false,
      equal: false,
      actualShape: [2],
      expectedShape: [2, 1],
    });
  });

  it("compares nothing with nothing", () => {
    const result = differences(compare(f64(), f64()));
    assert.deepEqual([result.equal, result.elements, result.maxError, result.first], [true, 0, 0, null]);
  });
});
