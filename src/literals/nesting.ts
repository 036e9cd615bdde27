import { ConvError } from "../base/errors";
import { type Token, isKeyword, placeOf } from "./tokens";

/** Names of what makes an array of an array and leaves its numbers alone. */
const wrapper =
  /(?:^|[.:])(?:as_?)?(?:array\d?|tensor(?:\dd)?|list|tuple|vec|vector|of|float|double|single|int|long|short|matrix|constant|variable|Variable|Parameter|Matrix|SMatrix|Array|List|(?:Float|Double|Int|Long|Half|BFloat16)?Tensor|u?int\d+|float\d+|(?:Float|Int|Uint|BigInt|BigUint)\d+(?:Clamped)?Array)$/;

/**
 * If an array begins at `i` within a wrapping that names its type or makes it, the position of its bracket:
 * `new Float32Array([`, `np.array([`, `vec![`, `new float[] {`. Otherwise −1.
 */
export function wrappedAt(tokens: readonly Token[], i: number): number {
  let at = tokens.at(i)?.text === "new" ? i + 1 : i;
  const name = tokens.at(at);
  if (name?.kind !== "name" || !wrapper.test(name.text)) return -1;
  at++;
  if (tokens.at(at)?.text === "!") at++;
  while (tokens.at(at)?.text === "[" && tokens.at(at + 1)?.text === "]") at += 2;
  // float("inf") is a number.
  const converts = tokens.at(at)?.text === "(" && /^(?:float|double|int|long|short)$/.test(name.text);
  return tokens.at(at)?.kind === "open" && !converts ? at : -1;
}

/**
 * Out of the calls and groups that only wrap the array at `from`: `nn.Parameter(torch.tensor(data=[`. Where they begin, and how
 * many brackets they open.
 */
export function wrappingOf(
  tokens: readonly Token[],
  from: number,
): { readonly start: number; readonly levels: number } {
  let start = from;
  let levels = 0;
  for (;;) {
    const named = start > 2 && tokens[start - 1].text === "=" && tokens[start - 3].text === "(";
    const open = named ? start - 3 : start - 1;
    if (open < 0 || tokens[open].text !== "(") break;
    const name = open > 0 ? tokens[open - 1] : undefined;
    const called = name !== undefined && (name.kind === "close" || (name.kind === "name" && !isKeyword(name)));
    if (called && !(name.kind === "name" && wrapper.test(name.text))) break;
    start = called ? open - 1 : open;
    levels++;
  }
  if (start > 0 && tokens[start - 1].text === "new") start--;
  return { start, levels };
}

/** More tokens than a number in brackets has. */
const LONGEST_NUMBER = 64;

/** Parentheses around one number: `(1 / 9)`. A tuple has a comma. */
export function isNumberInBrackets(tokens: readonly Token[], i: number): boolean {
  if (tokens[i].text !== "(") return false;
  let depth = 0;
  for (let at = i; at < Math.min(tokens.length, i + LONGEST_NUMBER); at++) {
    const { kind, text } = tokens[at];
    if (kind === "open" && text !== "(") return false;
    if (kind === "open") depth++;
    if (kind === "close" && --depth === 0) return at > i + 1;
    if (text === "," || text === ";") return false;
  }
  return false;
}

/**
 * Throws ConvError `bad-syntax` if the array [from, to) is one of several elements of an array around it that was not read
 * itself: what stands beside it would be left out.
 */
export function refuseNeighbours(tokens: readonly Token[], from: number, to: number): void {
  let depth = 0;
  let comma = false;
  for (let i = from - 1; i >= 0; i--) {
    const { kind, text } = tokens[i];
    if (kind === "close") depth--;
    else if (kind === "open" && depth < 0) depth++;
    else if (depth < 0) continue;
    // A call's other arguments are no neighbours, nor are a statement's or a key's.
    else if (text === "(") comma = false;
    else if (":=;".includes(text)) return;
    else if (text === ",") comma = true;
    else if (kind === "open") {
      if (comma || commaBehind(tokens, to, i))
        throw new ConvError({
          code: "bad-syntax",
          what: "the array around this one cannot be read",
          at: placeOf(tokens[i]),
          expected: "arrays of numbers",
          found: tokens[i + 1].text,
          remedy: "Select one of the arrays in it",
        });
      return;
    }
  }
}

/** Whether a comma stands behind position `to` at the level of the bracket `open`, before it closes. */
function commaBehind(tokens: readonly Token[], to: number, open: number): boolean {
  let depth = 0;
  for (const { kind } of tokens.slice(open, to)) depth += kind === "open" ? 1 : kind === "close" ? -1 : 0;
  for (const { kind, text } of tokens.slice(to)) {
    if (kind === "open") depth++;
    if (kind === "close" && --depth === 0) return false;
    if (depth === 1 && text === ",") return true;
  }
  return false;
}

/**
 * C++ writes two braces for each std::array: the object's, and those of the C array in it. Either may be left out. The shape
 * without the objects' braces: known from the declaration before the array, or where the braces are written in pairs,
 * `{{ {{1, 2}}, {{3, 4}} }}`.
 */
export function withoutObjects(tokens: readonly Token[], from: number, shape: readonly number[]): readonly number[] {
  const axes = declaredAxes(tokens.slice(Math.max(0, from - LONGEST_DECLARATION), from));
  const pairs = shape.length % 2 === 0 && shape.every((size, axis) => axis % 2 === 1 || size === 1);
  if (axes === null) {
    const [a, b, c, d] = tokens.slice(from, from + 4);
    const paired = pairs && shape.length >= 4 && [a, b, c, d].every((token) => token.text === "{");
    return paired && !b.spaceBefore && c.spaceBefore && !d.spaceBefore ? inner(shape) : shape;
  }
  if (pairs && shape.length === 2 * axes) return inner(shape);
  const kept = [...shape];
  while (kept.length > axes && kept.includes(1)) kept.splice(kept.indexOf(1), 1);
  return kept;
}

function inner(shape: readonly number[]): number[] {
  return shape.filter((_, axis) => axis % 2 === 1);
}

/** Tokens of a declaration: more than types are written with. */
const LONGEST_DECLARATION = 200;

/** How many axes `std::array<std::array<float, 3>, 2>` has; null if the last declaration has none. */
function declaredAxes(tokens: readonly Token[]): number | null {
  const start = tokens.findLastIndex(({ text }) => text === ";") + 1;
  const named = (pattern: RegExp) =>
    tokens.filter(({ text }, i) => i >= start && pattern.test(text) && tokens.at(i + 1)?.text === "<").length;
  return named(/(?:^|::)array$/) > 0 ? named(/(?:^|::)(?:array|vector)$/) : null;
}
