import { ConvError } from "../base/errors";
import { elementCount } from "../tensor/tensor";
import { refuseNeighbours, withoutObjects, wrappedAt } from "./nesting";
import { type Node, Reader, type Span, bad, constantOf, stack } from "./reader";
import { type Follow, closeOf, followOf } from "./tail";
import { type Syntax, anySyntax } from "./syntax";
import { type Token, isKeyword, tokensOf } from "./tokens";

/** Numbers as they are nested. */
export type Nested = number | readonly Nested[];

export interface Literal {
  readonly shape: readonly number[];
  /** In C order. */
  readonly values: readonly number[];
  /** Where each of them is written: the same place for several where a language says how often. */
  readonly spans: readonly Span[];
  /** Where the array begins and ends in the text. */
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the first array of numbers in a piece of source code, whatever the language: brackets, braces or parentheses
 * (nested, or MATLAB's rows with semicolons, or bare lines of numbers), commas or spaces between numbers, and around it
 * declarations and calls such as np.array(…), torch.tensor(…). What changes the numbers is followed where it is plain
 * (a factor before or behind it, reshape, view) and refused where it is not: nothing is left out silently.
 * Throws ConvError `bad-value` or `bad-syntax` with the line and column in `text`.
 */
export function readLiteral(text: string, syntax: Syntax = anySyntax): Literal {
  const tokens = tokensOf(text, syntax);
  const from = tokens.findIndex((_token, i) => startsArray(tokens, i, syntax));
  if (from < 0) return bareRows(tokens, syntax);
  const reader = new Reader(tokens, syntax, from);
  const array = reader.array();
  refuseNeighbours(tokens, from, reader.at);
  return literalAt(tokens, from, reader.at, array);
}

/** Every array that can be read, in the order of the tokens, and its first token. What would be refused is not among them. */
export function* literalsOf(
  tokens: readonly Token[],
  syntax: Syntax,
): Generator<{ readonly literal: Literal; readonly from: number }> {
  for (let from = 0; from < tokens.length; from++) {
    if (!startsArray(tokens, from, syntax)) continue;
    const reader = new Reader(tokens, syntax, from);
    try {
      const array = reader.array();
      if (!tokens.slice(from, reader.at).some(isBoolean))
        yield { literal: literalAt(tokens, from, reader.at, array), from };
      from = reader.at - 1;
    } catch (error) {
      if (!(error instanceof ConvError)) throw error;
      // A part of an array is not the array: all of it is passed over. A brace may be that of a block.
      from = tokens[from].text === "{" ? Math.max(reader.at - 1, from) : closeOf(tokens, from, tokens.length);
    }
  }
}

/** A mask is made of them, no filter. */
function isBoolean({ kind, text }: Token): boolean {
  return kind === "name" && /^(?:true|false)$/i.test(text);
}

/** The array of tokens [from, to), with what the code around it does to it. */
function literalAt(tokens: readonly Token[], from: number, to: number, array: Node): Literal {
  const after = followOf(tokens, from, to);
  const shape = withoutObjects(tokens, from, array.shape);
  return finish({ ...array, shape }, after, tokens[from], tokens[to - 1]);
}

/** The values of a literal, nested as its shape says. */
export function nestedOf({ shape, values }: Pick<Literal, "shape" | "values">): Nested {
  let level: Nested[] = [...values];
  for (const axis of shape.slice(1).reverse())
    level = Array.from({ length: level.length / axis }, (_, i) => level.slice(i * axis, (i + 1) * axis));
  return level;
}

/** An opening bracket that holds numbers: not a subscript `k[3]`, not the parenthesis of a call or of a group. */
function startsArray(tokens: readonly Token[], i: number, { brackets, lineEndsRow }: Syntax): boolean {
  const token = tokens[i];
  if (token.kind !== "open" || !brackets.includes(token.text)) return false;
  // MATLAB subscripts with parentheses.
  if (token.text !== "{" && lineEndsRow !== true && isSubscript(tokens, i)) return false;
  if (token.text === "(" && isGroup(tokens, i)) return false;
  // The first leaf decides: [[f32; 3]; 3] is a type.
  const leaf = leafAt(tokens, i);
  const wrapped = wrappedAt(tokens, leaf) >= 0;
  return !(wrapped && token.text === "(") && startsNumbers(tokens, leaf);
}

/** `k[`, `f(`, and the list that is all of a subscript, `k[[`; not Julia's `Float32[`. */
function isSubscript(tokens: readonly Token[], i: number): boolean {
  const before = i > 0 ? tokens[i - 1] : undefined;
  if (before === undefined || isKeyword(before)) return false;
  if (before.kind === "name") return !(tokens[i].text === "[" && /^U?(?:Int|Float|BFloat)\d+$/.test(before.text));
  if (before.text === "[" && tokens[i].text === "[") return isSubscript(tokens, i - 1) && !tokens[i - 1].newLine;
  return before.kind === "close" && before.text !== "}" && !tokens[i].newLine;
}

/** Whether a leaf is a number, or brackets and calls that come to one at last. */
function startsNumbers(tokens: readonly Token[], leaf: number): boolean {
  if (leaf >= tokens.length) return false;
  const bracket = wrappedAt(tokens, leaf);
  return bracket >= 0 ? startsNumbers(tokens, leafAt(tokens, bracket)) : isNumeric(tokens[leaf]);
}

/** The first position from `i` on that opens no bracket. */
function leafAt(tokens: readonly Token[], i: number): number {
  let at = i;
  while (at < tokens.length && tokens[at].kind === "open") if (at++ - i > MOST_BRACKETS) return tokens.length;
  return at;
}

function isNumeric(token: Token): boolean {
  return token.kind === "number" || "+-−".includes(token.text) || constantOf(token) !== undefined;
}

/** How far is looked ahead, so that no text takes long: for the first comma of a tuple, and for the first number. */
const FARTHEST = 4096;
const MOST_BRACKETS = 64;

/** Parentheses around one thing: `([[1, 2]])`, `(1 / 9)`. A tuple has a comma of its own. */
function isGroup(tokens: readonly Token[], i: number): boolean {
  let depth = 0;
  for (let at = i; at < Math.min(tokens.length, i + FARTHEST); at++) {
    const { kind, text } = tokens[at];
    if (kind === "open") depth++;
    if (kind === "close" && --depth === 0) return true;
    if (depth === 1 && text === ",") return false;
  }
  return true;
}

/** No brackets at all: every line is a row. */
function bareRows(tokens: readonly Token[], syntax: Syntax): Literal {
  const rows: Node[][] = [];
  const reader = new Reader(tokens, syntax, 0);
  while (reader.at < tokens.length) {
    const token = tokens[reader.at];
    if (token.newLine || token.text === ";" || rows.length === 0) rows.push([]);
    if (token.text === "," || token.text === ";") reader.at++;
    else if (token.kind === "open" || token.kind === "close" || token.kind === "text")
      throw bad("there is no array of numbers here", token, "numbers in brackets", token.text);
    else rows[rows.length - 1].push(reader.scalar());
  }
  const filled = rows.filter((row) => row.length > 0);
  if (filled.length === 0)
    throw new ConvError({
      code: "bad-syntax",
      what: "no numbers are selected",
      expected: "an array such as [[1, 0, -1]]",
    });
  const node = stack(
    filled.map((row) => stack(row, row[0])),
    filled[0][0],
  );
  const { shape, values, spans } = node;
  return { shape, values, spans, start: tokens[0].offset, end: endOf(tokens[tokens.length - 1]) };
}

function finish(node: Node, { factor, shape }: Follow, first: Token, last: Token): Literal {
  const values = factor === 1 ? node.values : node.values.map((value) => value * factor);
  const target = { spans: node.spans, start: first.offset, end: endOf(last) };
  if (shape === undefined) return { shape: node.shape, values, ...target };
  const known = shape.axes.filter((axis) => axis !== -1);
  const rest = values.length / elementCount(known);
  const axes = shape.axes.map((axis) => (axis === -1 ? rest : axis));
  if (elementCount(axes) !== values.length || !Number.isInteger(rest))
    throw bad("the numbers do not fill this shape", shape, `${elementCount(known)} numbers`, `${values.length}`);
  return { shape: axes, values, ...target };
}

function endOf(token: Token): number {
  return token.offset + token.text.length;
}
