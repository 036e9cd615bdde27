import { ConvError } from "../base/errors";
import type { Padding, Pair } from "../conv/spec";
import { tokensOf } from "../literals/tokens";

/** "2", "2, 1", "[2, 1]", "2×1": one number or [h, w]. Throws `bad-value`. */
export function pairSetting(name: string, text: string, least: number): number | Pair {
  const numbers = numbersOf(text);
  const valid = numbers?.every((value) => Number.isInteger(value) && value >= least);
  if (numbers === undefined || valid !== true || numbers.length < 1 || numbers.length > 2)
    throw bad(name, `a whole number of at least ${least}, or two: height, width`, text);
  return numbers.length === 1 ? numbers[0] : [numbers[0], numbers[1]];
}

/** As `pairSetting`, and four numbers top, bottom, left, right, and the three words. Throws `bad-value`. */
export function paddingSetting(text: string): Padding {
  const word = text.trim().replace(/^["']|["']$/g, "");
  if (word === "valid" || word === "same" || word === "same-lower") return word;
  const numbers = numbersOf(text);
  if (numbers?.length === 4 && numbers.every((value) => Number.isInteger(value) && value >= 0))
    return [
      [numbers[0], numbers[1]],
      [numbers[2], numbers[3]],
    ];
  if (numbers === undefined || numbers.length > 2)
    throw bad(
      "padding",
      "a number, two (height, width), four (top, bottom, left, right), same, same-lower or valid",
      text,
    );
  return pairSetting("padding", text, 0);
}

/** Whole numbers of at least `least`, exactly `count` of them: "1, 3, 32, 32", "1×3×32×32". Throws `bad-value`. */
export function sizesSetting(name: string, text: string, count: readonly number[], least = 1): number[] {
  const numbers = numbersOf(text);
  if (
    numbers === undefined ||
    !count.includes(numbers.length) ||
    !numbers.every((value) => Number.isSafeInteger(value) && value >= least)
  )
    throw bad(name, `${count.join(" or ")} whole numbers of at least ${least}`, text);
  return numbers;
}

/** A setting as it would be typed. */
export function settingText(value: Padding): string {
  return typeof value === "object" ? value.flat().join(", ") : String(value);
}

function numbersOf(text: string): number[] | undefined {
  const plain = text.replace(/[×xX*]/g, " ");
  try {
    const tokens = tokensOf(plain);
    if (!tokens.every(({ kind, text }) => kind === "number" || "[](),".includes(text))) return undefined;
    return tokens.filter(({ kind }) => kind === "number").map(({ value }) => value);
  } catch {
    return undefined;
  }
}

function bad(name: string, expected: string, found: string): ConvError {
  return new ConvError({ code: "bad-value", what: `${name} cannot be this`, expected, found: JSON.stringify(found) });
}
