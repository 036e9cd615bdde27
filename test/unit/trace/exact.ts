/** Rounding from first principles, for tests: exact rationals in whole numbers, and a search for the nearest float. */

export type Float = "float32" | "float64";

const formats = {
  float32: { bits: 24, least: -149, most: 2 ** 127 * (2 - 2 ** -23) },
  float64: { bits: 53, least: -1074, most: Number.MAX_VALUE },
};

/** value · 2¹²⁰⁰ as a whole number; every finite double is one. */
function scaled(value: number): bigint {
  let exponent = 0;
  let whole = value;
  while (!Number.isInteger(whole)) {
    whole *= 2;
    exponent--;
  }
  return BigInt(whole) << BigInt(SCALE + exponent);
}
const SCALE = 1200;

/**
 * a·b + c rounded once to a float, ties to even, by comparing the exact result with floats around it. Slow and plain: its
 * only thoughts are what a float is and what "nearest" means.
 */
export function exactFma(float: Float, a: number, b: number, c: number): number {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return a * b + c;
  if (!Number.isFinite(c)) return c;
  const exact = scaled(a) * scaled(b) + (scaled(c) << BigInt(SCALE)); // · 2²⁴⁰⁰
  if (exact === 0n) {
    const productNegative = Object.is(Math.sign(a) * Math.sign(b), -0) || Math.sign(a) * Math.sign(b) < 0;
    const product = productNegative ? -0 : 0;
    return a === 0 || b === 0 ? product + c : 0;
  }
  const size = nearest(float, exact < 0n ? -exact : exact);
  return exact < 0n ? -size : size;
}

/** The float nearest to size · 2⁻²⁴⁰⁰. */
function nearest(float: Float, size: bigint): number {
  const { bits, least, most } = formats[float];
  // The spacing of floats around it, 2^unit: `bits` digits from the top one, but never below the least subnormal.
  const top = size.toString(2).length - 1 - 2 * SCALE;
  const unit = Math.max(top - bits + 1, least);
  const spacing = 1n << BigInt(unit + 2 * SCALE);
  const below = size / spacing;
  const [down, up] = [size - below * spacing, (below + 1n) * spacing - size];
  const whole = down < up || (down === up && below % 2n === 0n) ? below : below + 1n;
  const value = times2(Number(whole), unit);
  return value > most ? Infinity : value;
}

/** value · 2^exponent without an intermediate overflow or underflow; the result is a float. */
function times2(value: number, exponent: number): number {
  let result = value;
  for (let e = exponent; e !== 0; e -= Math.sign(e)) result *= e > 0 ? 2 : 0.5;
  return result;
}
