import assert from "node:assert/strict";
import fc from "fast-check";
import { type ColourScale, entryOf, jointExtremes, positionOf, scaleOf, valueAt } from "../../../src/colour/scale";

const scale = (kind: ColourScale["kind"], lo: number, hi: number): ColourScale => ({ kind, domain: "fixed", lo, hi });

describe("scaleOf", () => {
  it("diverges symmetrically when there are both signs", () => {
    assert.deepEqual(scaleOf({ min: -4.11, max: 3.895 }), {
      kind: "diverging",
      domain: "symmetric",
      lo: -4.11,
      hi: 4.11,
    });
    assert.deepEqual(scaleOf({ min: -1, max: 7 }), { kind: "diverging", domain: "symmetric", lo: -7, hi: 7 });
  });

  it("is sequential over everything when there is one sign", () => {
    assert.deepEqual(scaleOf({ min: 0, max: 255 }), { kind: "sequential", domain: "full", lo: 0, hi: 255 });
    assert.deepEqual(scaleOf({ min: -9, max: -2 }), { kind: "sequential", domain: "full", lo: -9, hi: -2 });
    assert.deepEqual(scaleOf({ min: -9, max: 0 }), { kind: "sequential", domain: "full", lo: -9, hi: 0 });
  });

  it("has a scale for nothing but zeros, and for nothing", () => {
    const zeros = { kind: "diverging", domain: "symmetric", lo: -1, hi: 1 };
    assert.deepEqual(scaleOf({ min: 0, max: 0 }), zeros);
    assert.deepEqual(scaleOf({ min: null, max: null }), zeros);
    assert.deepEqual(scaleOf({ min: null, max: null }, { kind: "full" }), zeros);
  });

  it("full gives each side of zero its own end", () => {
    assert.deepEqual(scaleOf({ min: -1, max: 7 }, { kind: "full" }), {
      kind: "diverging",
      domain: "full",
      lo: -1,
      hi: 7,
    });
  });

  it("percentile reaches as far as the farther quantile when diverging, from one to the other when sequential", () => {
    const choice = { kind: "percentile", lo: -2, hi: 3.1 } as const;
    assert.deepEqual(scaleOf({ min: -100, max: 50 }, choice), {
      kind: "diverging",
      domain: "percentile",
      lo: -3.1,
      hi: 3.1,
    });
    assert.deepEqual(scaleOf({ min: 0, max: 50 }, { kind: "percentile", lo: 1, hi: 9 }), {
      kind: "sequential",
      domain: "percentile",
      lo: 1,
      hi: 9,
    });
    // More than 98 of 100 elements are zero: the quantiles say nothing.
    assert.equal(scaleOf({ min: -5, max: 4 }, { kind: "percentile", lo: 0, hi: 0 }).hi, 5);
    assert.equal(scaleOf({ min: 0, max: 4 }, { kind: "percentile", lo: 0, hi: 0 }).hi, 4);
  });

  it("fixed takes what it is given, in either order, and diverges if 0 is inside", () => {
    assert.deepEqual(scaleOf({ min: 0, max: 9 }, { kind: "fixed", lo: 2, hi: -1 }), scale("diverging", -1, 2));
    assert.deepEqual(scaleOf({ min: -3, max: 9 }, { kind: "fixed", lo: 0, hi: 1 }), scale("sequential", 0, 1));
  });

  it("joins tensors that share a scale", () => {
    assert.deepEqual(
      jointExtremes([
        { min: -1, max: 2 },
        { min: null, max: null },
        { min: 0, max: 5 },
      ]),
      {
        min: -1,
        max: 5,
      },
    );
    assert.deepEqual(jointExtremes([]), { min: null, max: null });
  });
});

describe("positionOf", () => {
  const diverging = scale("diverging", -2, 8);

  it("has 0 in the middle of a diverging scale, and each end at its end", () => {
    assert.deepEqual(
      [-9, -2, -1, 0, -0, 4, 8, 1e300].map((value) => positionOf(diverging, value)),
      [0, 0, 0.25, 0.5, 0.5, 0.75, 1, 1],
    );
  });

  it("is linear on a sequential scale", () => {
    assert.deepEqual(
      [-1, 0, 5, 10, 11].map((value) => positionOf(scale("sequential", 0, 10), value)),
      [0, 0, 0.5, 1, 1],
    );
  });

  it("does not overflow", () => {
    assert.equal(positionOf(scale("sequential", -1.7e308, 1.7e308), 0), 0.5);
    assert.equal(positionOf(scale("diverging", -5e-324, 5e-324), 5e-324), 1);
  });

  it("puts a constant in the middle", () => {
    assert.equal(positionOf(scale("sequential", 3, 3), 3), 0.5);
  });

  it("valueAt is its inverse", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (position) => {
        for (const each of [diverging, scale("sequential", -4, 9)])
          assert.ok(Math.abs(positionOf(each, valueAt(each, position)) - position) < 1e-12);
      }),
    );
  });
});

describe("entryOf", () => {
  it("leaves neither sign a colour of the other", () => {
    const around = scale("diverging", -1, 1);
    assert.deepEqual(
      [-5, -1, -0.5, -1e-9, 0, -0, 1e-9, 0.5, 1, 5].map((value) => entryOf(around, value)),
      [0, 0, 63, 127, 128, 128, 128, 192, 255, 255],
    );
  });

  it("never leaves the table, whatever the scale", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, number, number, fc.constantFrom("diverging", "sequential"), (a, b, value, kind) => {
        const entry = entryOf(scale(kind, Math.min(a, b), Math.max(a, b)), value);
        assert.ok(Number.isInteger(entry) && entry >= 0 && entry <= 255, String(entry));
      }),
    );
  });
});
