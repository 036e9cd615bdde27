import type { ComputeDtype } from "./dtype";

/**
 * A number in the fewest digits from which the same number of its type is read: 0.1 rather than 0.10000000149011612. Whole numbers
 * have all of theirs: a step is one, and zeros in the place of digits would be taken for them.
 */
export function numberText(value: number, dtype: ComputeDtype): string {
  if (Object.is(value, -0)) return "-0";
  if (dtype === "float64" || !Number.isFinite(value) || Number.isSafeInteger(value)) return String(value);
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value); // no float32: a mean, or a sum of several
}

/** For people: six digits. */
export function roughly(value: number | null): string {
  return value === null ? "–" : String(Number(value.toPrecision(6)));
}
