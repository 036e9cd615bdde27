import type { ComputeDtype } from "../../src/tensor/dtype";
import { exact } from "../format";

const MINUS = "\u2212";

/**
 * As much of a number as fits into `width` characters, rounded to nearest, without useless zeros: plain decimals or an
 * exponent, whichever keeps more of it. "" when not even one digit fits.
 */
export function fitNumber(value: number, width: number, dtype: ComputeDtype): string {
  const whole = exact(value, dtype);
  if (whole.length <= width) return whole;
  if (!Number.isFinite(value) || value === 0) return "";
  // Rounded from the shortest text, not from the double behind a float32, whose further digits mean nothing.
  const size = Math.abs(Number(whole.replaceAll(MINUS, "-")));
  const sign = value < 0 ? MINUS : "";
  const exponent = Math.floor(Math.log10(size));
  const text = nearer(
    plain(size, exponent, width - sign.length),
    scientific(size, exponent, width - sign.length),
    size,
  );
  return text === "" ? "" : sign + text.replaceAll("-", MINUS);
}

/**
 * The same for one number among others, which are `signed` if some of them are negative: a fraction leaves the place of a sign free, so
 * that it has no more decimals than its neighbours.
 */
export function fitAmong(value: number, width: number, signed: boolean, dtype: ComputeDtype): string {
  const beside = signed && value > 0 && !Number.isInteger(value) ? fitNumber(value, width - 1, dtype) : "";
  return beside === "" ? fitNumber(value, width, dtype) : beside;
}

/** Fixed point within `room` characters, or "" if no significant digit can be seen in it: 0.05 is neither 0 nor 0.1. */
function plain(size: number, exponent: number, room: number): string {
  const whole = Math.max(1, exponent + 1);
  if (whole > Math.min(room, 21)) return "";
  // Rounding up may need one more place (9.96 → 10): then one decimal less.
  for (let decimals = Math.max(0, room - whole - 1); decimals >= 0; decimals--) {
    const text = trimmed(size.toFixed(decimals));
    if (text.length <= room) return Math.abs(Number(text) - size) > size / 2 ? "" : text;
  }
  return "";
}

function scientific(size: number, exponent: number, room: number): string {
  const tail = `e${exponent}`.length;
  for (let decimals = Math.max(0, room - tail - 2); decimals >= 0; decimals--) {
    const [mantissa, power] = size.toExponential(decimals).split("e");
    const text = `${trimmed(mantissa)}e${Number(power)}`;
    if (text.length <= room) return text;
  }
  return "";
}

/** The nearer one to the number; the first if they are equally near. */
function nearer(a: string, b: string, size: number): string {
  if (a === "" || b === "") return a + b;
  return Math.abs(Number(a) - size) <= Math.abs(Number(b) - size) ? a : b;
}

function trimmed(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
