/**
 * Fused multiply-add: a·b + c rounded once, in the two computing types. WASM's relaxed_madd does it in hardware; JavaScript
 * has none, and the trace must show the very bits. Correct for subnormals, signed zeros, infinities and NaN.
 */

const float64 = new Float64Array(1);
const words = new Uint32Array(float64.buffer);
const low = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;
const high = 1 - low;

/**
 * For float32 operands. Their product is exact in a double (24 + 24 bits, at least 2⁻²⁹⁸). The double sum rounds to the right float32
 * unless it lies in the middle between two of them: only then does it matter what the sum itself has lost. If it does, the number
 * as far away on the other side is a float32 as well.
 */
export function fma32(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const near = Math.fround(sum);
  const off = sum - near;
  if (off === 0) return near;
  const other = near + 2 * off;
  if (Math.fround(other) !== other && near - near === 0) return near;
  return inTheMiddle(product, c, sum);
}

/** The sum rounded to odd keeps what the second rounding must know: 53 bits are more than 24 + 2. */
function inTheMiddle(product: number, c: number, sum: number): number {
  const back = sum - product;
  const error = product - (sum - back) + (c - back);
  // NaN if something is infinite or NaN: then the sum is right as it is.
  return Math.fround(error === 0 || error !== error ? sum : toOdd(sum, error));
}

/** The neighbour of `sum` with an odd last bit, if `sum` is even: sum + error rounded to odd. Neither is 0. */
function toOdd(sum: number, error: number): number {
  float64[0] = sum;
  if ((words[low] & 1) === 1) return sum;
  if (error > 0 === sum > 0) words[low] |= 1;
  else if (words[low] > 0) words[low]--;
  else {
    words[low] = 0xffffffff;
    words[high]--;
  }
  return float64[0];
}

/** Inside these bounds the error-free transformations below neither overflow nor lose bits under 2⁻¹⁰⁷⁴. */
const HUGE = 2 ** 990;
const TINY = 2 ** -960;
/** Splits a double into two halves of 26 bits: 2²⁷ + 1. */
const SPLITTER = 134217729;

/** A little less and a little more than 1: a double times these is another one. */
const LESS = 1 - 2 ** -52;
const MORE = 1 + 2 ** -51;

/**
 * For doubles, after Boldo and Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using
 * rounding to odd" (2008): (uh, ul) = a·b, (th, tl) = c + ul, (vh, vl) = uh + th, all exactly; the result is
 * vh + odd(tl + vl). Where the exponents are too extreme for that, whole numbers do it.
 */
export function fma64(a: number, b: number, c: number): number {
  const product = a * b;
  const size = Math.abs(product);
  if (!(size > TINY && size < HUGE && Math.abs(a) < HUGE && Math.abs(b) < HUGE && Math.abs(c) < HUGE))
    return fmaExtreme(a, b, c, product);

  const a2 = SPLITTER * a;
  const aHigh = a2 - (a2 - a);
  const aLow = a - aHigh;
  const b2 = SPLITTER * b;
  const bHigh = b2 - (b2 - b);
  const bLow = b - bHigh;
  const productLow = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);

  // The exact result is the sum, and what the sum and the product have lost. Rounding never goes back: where it makes the same number of
  // a little less and of a little more, that is the result.
  const sum = product + c;
  const sumBack = sum - product;
  const beyond = productLow + (product - (sum - sumBack) + (c - sumBack));
  const result = sum + beyond * LESS;
  if (result === sum + beyond * MORE) return result;

  const t = c + productLow;
  const tBack = t - c;
  const tLow = c - (t - tBack) + (productLow - tBack);
  const v = product + t;
  const vBack = v - product;
  const vLow = product - (v - vBack) + (t - vBack);

  const rest = tLow + vLow;
  const restBack = rest - tLow;
  const restError = tLow - (rest - restBack) + (vLow - restBack);
  return v + (restError === 0 ? rest : toOdd(rest, restError));
}

/** Where a number is 0, not finite, or too extreme for the transformations. */
function fmaExtreme(a: number, b: number, c: number, product: number): number {
  if (!Number.isFinite(c)) return Number.isFinite(a) && Number.isFinite(b) ? c : product + c;
  if (a === 0 || b === 0 || !Number.isFinite(a) || !Number.isFinite(b)) return product + c;
  if (c === 0) return product; // a·b is not 0, so the sign of c does not matter, also where the product rounds to 0
  return fmaExact(a, b, c);
}

/** With whole numbers: exact for every finite a, b, c other than 0. */
function fmaExact(a: number, b: number, c: number): number {
  const [am, ae] = wholeOf(a);
  const [bm, be] = wholeOf(b);
  const [cm, ce] = wholeOf(c);
  const exponent = Math.min(ae + be, ce);
  const sum = am * bm * 2n ** BigInt(ae + be - exponent) + cm * 2n ** BigInt(ce - exponent);
  if (sum === 0n) return 0;
  return sum < 0n ? -rounded(-sum, exponent) : rounded(sum, exponent);
}

/** A double as whole · 2^exponent, the exponent at least −1074. */
function wholeOf(value: number): [whole: bigint, exponent: number] {
  float64[0] = value;
  const biased = (words[high] >>> 20) & 0x7ff;
  const fraction = (BigInt(words[high] & 0xfffff) << 32n) | BigInt(words[low]);
  const whole = biased === 0 ? fraction : fraction | (1n << 52n);
  return [value < 0 ? -whole : whole, Math.max(biased, 1) - 1075];
}

/** whole · 2^exponent as a double, to nearest, ties to even; 53 bits, fewer in the subnormal range. whole > 0. */
function rounded(whole: bigint, exponent: number): number {
  const cut = Math.max(whole.toString(2).length - 53, -1074 - exponent);
  if (cut <= 0) return Number(whole) * 2 ** exponent;
  const kept = whole >> BigInt(cut);
  const rest = whole - (kept << BigInt(cut));
  const half = 1n << BigInt(cut - 1);
  const up = rest > half || (rest === half && (kept & 1n) === 1n);
  // At most 53 bits: the product is exact, or overflows as it should. Beyond 2¹⁰²³ the power alone is infinite, rightly so.
  return Number(up ? kept + 1n : kept) * 2 ** (exponent + cut);
}
