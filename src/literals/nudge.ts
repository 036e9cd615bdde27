/** A sign, digits with or without a point, an exponent, and what a language writes behind a number: "-3.0f", "1e-3", "5". */
const plain = /^([+\-−]?)\s*(0|[1-9]\d*|(?=\.\d))(\.\d*)?([eE][+-]?\d+)?([fFdDlLuU]+|_?[fiu](?:8|16|32|64|size))?$/;
/** More digits than a number of float64 has. */
const MOST_DIGITS = 20;

/** How large a step is, in powers of ten of the last digit that is written. */
export type Stride = -1 | 0 | 1;

/**
 * A number as it is written, `by` steps of its last digit further, with as many digits behind the point as it had; with stride −1 one
 * more. null: it is not written as a plain number.
 */
export function nudged(written: string, by: number, stride: Stride = 0): string | null {
  const found = plain.exec(written);
  if (found === null) return null;
  const [, sign, whole, point = "", exponent = "", suffix = ""] = found;
  const decimals = Math.max(0, point.length - 1);
  const places = stride === -1 ? decimals + 1 : decimals;
  if (whole.length + places > MOST_DIGITS || !Number.isSafeInteger(by)) return null;
  const scaled = BigInt(whole + point.slice(1)) * (stride === -1 ? 10n : 1n);
  const value = (sign === "" || sign === "+" ? scaled : -scaled) + BigInt(by) * (stride === 1 ? 10n : 1n);
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, "0");
  const [front, behind] = [digits.slice(0, digits.length - places), digits.slice(digits.length - places)];
  // ".5" and "5." stay as they are.
  const before = whole === "" && front === "0" ? "" : front;
  const minus = value < 0n ? (sign === "−" ? "−" : "-") : sign === "+" ? "+" : "";
  return `${minus}${before}${places > 0 || point !== "" ? "." : ""}${behind}${exponent}${suffix}`;
}
