import fc from "fast-check";
import type { Geometry } from "../../../src/conv/geometry";
import type { Arithmetic } from "../../../src/conv/run";
import { type ComputeData, computeArray } from "../../../src/tensor/dtype";
import { anyGeometry } from "../conv/anyGeometry";
import { type Inputs, Interpreter } from "./interpreter";

/** Blocks far shorter than the engine's, so that small layers have many of them; and the engine's. */
export const anyArithmetic: fc.Arbitrary<Arithmetic> = fc.record({
  dtype: fc.constantFrom("float32", "float64"),
  fused: fc.boolean(),
  block: fc.constantFrom(1, 2, 3, 5, 256),
});

/**
 * What the elements are: ordinary numbers; whole ones; ones, so that sums are as large as they can be; anything at all, with NaN,
 * infinities and subnormals; numbers whose sums overflow.
 */
export type Fill = "real" | "whole" | "ones" | "wild" | "huge";

const wild = [0, -0, NaN, Infinity, -Infinity, 2 ** -149, -(2 ** -140), 3e38, -3e38, 1e-30, 1, -1];

/** A layer walked step by step, small enough to look at all of it. */
export const anyWalk: fc.Arbitrary<Interpreter> = fc
  .record({
    geometry: anyGeometry.filter((g) => g.rows * g.taps * g.groupFilters < 1500),
    arithmetic: anyArithmetic,
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    fill: fc.constantFrom<Fill>("real", "real", "whole", "ones", "wild", "huge"),
  })
  .map(
    ({ geometry, arithmetic, seed, fill }) =>
      new Interpreter(inputsOf(geometry, arithmetic.dtype, seed, fill), arithmetic),
  )
  .map((walk) => Object.assign(walk, { toString: () => JSON.stringify(walk.run.geometry) }));

export function inputsOf(geometry: Geometry, dtype: Arithmetic["dtype"], seed: number, fill: Fill): Inputs {
  const random = generator(seed);
  const value = () => {
    if (fill === "whole") return Math.floor(random() * 19) - 9;
    if (fill === "ones") return 1;
    if (fill === "huge") return (random() - 0.2) * (dtype === "float32" ? 2 ** 64 : 2 ** 512);
    if (fill === "wild" && random() < 0.15) return wild[Math.floor(random() * wild.length)];
    return (random() * 2 - 1) * 2 ** Math.floor(random() * 8 - 4);
  };
  const filled = (length: number): ComputeData => computeArray(dtype, length).map(value);
  const g = geometry;
  return {
    geometry,
    x: filled(g.batch * g.channels * g.y.size * g.x.size),
    W: filled(g.weightFilters * g.groupTaps),
    b: g.hasBias ? filled(g.weightFilters) : null,
    dout: filled(g.rows * g.filters),
  };
}

/** mulberry32: numbers in [0, 1), the same for the same seed. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
