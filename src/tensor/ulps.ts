import type { Dtype } from "./dtype";

/** Bits of the significand behind the point, and the exponent of the smallest normal number. */
interface Format {
  readonly bits: number;
  readonly least: number;
}

const formats: Partial<Record<Dtype, Format>> = {
  bfloat16: { bits: 7, least: -126 },
  float16: { bits: 10, least: -14 },
  float32: { bits: 23, least: -126 },
  float64: { bits: 52, least: -1022 },
};

const BIAS = 1023;
/** 2^−1023 … 2^1022, exactly: looked up, as a power would take longer than all the rest. */
const powers = Float64Array.from({ length: 2046 }, (_, i) => 2 ** (i - BIAS));

/**
 * How many numbers of a type lie from one value to another: units in the last place. Of two types the coarser one counts, so that
 * a float32 result is measured against a float64 one in float32's units, and may then be a fraction of one away. Both values
 * are finite. null between integers, where it is their difference.
 */
export function ulpsBetween(a: Dtype, b: Dtype): ((left: number, right: number) => number) | null {
  const both = [formats[a], formats[b]].filter((format) => format !== undefined);
  if (both.length === 0) return null;
  const { bits, least } = both.reduce((coarser, format) => (format.bits < coarser.bits ? format : coarser));
  const unit = 2 ** bits;
  const number = new Float64Array(1);
  const words = new Uint32Array(number.buffer);
  const exponentOf = (size: number) => {
    number[0] = size;
    return Math.max(((words[1] >>> 20) & 0x7ff) - BIAS, least);
  };
  return (left, right) => {
    const [l, r] = [Math.abs(left), Math.abs(right)];
    const [le, re] = [exponentOf(l), exponentOf(r)];
    const [lf, rf] = [l * powers[BIAS - le], r * powers[BIAS - re]];
    // A number is `exponent + fraction` binades from the smallest normal one, with a fraction of 1 … 2 (below it: 0 … 1).
    if (left < 0 === right < 0 || l === 0 || r === 0) return Math.abs(le - re + (lf - rf)) * unit;
    return (le - least + lf + (re - least + rf)) * unit;
  };
}
