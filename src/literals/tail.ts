import { ConvError } from "../base/errors";
import { wrappingOf } from "./nesting";
import { type Spot, type Token, numberOf, placeOf } from "./tokens";

/** What the code around an array does to it. */
export interface Follow {
  /** Every number is multiplied by it. */
  readonly factor: number;
  readonly shape: (Spot & { readonly axes: readonly number[] }) | undefined;
}

/** Methods that change neither the numbers nor the order of the axes that matter here. */
const harmless = new Set([
  ...["astype", "float", "double", "half", "to", "cuda", "cpu", "contiguous", "copy", "clone", "detach", "numpy"],
  ...["unsqueeze", "requires_grad_", "requires_grad", "type", "view_as", "tolist"],
]);
const reshaping = new Set(["reshape", "view"]);

/** How far is looked behind an array: further than anybody's arguments reach. */
const FARTHEST = 4096;

/**
 * Looks at what stands before and behind the array, tokens [from, to), in the same statement: `1/16 * np.array(…)`,
 * `… / 9`, `.reshape(1, 1, 3, 3)`. What is done with the result of a call that does not just wrap the array is no
 * business of ours. Throws ConvError `bad-syntax` for a method or operator that it does not know.
 */
export function followOf(tokens: readonly Token[], from: number, to: number): Follow {
  const { start, levels } = wrappingOf(tokens, from);
  const last = Math.min(tokens.length, to + FARTHEST);
  let factor = factorBefore(tokens, start);
  let shape: Follow["shape"];
  let depth = 0;
  for (let i = to; i < last && depth >= -levels;) {
    const token = tokens[i];
    const next = tokens.at(i + 1);
    if (token.text === ";" && depth <= 0) break;
    // The next statement: a line that begins outside of all brackets, and not with a method.
    if (token.newLine && token.text !== "." && token.kind !== "close" && depth <= 0 && token.depth <= 0) break;
    if (token.text === "." && next?.kind === "name") {
      const end = tokens.at(i + 2)?.text === "(" ? closeOf(tokens, i + 2, last) : i + 1;
      const method = next.text.split(".")[0];
      if (reshaping.has(method)) shape = { axes: axesOf(tokens, i + 2, end), ...spotOf(next) };
      else if (!harmless.has(method)) throw unknown(next, `.${next.text}`);
      i = end + 1;
    } else if ((token.text === "*" || token.text === "/") && next !== undefined) {
      if (next.kind !== "number") throw unknown(next, next.text);
      factor = token.text === "*" ? factor * numberOf(next) : factor / numberOf(next);
      i += 2;
    } else if ("+-@%^&|<>'".includes(token.text) || (token.text === "[" && depth <= 0)) {
      throw unknown(token, token.text);
    } else if (token.text === "as" || token.text === "satisfies") {
      // TypeScript says of which type it is.
      break;
    } else if (token.text === ",") {
      // The remaining arguments of a call that wraps it, or the neighbours of the array.
      if (depth <= -levels) break;
      i = skipArguments(tokens, i, last);
    } else {
      if (token.kind === "close") depth--;
      if (token.kind === "open") depth++;
      i++;
    }
  }
  return { factor, shape };
}

/** `1/16 * np.array(`: numbers, products and quotients before `start`, up to an assignment or a bracket. */
function factorBefore(tokens: readonly Token[], start: number): number {
  let i = start - 1;
  if (i < 0 || tokens[i].text !== "*") {
    if (i >= 0 && "/@%".includes(tokens[i].text)) throw unknown(tokens[i], tokens[i].text);
    if (i >= 0 && "-−".includes(tokens[i].text)) return -1;
    return 1;
  }
  // Julia and MATLAB write .* for it.
  if (i > 0 && tokens[i - 1].text === ".") i--;
  let factor = 1;
  // Read from the right: each number takes the operator on its left.
  for (i--; i >= 0; i -= 2) {
    while (i >= 0 && (tokens[i].kind === "close" || tokens[i].kind === "open")) i--;
    if (i < 0 || tokens[i].kind !== "number") throw unknown(tokens[Math.max(i, 0)], tokens[Math.max(i, 0)].text);
    const operator = tokens.at(i - 1 < 0 ? tokens.length : i - 1)?.text;
    factor = operator === "/" ? factor / numberOf(tokens[i]) : factor * numberOf(tokens[i]);
    if (operator === "-" || operator === "−") return -factor;
    if (operator !== "*" && operator !== "/") break;
  }
  return factor;
}

/** The index of the bracket that closes the one at `open`, before `last`. */
export function closeOf(tokens: readonly Token[], open: number, last: number): number {
  let depth = 0;
  for (let i = open; i < last; i++) {
    if (tokens[i].kind === "open") depth++;
    if (tokens[i].kind === "close" && --depth === 0) return i;
  }
  return last - 1;
}

/** From a comma to the bracket that closes the call. */
function skipArguments(tokens: readonly Token[], i: number, last: number): number {
  let depth = 0;
  for (; i < last; i++) {
    if (tokens[i].kind === "open") depth++;
    if (tokens[i].kind === "close" && depth-- === 0) return i;
  }
  return i;
}

function axesOf(tokens: readonly Token[], open: number, close: number): number[] {
  const axes: number[] = [];
  for (let i = open + 1; i < close; i++) {
    const token = tokens[i];
    if (token.kind === "number") axes.push(tokens[i - 1].text === "-" ? -token.value : token.value);
    else if (!["(", ")", "[", "]", ",", "-"].includes(token.text)) throw unknown(token, token.text);
  }
  const unknowns = axes.filter((axis) => axis === -1).length;
  if (axes.length === 0 || unknowns > 1 || axes.some((axis) => axis !== -1 && !(Number.isInteger(axis) && axis > 0)))
    throw unknown(tokens[open], `(${axes.join(", ")})`);
  return axes;
}

function unknown(spot: Spot, found: string): ConvError {
  return new ConvError({
    code: "bad-syntax",
    what: "what this does to the numbers is not known here",
    at: placeOf(spot),
    expected: "only the numbers, a factor or a reshape",
    found,
    remedy: "Select just the array",
  });
}

function spotOf({ offset, line, column }: Spot): Spot {
  return { offset, line, column };
}
