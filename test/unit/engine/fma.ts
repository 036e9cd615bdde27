// Multiply-add with one rounding, exact.

/**
 * float32: the product of two is exact in double; the sum's rounding error is known exactly (Knuth); rounding the sum to odd
 * leaves enough of it (53 ≥ 24 + 2 bits) for the last rounding to be the only one.
 */
export function fma32(a: number, b: number, c: number): number {
  const p = a * b;
  const sum = p + c;
  if (!Number.isFinite(sum) || sum === 0) return Math.fround(sum);
  const back = sum - p;
  const error = p - (sum - back) + (c - back);
  return Math.fround(error === 0 ? sum : toOdd(sum, error));
}

const view = new DataView(new ArrayBuffer(8));

/** The neighbour of `sum` on the exact value's side whose last bit is 1, or `sum` itself if its own is. */
function toOdd(sum: number, error: number): number {
  view.setFloat64(0, sum);
  const bits = view.getBigInt64(0);
  if ((bits & 1n) === 1n) return sum;
  // Up in magnitude if the error has the sum's sign, down otherwise.
  view.setBigInt64(0, bits + (error > 0 === sum > 0 ? 1n : -1n));
  return view.getFloat64(0);
}

/** float64: the sum as a whole number times a power of two, then rounded to nearest, ties to even. */
export function fma64(a: number, b: number, c: number): number {
  if (!Number.isFinite(a) || !Number.isFinite(b) || !Number.isFinite(c)) return a * b + c;
  const [ma, ea] = parts(a);
  const [mb, eb] = parts(b);
  const [mc, ec] = parts(c);
  const e = Math.min(ea + eb, ec);
  const sum = ((ma * mb) << BigInt(ea + eb - e)) + (mc << BigInt(ec - e));
  return sum === 0n ? a * b + c : rounded(sum, e);
}

/** value = m · 2^e exactly. */
function parts(value: number): [bigint, number] {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const m = exponent === 0 ? fraction : fraction | (1n << 52n);
  return [value < 0 ? -m : m, Math.max(exponent, 1) - 1075];
}

function rounded(m: bigint, e: number): number {
  const sign = m < 0n ? -1 : 1;
  let magnitude = m < 0n ? -m : m;
  // Bits to drop: all beyond 53, and all below the smallest subnormal 2^−1074.
  const drop = Math.max(magnitude.toString(2).length - 53, -1074 - e);
  let exponent = e;
  if (drop > 0) {
    const unit = 1n << BigInt(drop);
    const rest = magnitude % unit;
    magnitude /= unit;
    if (rest * 2n > unit || (rest * 2n === unit && magnitude % 2n === 1n)) magnitude++;
    exponent += drop;
  }
  // Two steps keep both powers in range: the number has at most 54 bits, so no step rounds.
  const half = Math.trunc(exponent / 2);
  return sign * (Number(magnitude) * 2 ** half * 2 ** (exponent - half));
}
