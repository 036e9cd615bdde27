import { ConvError } from "../base/errors";
import { elementCount } from "../tensor/tensor";
import { type Spot, type Token, placeOf, tokensOf } from "./literalTokens";
import { refuseNeighbours, withoutObjects, wrappedAt } from "./literalNesting";
import { type Follow, followOf } from "./literalTail";

/** Numbers as they are nested. */
export type Nested = number | readonly Nested[];

export interface Literal {
  readonly shape: readonly number[];
  /** In C order. */
  readonly values: readonly number[];
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
export function readLiteral(text: string): Literal {
  const tokens = tokensOf(text);
  const from = tokens.findIndex((_token, i) => startsArray(tokens, i));
  if (from < 0) return bareRows(tokens);
  const reader = new Reader(tokens, from);
  const array = reader.array();
  refuseNeighbours(tokens, from, reader.at);
  const after = followOf(tokens, from, reader.at);
  return finish(
    { ...array, shape: withoutObjects(tokens, from, array.shape) },
    after,
    tokens[from],
    tokens[reader.at - 1],
  );
}

/** Every array that `readLiteral` could read, in the order of the text. What it would refuse is not among them. */
export function findLiterals(text: string): Literal[] {
  const found: Literal[] = [];
  const tokens = tokensOf(text);
  for (let from = 0; from < tokens.length;) {
    if (!startsArray(tokens, from)) from++;
    else {
      const reader = new Reader(tokens, from);
      try {
        const array = reader.array();
        found.push(finish(array, followOf(tokens, from, reader.at), tokens[from], tokens[reader.at - 1]));
      } catch (error) {
        if (!(error instanceof ConvError)) throw error;
      }
      from = Math.max(reader.at, from + 1);
    }
  }
  return found;
}

/** The values of a literal, nested as its shape says. */
export function nestedOf({ shape, values }: Pick<Literal, "shape" | "values">): Nested {
  let level: Nested[] = [...values];
  for (const axis of shape.slice(1).reverse())
    level = Array.from({ length: level.length / axis }, (_, i) => level.slice(i * axis, (i + 1) * axis));
  return level;
}

/** An opening bracket that holds numbers: not a subscript `k[3]`, not the parenthesis of a call or of a group. */
function startsArray(tokens: readonly Token[], i: number): boolean {
  const token = tokens[i];
  if (token.kind !== "open") return false;
  const before = i > 0 ? tokens[i - 1] : undefined;
  const subject = before !== undefined && (before.kind === "name" || before.text === "]" || before.text === ")");
  if (token.text === "[" && subject && !isKeyword(before.text)) return false;
  if (token.text === "(" && subject && !isKeyword(before.text)) return false;
  if (token.text === "(" && isGroup(tokens, i)) return false;
  // The first leaf decides: [[f32; 3]; 3] is a type.
  const first = tokens.findIndex(({ kind }, at) => at >= i && kind !== "open");
  if (first < 0) return false;
  const leaf = tokens[first];
  const inner = wrappedAt(tokens, first);
  if (inner >= 0) return token.text !== "(" && startsNumbers(tokens, inner);
  return isNumeric(leaf);
}

/** Whether brackets, calls among them, come to a number at last. */
function startsNumbers(tokens: readonly Token[], i: number): boolean {
  const first = tokens.findIndex(({ kind }, at) => at >= i && kind !== "open");
  if (first < 0) return false;
  const inner = wrappedAt(tokens, first);
  return inner >= 0 ? startsNumbers(tokens, inner) : isNumeric(tokens[first]);
}

function isNumeric(token: Token): boolean {
  return token.kind === "number" || "+-−".includes(token.text) || constantOf(token) !== undefined;
}

/** `return [[1, 2]]` is no subscript. */
function isKeyword(text: string): boolean {
  return ["return", "in", "yield", "else", "const", "let", "var"].includes(text);
}

/** Parentheses around one thing: `([[1, 2]])`, `(1 / 9)`. A tuple has a comma of its own. */
function isGroup(tokens: readonly Token[], i: number): boolean {
  let depth = 0;
  for (const token of tokens.slice(i)) {
    if (token.kind === "open") depth++;
    if (token.kind === "close" && --depth === 0) return true;
    if (depth === 1 && token.text === ",") return false;
  }
  return true;
}

interface Node extends Spot {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** More than any tensor has axes, and far less than the call stack holds. */
const DEEPEST = 32;
const closing: Record<string, string> = { "[": "]", "{": "}", "(": ")" };

class Reader {
  at: number;
  readonly #tokens: readonly Token[];

  constructor(tokens: readonly Token[], at: number) {
    this.#tokens = tokens;
    this.at = at;
  }

  /** From an opening bracket to the one that closes it. */
  array(depth = 1): Node {
    const open = this.#tokens[this.at++];
    if (depth > DEEPEST) throw bad("brackets are nested too deep", open, `at most ${DEEPEST} levels`);
    const rows: Node[][] = [[]];
    for (;;) {
      const token = this.#tokens.at(this.at);
      if (token === undefined) throw bad("this bracket is not closed", open, closing[open.text], "the end");
      if (token.kind === "close") {
        if (token.text !== closing[open.text])
          throw bad("this bracket closes another one", token, closing[open.text], token.text);
        this.at++;
        break;
      }
      if (token.text === ";") {
        rows.push([]);
        this.at++;
      } else if (token.text === ",") this.at++;
      else rows[rows.length - 1].push(this.#element(depth + 1));
    }
    const filled = rows.filter((row) => row.length > 0);
    return filled.length > 1
      ? stack(
          filled.map((row) => stack(row, row[0])),
          open,
        )
      : stack(filled[0] ?? [], open);
  }

  /** An array, perhaps as `new Float32Array([…])`, or a number. */
  #element(depth: number): Node {
    const bracket = wrappedAt(this.#tokens, this.at);
    if (bracket < 0) return this.#tokens[this.at].kind === "open" ? this.array(depth) : this.scalar();
    this.at = bracket;
    // Of a call, `np.array([1, 2])`, the parenthesis is not an axis: its one argument is.
    const open = this.#tokens[bracket];
    const argument = this.#tokens.at(bracket + 1);
    const isCall = open.text === "(" && (argument?.kind === "open" || wrappedAt(this.#tokens, bracket + 1) >= 0);
    if (!isCall) return this.array(depth);
    this.at++;
    const node = this.#element(depth + 1);
    const close = this.#tokens.at(this.at);
    if (close?.text !== ")") throw bad("more than the numbers stands in this call", close ?? open, ")", close?.text);
    this.at++;
    return node;
  }

  /** A signed number, or products and quotients of such: 1/9, -2*0.5. */
  scalar(): Node {
    const spot = this.#tokens[this.at];
    let value = this.#factor();
    for (;;) {
      const operator = this.#tokens.at(this.at)?.text;
      if (operator !== "*" && operator !== "/") break;
      this.at++;
      value = operator === "*" ? value * this.#factor() : value / this.#factor();
    }
    const next = this.#tokens.at(this.at);
    if (next !== undefined && "+-−".includes(next.text) && !(next.spaceBefore && !next.spaceAfter))
      throw bad("sums are not worked out here", next, "a number, a comma or a bracket", next.text);
    return { shape: [], values: [value], ...spotOf(spot) };
  }

  #factor(): number {
    let sign = 1;
    for (;;) {
      const token = this.#tokens.at(this.at);
      if (token === undefined)
        throw bad("a number is missing", this.#tokens[this.#tokens.length - 1], "a number", "the end");
      this.at++;
      if (token.text === "-" || token.text === "−") sign = -sign;
      else if (token.kind === "number") return sign * token.value;
      else if (token.text !== "+") return sign * this.#named(token);
    }
  }

  /** nan, np.inf, True, float("-inf"). */
  #named(token: Token): number {
    if (token.text === "..." || token.text === "…")
      throw bad("a part of the numbers is left out here", token, "all numbers", token.text);
    const constant = constantOf(token);
    const next = this.#tokens.at(this.at);
    if (constant !== undefined && next?.text !== "(") return constant;
    const [argument, close] = [this.#tokens.at(this.at + 1), this.#tokens.at(this.at + 2)];
    if (token.text === "float" && argument?.kind === "text" && close?.text === ")") {
      this.at += 3;
      const word = argument.text.slice(1, -1).trim().toLowerCase();
      const value = constants.get(word.replace(/^[+-]/, ""));
      if (value !== undefined) return word.startsWith("-") ? -value : value;
    }
    throw bad("this is not a number", token, "a number", token.text);
  }
}

const constants = new Map<string, number>([
  ...["nan", "quiet_nan"].map((name) => [name, NaN] as const),
  ...["inf", "infinity", "infty"].map((name) => [name, Infinity] as const),
  ["true", 1],
  ["false", 0],
]);

function constantOf(token: Token): number | undefined {
  if (token.kind !== "name") return undefined;
  return constants.get((token.text.split(/\.|::/).at(-1) ?? "").toLowerCase());
}

/** Puts equal shapes on top of each other. */
function stack(parts: readonly Node[], spot: Spot): Node {
  if (parts.length === 0) throw bad("these brackets are empty", spot, "numbers", "none");
  const [first] = parts;
  parts.forEach((part, i) => {
    if (part.shape.length === first.shape.length && part.shape.every((axis, k) => axis === first.shape[k])) return;
    throw bad(`the array is ragged: element ${i} differs from those before it`, part, sizeText(first), sizeText(part));
  });
  return {
    shape: [parts.length, ...first.shape],
    values: parts.flatMap((part) => part.values),
    ...spotOf(spot),
  };
}

function sizeText({ shape }: Node): string {
  if (shape.length === 0) return "a number";
  return shape.length === 1 ? `${shape[0]} ${shape[0] === 1 ? "number" : "numbers"}` : `${shape.join("×")} numbers`;
}

/** No brackets at all: every line is a row. */
function bareRows(tokens: readonly Token[]): Literal {
  const rows: Node[][] = [];
  const reader = new Reader(tokens, 0);
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
  return { shape: node.shape, values: node.values, start: tokens[0].offset, end: endOf(tokens[tokens.length - 1]) };
}

function finish(node: Node, { factor, shape }: Follow, first: Token, last: Token): Literal {
  const values = factor === 1 ? node.values : node.values.map((value) => value * factor);
  const target = { start: first.offset, end: endOf(last) };
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

function spotOf({ offset, line, column }: Spot): Spot {
  return { offset, line, column };
}

function bad(what: string, spot: Spot, expected?: string, found?: string): ConvError {
  return new ConvError({ code: "bad-syntax", what, at: placeOf(spot), expected, found });
}
