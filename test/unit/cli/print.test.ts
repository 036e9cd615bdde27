import assert from "node:assert/strict";
import { comparisonText, numberText } from "../../../src/cli/print";
import { compare } from "../../../src/diagnose/compare";
import { tensor } from "../../../src/tensor/tensor";

describe("numbers as they are printed", () => {
  const cases: [number | bigint | null, string][] = [
    [null, "–"],
    [0, "0"],
    [-0, "-0"],
    [100, "100"],
    [1e21, "1e+21"],
    [0.1, "0.1"],
    [1.5, "1.5"],
    [100.5, "100.5"],
    [1234567.5, "1.23457e+6"],
    [1000000.5, "1e+6"],
    [999999.9, "1e+6"],
    [100000.4, "100000"],
    [1 / 3, "0.333333"],
    [0.00012, "0.00012"],
    [1.3e-6, "1.3e-6"],
    [-0.0000123456789, "-1.23457e-5"],
    [1e-10, "1e-10"],
    [5e-324, "4.94066e-324"],
    [NaN, "NaN"],
    [-Infinity, "-Infinity"],
    [2n ** 63n, "9223372036854775808"],
  ];
  for (const [value, text] of cases) it(text, () => assert.equal(numberText(value), text));

  it("tolerances too", () => {
    const one = tensor("float32", [1], Float32Array.of(1));
    assert.match(comparisonText("a", compare(one, one)), /equal \(rtol 1\.3e-6, atol 1e-5\)/);
  });
});
