import assert from "node:assert/strict";
import fc from "fast-check";
import type { Arithmetic } from "../../../../src/conv/run";
import { type ComputeData, computeArray, rounder } from "../../../../src/tensor/dtype";
import { FOUR, kernelsOf } from "../../../../src/trace/replay/blocks";
import { extremesOf } from "../../../../src/trace/replay/extremes";
import type { Factors } from "../../../../src/trace/replay/factors";
import { Adder, PartialSums } from "../../../../src/trace/replay/replay";
import { Tame } from "../../../../src/trace/replay/tame";
import { anyArithmetic } from "../anyRun";
import { exactFma } from "../exact";

/** Ordinary numbers; powers of two, whose sums fall in the middle between two floats; and what is not ordinary. */
const power = fc.integer({ min: -30, max: 30 }).map((exponent) => 2 ** exponent);
const anyNumber = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -4, max: 4, noNaN: true }) },
  { weight: 6, arbitrary: fc.tuple(power, fc.constantFrom(1, -1, 3, 1 + 2 ** -23)).map(([a, b]) => a * b) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, 2 ** -149, 2 ** -75, -(2 ** -126), 2 ** 64, 3e38, -3e38, 1e300) },
);
const anyValue = fc.oneof(
  { weight: 30, arbitrary: anyNumber },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
);

function add({ dtype, fused }: Arithmetic, left: number, right: number, sum: number): number {
  if (fused) return exactFma(dtype, left, right, sum);
  const round = rounder(dtype);
  return round(sum + round(left * right));
}

const anyFactors = (values: fc.Arbitrary<number>, most: number) =>
  fc.array(fc.tuple(values, values), { minLength: 1, maxLength: most, size: "max" });

/** As those that use the kernels know it. */
function isTame(data: ComputeData): boolean {
  return new Tame(data).among(0, data.length);
}

function factorsOf(dtype: Arithmetic["dtype"], pairs: readonly (readonly [number, number])[]): Factors {
  const [left, right] = [0, 1].map((side) => computeArray(dtype, pairs.length).map((_, k) => pairs[k][side]));
  return {
    count: pairs.length,
    fill: (from, to, intoLeft, intoRight) => {
      intoLeft.set(left.subarray(from, to));
      intoRight.set(right.subarray(from, to));
    },
  };
}

/** The contract as it is written in conv/run.ts: the sum after each product. */
function sumsOf(arithmetic: Arithmetic, factors: Factors): number[] {
  const { count } = factors;
  const [left, right] = [computeArray(arithmetic.dtype, count), computeArray(arithmetic.dtype, count)];
  factors.fill(0, count, left, right);
  const round = rounder(arithmetic.dtype);
  const sums: number[] = [];
  let [running, total] = [0, 0];
  for (let k = 0; k < count; k++) {
    if (k % arithmetic.block === 0) [running, total] = [0, sums[k - 1] ?? 0];
    running = add(arithmetic, left[k], right[k], running);
    sums.push(k < arithmetic.block ? running : round(total + running));
  }
  return sums;
}

describe("four blocks at the same time", () => {
  it("have the bits that each has alone, of exact arithmetic rounded once", () => {
    fc.assert(
      fc.property(
        anyArithmetic,
        fc.integer({ min: 1, max: 6 }).chain((block) => fc.tuple(fc.constant(block), anyFactors(anyValue, 24))),
        (arithmetic, [block, pairs]) => {
          const cyclic = Array.from({ length: FOUR * block }, (_, k) => pairs[k % pairs.length]);
          const [left, right] = [0, 1].map((side) =>
            computeArray(arithmetic.dtype, cyclic.length).map((_, k) => cyclic[k][side]),
          );
          for (const tame of [false, isTame(left) && isTame(right)]) {
            const sums = new Float64Array(FOUR + 1);
            kernelsOf(arithmetic.dtype, arithmetic.fused).four(left, right, 0, block, tame, sums, 1);
            for (let i = 0; i < FOUR; i++) {
              let sum = 0;
              for (let k = i * block; k < (i + 1) * block; k++) sum = add(arithmetic, left[k], right[k], sum);
              assert.ok(Object.is(sums[i + 1], sum), `${sums[i + 1]} for ${sum}`);
            }
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("see where a double sum lies in the middle between two float32", () => {
    // To 1 + 2⁻²³ are added 2⁻²⁴ − 2⁻⁵⁶: the double, which does not hold the last, lies in the middle, and would go up.
    const [odd, above, below] = [1 + 2 ** -23, 2 ** -12 * (1 + 2 ** -16), 2 ** -12 * (1 - 2 ** -16)];
    const left = Float32Array.of(odd, above, -odd, above, 1, 2 ** -12, odd, 2 ** -12);
    const right = Float32Array.of(1, below, 1, -below, 1, 2 ** -12, 1, 2 ** -12);
    assert.ok(isTame(left) && isTame(right));
    for (const tame of [false, true]) {
      const sums = new Float64Array(FOUR);
      kernelsOf("float32", true).four(left, right, 0, 2, tame, sums, 0);
      assert.deepEqual([...sums], [odd, -odd, 1, 1 + 2 ** -22]);
    }
  });
});

describe("Tame", () => {
  it("knows where nothing but 0 is smaller than 2⁻⁶²", () => {
    const data = new Float32Array(50_000)
      .fill(2 ** -62)
      .fill(-0, 100, 200)
      .fill(0, 200, 300);
    data.set([NaN, -Infinity, -(2 ** -62), 3e38], 1000);
    assert.equal(new Tame(data).among(0, data.length), true);
    data[30_000] = -(2 ** -62) * (1 - 2 ** -24);
    const tame = new Tame(data);
    assert.deepEqual(
      [tame.among(0, 16_384), tame.among(30_000, 30_001), tame.among(40_000, 50_000)],
      [true, false, true],
    );
    assert.equal(new Tame(data).among(0, data.length), false);
    assert.equal(new Tame(Float64Array.of(1)).among(0, 1), false);
  });

  it("is enough to see every double sum that lies in the middle, from the smallest products on", () => {
    const small = fc
      .tuple(fc.integer({ min: 2 ** 23, max: 2 ** 24 - 1 }), fc.integer({ min: -62, max: -50 }), fc.constantFrom(1, -1))
      .map(([bits, exponent, sign]) => sign * bits * 2 ** (exponent - 23));
    fc.assert(
      fc.property(anyFactors(fc.oneof(small, fc.constantFrom(2 ** -62, 0, -(2 ** -61))), 24), (pairs) => {
        const left = Float32Array.from({ length: 4 * FOUR }, (_, k) => pairs[k % pairs.length][0]);
        const right = Float32Array.from({ length: 4 * FOUR }, (_, k) => pairs[k % pairs.length][1]);
        assert.ok(isTame(left) && isTame(right));
        const sums = new Float64Array(FOUR);
        kernelsOf("float32", true).four(left, right, 0, 4, true, sums, 0);
        for (let i = 0; i < FOUR; i++) {
          let sum = 0;
          for (let k = 4 * i; k < 4 * i + 4; k++) sum = exactFma("float32", left[k], right[k], sum);
          assert.ok(Object.is(sums[i], sum));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("four columns side by side", () => {
  it("have the sums that each has alone, of exact arithmetic rounded once", () => {
    const anyRows = fc.array(fc.array(anyValue, { minLength: FOUR + 1, maxLength: FOUR + 1 }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(anyArithmetic, anyRows, (arithmetic, rows) => {
        const { dtype, fused } = arithmetic;
        // Columns begin at 2 and their rows are 6 apart; factors begin at 1.
        const width = FOUR + 2;
        const left = computeArray(dtype, rows.length + 1).map((_, i) => (i === 0 ? 7 : rows[i - 1][FOUR]));
        const right = computeArray(dtype, rows.length * width + 2).map((_, i) =>
          i < 2 ? 7 : (rows[Math.floor((i - 2) / width)].slice(0, FOUR)[(i - 2) % width] ?? 7),
        );
        const expected = Array.from({ length: FOUR }, (_, j) =>
          rows.reduce((sum, _row, i) => add(arithmetic, left[i + 1], right[2 + i * width + j], sum), 0),
        );
        for (const tame of [false, isTame(left) && isTame(right)]) {
          const sums = new Float64Array(FOUR + 1);
          kernelsOf(dtype, fused).beside(left, 1, rows.length, right, 2, width, tame, sums, 1);
          assert.deepEqual([...sums], [0, ...expected]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("PartialSums", () => {
  it("has every sum of many blocks, asked for in any order", () => {
    const asked = fc.array(fc.tuple(fc.nat(), fc.boolean()), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(anyArithmetic, anyFactors(anyNumber, 700), asked, (arithmetic, pairs, places) => {
        const factors = factorsOf(arithmetic.dtype, pairs);
        const expected = sumsOf(arithmetic, factors);
        const sums = new PartialSums(factors, new Adder(arithmetic));
        const { block } = arithmetic;
        for (const [any, isFilled] of places) {
          const k = any % pairs.length;
          if (!isFilled) assert.equal(sums.after(k + 1), expected[k]);
          else {
            const to = Math.min(k - (k % block) + block, pairs.length);
            const filled = new Float64Array(to - k);
            sums.fill(k, to, filled);
            assert.deepEqual([...filled], expected.slice(k, to));
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("extremesOf", () => {
  it("names the largest products, and the first NaN and infinity, also one that does not last", () => {
    const most = fc.integer({ min: 0, max: 4 });
    const values = fc.oneof({ weight: 3, arbitrary: anyNumber }, { weight: 1, arbitrary: anyValue });
    fc.assert(
      fc.property(anyArithmetic, anyFactors(values, 200), most, (arithmetic, pairs, most) => {
        const factors = factorsOf(arithmetic.dtype, pairs);
        const sums = sumsOf(arithmetic, factors);
        const [left, right] = [
          computeArray(arithmetic.dtype, pairs.length),
          computeArray(arithmetic.dtype, pairs.length),
        ];
        factors.fill(0, pairs.length, left, right);
        const products = [...left].map((value, k) => rounder(arithmetic.dtype)(value * right[k]));
        const size = (k: number) => (Number.isNaN(products[k]) ? Infinity : Math.abs(products[k]));
        const isNan = (k: number) => Number(Number.isNaN(products[k]));
        const order = products
          .map((_, k) => k)
          .sort((a, b) => isNan(b) - isNan(a) || bigger(size(a), size(b)) || a - b);
        const first = (test: (value: number) => boolean) =>
          products.findIndex((product, k) => test(product) || test(sums[k]));
        assert.deepEqual(extremesOf(new PartialSums(factors, new Adder(arithmetic)), arithmetic, most), {
          largest: order.slice(0, most),
          firstNan: first(Number.isNaN),
          firstInfinity: first((value) => Math.abs(value) === Infinity),
        });
      }),
      { numRuns: 400 },
    );
  });
});

function bigger(a: number, b: number): number {
  return a === b ? 0 : a < b ? 1 : -1;
}
