import type { ComputeDtype } from "../../src/tensor/dtype";

/**
 * real: of both signs, over some powers of two. positive: sums that only grow. integer: every sum exact. wild: among
 * numbers of all sizes, zeros of both signs and subnormals, and in a layer now and then an infinity, a NaN, what
 * overflows. small: products that are subnormal or nothing. zeros: hardly anything but the sign of a zero.
 */
export const fills = ["real", "real", "positive", "integer", "wild", "wild", "small", "zeros"] as const;
export type Fill = (typeof fills)[number];

/** Mulberry32: numbers in [0, 1), the same for the same seed. */
export function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The exponents of the least number, of the least normal one, and of the first that is too large. */
const limits = {
  float32: { least: -149, normal: -126, over: 128 },
  float64: { least: -1074, normal: -1022, over: 1024 },
} as const satisfies Record<ComputeDtype, object>;

/** Values for a tensor of `length` elements. `next` gives numbers in [0, 1). */
export function valuesOf(fill: Fill, dtype: ComputeDtype, length: number, next: () => number): () => number {
  const { least, normal, over } = limits[dtype];
  const sign = () => (next() < 0.5 ? -1 : 1);
  const real = () => (next() * 2 - 1) * 2 ** Math.floor(next() * 8 - 4);
  const subnormal = () => sign() * 2 ** least * Math.floor(1 + next() * 2 ** (next() * (normal - least)));
  const zero = () => sign() * 0;
  const rare = 1 / Math.max(4, length);
  const rarities = [Infinity, -Infinity, NaN, 1.5 * 2 ** (over - 1), -1.5 * 2 ** (over - 1), 2 ** (over / 2 + 1)];
  const wild = () => {
    const draw = next();
    if (draw < rare) return rarities[Math.floor(next() * rarities.length)];
    if (draw < 0.1) return zero();
    if (draw < 0.15) return subnormal();
    if (draw < 0.2) return sign() * 2 ** (normal + Math.floor(next() * 40));
    return real();
  };
  return {
    real,
    positive: next,
    integer: () => Math.floor(next() * 7) - 3,
    wild,
    small: () => real() * 2 ** Math.floor((least / 2) * (0.9 + 0.15 * next())),
    zeros: () => (next() < 0.9 ? zero() : next() < 0.5 ? subnormal() : sign()),
  }[fill];
}
