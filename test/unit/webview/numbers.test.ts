import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { ComputeDtype } from "../../../src/tensor/dtype";
import { fitAmong, fitNumber } from "../../../webview/paint/numbers";

type Case = readonly [value: number, dtype: ComputeDtype, width: number, text: string];
const file = join(__dirname, "../../fixtures/numbers/fit.json");
// Written by make.py beside it, in this form.
const cases = JSON.parse(readFileSync(file, "utf8")) as readonly Case[];

describe("fitNumber", () => {
  it("is the nearest text that fits, as found by trying all of them in Python", () => {
    assert.equal(cases.length, 1500);
    for (const [value, dtype, width, text] of cases)
      assert.equal(fitNumber(value, width, dtype), text.replaceAll("-", "−"), `${value} in ${width}`);
  });

  it("writes what needs no rounding as it is", () => {
    const written = (value: number) => fitNumber(value, 6, "float32");
    assert.deepEqual([0, -0, 1, -1.5, 255, 0.5, NaN, Infinity, -Infinity].map(written), [
      ...["0", "−0", "1", "−1.5", "255", "0.5", "NaN", "∞", "−∞"],
    ]);
  });

  it("rounds by hand", () => {
    assert.equal(fitNumber(-0.5032561421394348, 6, "float32"), "−0.503");
    assert.equal(fitNumber(1.2e-7, 6, "float64"), "1.2e−7");
    assert.equal(fitNumber(123456, 5, "float64"), "1.2e5");
    assert.equal(fitNumber(99.96, 4, "float64"), "100");
    assert.equal(fitNumber(0.99996, 6, "float64"), "1");
    assert.equal(fitNumber(Math.fround(0.1), 20, "float32"), "0.1");
    assert.equal(fitNumber(Math.fround(0.1), 20, "float64"), "0.10000000149011612");
  });

  it("says nothing rather than something wrong", () => {
    assert.equal(fitNumber(1e-100, 4, "float64"), "");
    assert.equal(fitNumber(-123456, 2, "float64"), "");
    assert.equal(fitNumber(0.05, 3, "float64"), "");
    assert.equal(fitNumber(NaN, 2, "float64"), "");
    assert.equal(fitNumber(0, 0, "float64"), "");
  });

  it("never takes more room than there is, and is never half wrong", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.integer({ min: 0, max: 24 }), (value, width) => {
        const text = fitNumber(value, width, "float64");
        assert.ok(text.length <= width);
        if (text === "" || !Number.isFinite(value) || value === 0) return;
        const shown = Number(text.replaceAll("−", "-"));
        // A number next to the largest one may round up to what only infinity can hold.
        if (Number.isFinite(shown)) assert.ok(Math.abs(shown / 2 - value / 2) <= Math.abs(value) / 4, text);
      }),
      { numRuns: 2000, examples: [[0.05, 3]] },
    );
  });
});

describe("fitAmong", () => {
  it("gives a number as many decimals as its negative has, and takes no digit from a whole one", () => {
    const written = (value: number) => fitAmong(value, 5, true, "float32");
    assert.deepEqual([0.5767, -0.5767, 0.0521, -0.0521, 0.5, 12345, -1234, 0, NaN, Infinity].map(written), [
      ...["0.58", "−0.58", "0.05", "−0.05", "0.5", "12345", "−1234", "0", "NaN", "∞"],
    ]);
    assert.equal(fitAmong(0.5767, 5, false, "float32"), "0.577");
  });
});
