import { wrappingOf } from "./nesting";
import { type Token, isKeyword } from "./tokens";

/** Names of settings and sizes, which are pairs of pairs, too. */
const settings = /(?:pads?|paddings?|strides?|dilations?|shapes?|sizes?|magic)["'`]?$/i;

/**
 * Whether the array of numbers that begins at `from` is surely no filter, for how it is used: what a loop goes over, what is taken
 * apart into names, or what bears the name of a setting or of sizes.
 */
export function isNoFilter(tokens: readonly Token[], from: number): boolean {
  const { start } = wrappingOf(tokens, from);
  if (start < 1) return false;
  const before = tokens[start - 1];
  if (isKeyword(before)) return before.text === "of" || before.text === "in";
  // As an argument: `padding=[[…]]` is within the brackets of its call.
  const named = from > 2 && tokens[from - 1].text === "=" ? from - 2 : start - 2;
  if (named < 0 || !"=:".includes(tokens[named + 1].text)) return false;
  const name = tokens[named];
  if (name.kind === "name" || name.kind === "text") return settings.test(name.text);
  return name.text === "]" && isDeclared(tokens, named);
}

/** `const [a, b]`, closed at `close`. */
function isDeclared(tokens: readonly Token[], close: number): boolean {
  const open = tokens.findLastIndex(
    ({ kind, depth }, i) => i < close && kind === "open" && depth === tokens[close].depth - 1,
  );
  return open > 0 && ["const", "let", "var"].includes(tokens[open - 1].text);
}
