import type { ComputeDtype } from "../src/tensor/dtype";

/** The minus of mathematics: as wide as a digit's plus, and not a hyphen. */
const MINUS = "−";
const THIN = "\u202f";
const NO_BREAK = "\u00a0";

/** A number where there is little room: some four significant digits, in some seven places. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return special(value);
  if (value === 0) return Object.is(value, -0) ? `${MINUS}0` : "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return typographic(value.toExponential(2));
  if (Number.isInteger(value)) return typographic(String(value));
  return typographic(value.toFixed(size >= 1e5 ? 0 : size >= 1000 ? 1 : size >= 100 ? 2 : 3));
}

/** The fewest digits that give the same value of the type back. */
export function exact(value: number, dtype: ComputeDtype): string {
  if (!Number.isFinite(value)) return special(value);
  if (Object.is(value, -0)) return `${MINUS}0`;
  if (dtype === "float64") return typographic(String(value));
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return typographic(String(Number(text)));
  }
  return typographic(String(Number(value.toPrecision(9))));
}

/** The bits of the value, as the type holds them: 0xbf00e50b. */
export function hex(value: number, dtype: ComputeDtype): string {
  const bytes = new DataView(new ArrayBuffer(8));
  if (dtype === "float32") {
    bytes.setFloat32(0, value);
    return `0x${bytes.getUint32(0).toString(16).padStart(8, "0")}`;
  }
  bytes.setFloat64(0, value);
  return `0x${bytes.getBigUint64(0).toString(16).padStart(16, "0")}`;
}

/** 1 398 784 */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/** 64 KiB */
export function bytesText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let size = bytes;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size >= 100 || Number.isInteger(size) ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** Text that is broken between its parts only: neither "oy 11" nor "col[369, k]" nor "Σ col" is torn apart at the end of a line. */
export function unbroken(text: string): string {
  return text
    .replace(/\[[^\]]*\]/g, (index) => index.replaceAll(" ", NO_BREAK))
    .replace(/(Σ|\b[a-z]{1,3}) (?=\d|\p{L}+\[)/gu, `$1${NO_BREAK}`);
}

/** A step or an index as somebody types it: digits with any spacing, commas or underscores between them. */
export function parseWhole(text: string): number | null {
  const digits = text.replace(/[\s,_.'\u202f]/g, "");
  if (!/^\d{1,16}$/.test(digits)) return null;
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : null;
}

function special(value: number): string {
  return value !== value ? "NaN" : value > 0 ? "∞" : `${MINUS}∞`;
}

function typographic(text: string): string {
  return text.replace(/-/g, MINUS).replace("e+", "e");
}
