import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { fma32, fma64 } from "../../../../src/trace/replay/fma";
import { type Float, exactFma } from "../exact";

const fused = { float32: fma32, float64: fma64 };

/** "-0x1.8p+3", "inf", "nan" as Python writes them. */
function fromHex(text: string): number {
  const parts = /^(-?)0x([01])\.([0-9a-f]+)p([+-]\d+)$/.exec(text);
  if (parts === null) return { nan: NaN, inf: Infinity, "-inf": -Infinity }[text] ?? assert.fail(text);
  const [, sign, whole, digits, power] = parts;
  let value = Number(BigInt(`0x${whole}${digits}`));
  for (let e = Number(power) - 4 * digits.length; e !== 0; e -= Math.sign(e)) value *= e > 0 ? 2 : 0.5;
  return sign === "-" ? -value : value;
}

function same(actual: number, expected: number, what: string): void {
  assert.ok(Object.is(actual, expected), `${what}: ${actual}, expected ${expected}`);
}

describe("fused multiply-add", () => {
  const cases = JSON.parse(
    readFileSync(new URL("../../../fixtures/stages/fma.json", import.meta.url), "utf8"),
  ) as Record<Float, string[]>; // written by makeFma.py, which knows the two names
  for (const float of ["float32", "float64"] as const) {
    it(`${float} is what the C library computes`, () => {
      assert.equal(cases[float].length, 600);
      for (const line of cases[float]) {
        const [a, b, c, expected] = line.split(" ").map(fromHex);
        same(fused[float](a, b, c), expected, `fma(${a}, ${b}, ${c})`);
        same(exactFma(float, a, b, c), expected, `the test's own fma(${a}, ${b}, ${c})`);
      }
    });
  }

  it("float32 is exact on any operands", () => {
    const value = fc.oneof(
      fc.float(),
      fc.float({ min: -4, max: 4 }),
      fc.integer({ min: -9, max: 9 }).map((e) => 2 ** (e * 16)),
      fc.constantFrom(0, -0, 2 ** -149, -(2 ** -126), 3.4028234663852886e38),
    );
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        same(fma32(a, b, c), exactFma("float32", a, b, c), `fma(${a}, ${b}, ${c})`);
        same(fma32(a, b, Math.fround(-a * b)), exactFma("float32", a, b, Math.fround(-a * b)), "cancelling");
      }),
      { numRuns: 3000 },
    );
  });

  it("float64 is exact on any operands", () => {
    const value = fc.oneof(
      fc.double(),
      fc.double({ min: -4, max: 4 }),
      fc.integer({ min: -1074, max: 1023 }).map((e) => 2 ** e),
      fc.constantFrom(0, -0, 2 ** -1074, -(2 ** -1022), Number.MAX_VALUE, 2 ** 990, 2 ** -960),
    );
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        same(fma64(a, b, c), exactFma("float64", a, b, c), `fma(${a}, ${b}, ${c})`);
        same(fma64(a, b, -a * b), exactFma("float64", a, b, -a * b), "cancelling");
      }),
      { numRuns: 3000 },
    );
  });
});
