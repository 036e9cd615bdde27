import assert from "node:assert/strict";
import fc from "fast-check";
import { geometryOf } from "../../../../src/conv/geometry";
import { defaultSpec } from "../../../../src/conv/spec";
import { Radix } from "../../../../src/trace/order/radix";
import { stages } from "../../../../src/trace/order/stages";
import { Steps } from "../../../../src/trace/order/steps";
import { anyGeometry } from "../../conv/anyGeometry";

const pin = geometryOf([1, 3, 32, 32], [16, 3, 3, 3], [16], { ...defaultSpec, padding: 1 });
/** 100 images of 64×112×112 and 64 filters of 3×3: 1.4·10¹¹ steps. */
const large = geometryOf([100, 64, 112, 112], [64, 64, 3, 3], null, { ...defaultSpec, padding: 1 });

describe("Radix", () => {
  it("counts in mixed digits, beyond 32 bits", () => {
    const radix = new Radix([70000, 70000, 70000]);
    assert.equal(radix.count, 343e12);
    assert.deepEqual(radix.spans, [49e8, 70000, 1]);
    assert.deepEqual(radix.digitsOf(343e12 - 1), [69999, 69999, 69999]);
    assert.deepEqual(radix.digitsOf(49e8 * 3 + 5), [3, 0, 5]);
    assert.equal(radix.numberOf([3, 0, 5]), 49e8 * 3 + 5);
  });

  it("carries and borrows like counting", () => {
    const radix = new Radix([2, 1, 3]);
    const digits = [0, 0, 0];
    for (let value = 0; value < 6; value++) {
      assert.deepEqual(digits, radix.digitsOf(value));
      radix.increment(digits);
    }
    assert.deepEqual(digits, [0, 0, 0]);
    for (let value = 5; value >= 0; value--) {
      radix.decrement(digits);
      assert.deepEqual(digits, radix.digitsOf(value));
    }
  });

  it("is exact up to 2⁵³", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(sizes, fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }), (wanted, any) => {
        const kept = wanted.filter((_, at) => wanted.slice(0, at + 1).reduce((a, b) => a * b, 1) < 2 ** 53);
        const radix = new Radix(kept);
        const value = any % BigInt(radix.count);
        let rest = value;
        const digits = [...kept].reverse().map((size) => {
          const digit = Number(rest % BigInt(size));
          rest /= BigInt(size);
          return digit;
        });
        assert.deepEqual(radix.digitsOf(Number(value)), digits.reverse());
        assert.equal(radix.numberOf(digits), Number(value));
      }),
    );
  });
});

describe("Steps", () => {
  it("numbers the pinned layer as laid down", () => {
    const steps = new Steps(pin);
    assert.equal(steps.total, 1398784);
    const { stage, indices, row, tap, k, last } = steps.place(187123);
    assert.equal(stage, "gemm");
    assert.deepEqual(indices, { n: 0, oy: 11, ox: 17, f: 2, c: 1, ky: 1, kx: 1 });
    assert.deepEqual({ row, tap, k, last }, { row: 369, tap: 13, k: 13, last: false });
    assert.deepEqual(
      stages.map((stage) => [stage, steps.spans[stage].start]),
      [
        ["im2col", 0],
        ["gemm", 27648],
        ["db", 470016],
        ["dW", 486400],
        ["dcol", 928768],
        ["col2im", 1371136],
      ],
    );
  });

  it("finds places and their steps beyond 2³¹, both ways", () => {
    const steps = new Steps(large);
    const rows = 100 * 112 * 112;
    assert.equal(steps.total, 2 * rows * 576 + 3 * rows * 576 * 64 + rows * 64);
    fc.assert(
      fc.property(fc.maxSafeNat(), (any) => {
        const place = steps.place(any % steps.total);
        assert.equal(steps.stepAt(place.stage, place.indices), place.step);
        const { start, cellSteps } = steps.spans[place.stage];
        assert.equal(start + place.cell * cellSteps + place.k, place.step);
      }),
      { numRuns: 1000 },
    );
    assert.deepEqual(steps.place(steps.total - 1).indices, { n: 99, oy: 111, ox: 111, c: 63, ky: 2, kx: 2 });
    assert.equal(steps.place(steps.total - 1).last, true);
  });

  it("finds every step of any layer again by its indices", () => {
    fc.assert(
      fc.property(anyGeometry, (geometry) => {
        const steps = new Steps(geometry);
        const stride = Math.ceil(steps.total / 500);
        for (let step = 0; step < steps.total; step += stride) {
          const { stage, indices } = steps.place(step);
          assert.equal(steps.stepAt(stage, indices), step);
        }
      }),
    );
  });

  it("takes missing indices as the first and those beyond as the nearest", () => {
    const steps = new Steps(pin);
    assert.equal(steps.stepAt("gemm", {}), 27648);
    assert.equal(steps.stepAt("gemm", { n: 7, oy: 99, ox: 99, f: 99, c: 99, ky: 99, kx: 99 }), 470015);
    assert.equal(steps.stepAt("col2im", { oy: -3 }), 1371136);
  });

  it("refuses a run whose steps cannot be counted", () => {
    const geometry = geometryOf([400000, 4096, 14, 14], [4096, 4096, 3, 3], null, { ...defaultSpec, padding: 1 });
    assert.throws(() => new Steps(geometry), /more steps than can be counted exactly.*Use a smaller batch/);
  });
});
