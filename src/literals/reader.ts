import { ConvError } from "../base/errors";
import { isNumberInBrackets, wrappedAt } from "./nesting";
import { type Syntax } from "./syntax";
import { type Spot, type Token, numberOf, placeOf } from "./tokens";

/** Numbers that were read: one, or an array. */
export interface Node extends Spot {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** Where each value is written. */
  readonly spans: readonly Span[];
}

/** A piece of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** More than any tensor has axes, and far less than the call stack holds. */
const DEEPEST = 32;
const MOST_REPEATS = 4096;
const closing: Record<string, string> = { "[": "]", "{": "}", "(": ")" };

/** Reads arrays of numbers from `at` on. */
export class Reader {
  at: number;
  readonly #tokens: readonly Token[];
  readonly #syntax: Syntax;
  /** Whether the last factor was written as a whole number. */
  #whole = false;

  constructor(tokens: readonly Token[], syntax: Syntax, at: number) {
    this.#tokens = tokens;
    this.#syntax = syntax;
    this.at = at;
  }

  /** From an opening bracket to the one that closes it. */
  array(depth = 1): Node {
    const { semicolon } = this.#syntax;
    const open = this.#tokens[this.at++];
    if (depth > DEEPEST) throw bad("brackets are nested too deep", open, `at most ${DEEPEST} levels`);
    const rows: Node[][] = [[]];
    for (;;) {
      const token = this.#tokens.at(this.at);
      if (token === undefined) throw bad("this bracket is not closed", open, closing[open.text], "the end");
      const before = this.#tokens[this.at - 1];
      if (token.kind === "close") {
        if (token.text !== closing[open.text])
          throw bad("this bracket closes another one", token, closing[open.text], token.text);
        this.at++;
        break;
      }
      if (token.text === ";") {
        if (semicolon === null || before.text === ";") throw bad("no row begins here", token, "a number", ";");
        this.at++;
        if (semicolon === "repeat") return this.#repeated(rows[0], open);
        rows.push([]);
      } else if (token.text === ",") {
        if (before.text === "," || before === open) throw bad("a number is missing", token, "a number", ",");
        this.at++;
      } else {
        if (rows[rows.length - 1].length > 0 && this.#endsRow(token, before)) rows.push([]);
        this.#append(rows[rows.length - 1], before, depth);
      }
    }
    const filled = rows.filter((row) => row.length > 0);
    return filled.length > 1 ? stack(filled.map(rowOf), open) : stack(filled[0] ?? [], open);
  }

  #endsRow(token: Token, before: Token): boolean {
    const { lineEndsRow } = this.#syntax;
    return token.newLine && (lineEndsRow === "unless comma" ? before.text !== "," : lineEndsRow);
  }

  #append(row: Node[], before: Token, depth: number): void {
    const token = this.#tokens[this.at];
    const bare = row.length > 0 && before.text !== ",";
    if (bare && !this.#syntax.spaces) throw bad("a comma is missing", token, ",", token.text);
    const node = this.#element(depth + 1);
    // Julia and MATLAB put such arrays into one, side by side.
    const joins = row.length > 0 && (this.#syntax.lineEndsRow === true || (bare && this.#syntax.lineEndsRow !== false));
    if (joins && (node.shape.length > 0 || row[0].shape.length > 0))
      throw bad("arrays that are put side by side are not worked out here", token, "a number", token.text);
    row.push(node);
  }

  /** Rust's `[0.0; 3]`. */
  #repeated(elements: readonly Node[], open: Token): Node {
    const [count, close] = [this.#tokens.at(this.at), this.#tokens.at(this.at + 1)];
    if (elements.length !== 1 || count?.kind !== "number" || close?.text !== closing[open.text])
      throw bad("how often is not plain", count ?? open, "one element; a number", count?.text);
    if (!Number.isInteger(count.value) || count.value < 1 || count.value * elements[0].values.length > MOST_REPEATS)
      throw bad("so many are not worked out here", count, `1 to ${MOST_REPEATS}`, count.text);
    this.at += 2;
    return stack(
      Array.from({ length: count.value }, () => elements[0]),
      open,
    );
  }

  /** An array, perhaps as `new Float32Array([…])`, or a number. */
  #element(depth: number): Node {
    const token = this.#tokens[this.at];
    const bracket = wrappedAt(this.#tokens, this.at);
    if (bracket < 0) {
      if (token.kind !== "open" || isNumberInBrackets(this.#tokens, this.at)) return this.scalar();
      if (!this.#syntax.brackets.includes(token.text)) throw bad("this is not an array", token, "a number", token.text);
      return this.array(depth);
    }
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
    const value = this.#product();
    const next = this.#tokens.at(this.at);
    if (next !== undefined && "+-−".includes(next.text) && !(next.spaceBefore && !next.spaceAfter))
      throw bad("sums are not worked out here", next, "a number, a comma or a bracket", next.text);
    const last = this.#tokens[this.at - 1];
    const spans = [{ start: spot.offset, end: last.offset + last.text.length }];
    return { shape: [], values: [value], spans, ...spotOf(spot) };
  }

  #product(): number {
    let value = this.#factor();
    for (let whole = this.#whole; ; whole = this.#whole) {
      const operator = this.#tokens.at(this.at)?.text;
      if (operator !== "*" && operator !== "/") return value;
      this.at++;
      const twice = operator === "/" && this.#syntax.doubleSlash !== null && this.#tokens.at(this.at)?.text === "/";
      if (twice) this.at++;
      const factor = this.#factor();
      this.#whole &&= whole;
      if (operator === "*") value *= factor;
      else value = this.#quotient(value / factor, twice);
    }
  }

  #quotient(value: number, twice: boolean): number {
    if (twice && this.#syntax.doubleSlash === "floor") return Math.floor(value);
    // Python and JavaScript divide numbers, C divides whole ones: 1/9 is 0 there, and never −0.
    const whole = this.#whole && this.#syntax.wholeDivision;
    if (!whole) this.#whole = false;
    return whole ? Math.trunc(value) + 0 : value;
  }

  #factor(): number {
    let sign = 1;
    for (;;) {
      const token = this.#tokens.at(this.at);
      if (token === undefined)
        throw bad("a number is missing", this.#tokens[this.#tokens.length - 1], "a number", "the end");
      this.at++;
      if (token.text === "-" || token.text === "−") sign = -sign;
      else if (token.kind === "number") {
        this.#whole = /^0[xXbBoO]/.test(token.text) || !/[.eEfFdD]/.test(token.text);
        return sign * numberOf(token);
      } else if (token.text === "(" && isNumberInBrackets(this.#tokens, this.at - 1)) {
        const value = this.#product();
        const close = this.#tokens.at(this.at++);
        if (close?.text !== ")") throw bad("sums are not worked out here", close ?? token, ")", close?.text);
        return sign * value;
      } else if (token.text !== "+") {
        this.#whole = false;
        return sign * this.#named(token);
      }
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

/** nan, np.inf, True; undefined for other names. */
export function constantOf(token: Token): number | undefined {
  if (token.kind !== "name") return undefined;
  return constants.get((token.text.split(/\.|::/).at(-1) ?? "").toLowerCase());
}

/** The row of a matrix: `1 2`, or an array of its own, `[1 2]`. */
function rowOf(row: readonly Node[]): Node {
  return row.length === 1 && row[0].shape.length === 1 ? row[0] : stack(row, row[0]);
}

/** Puts equal shapes on top of each other. */
export function stack(parts: readonly Node[], spot: Spot): Node {
  if (parts.length === 0) throw bad("these brackets are empty", spot, "numbers", "none");
  const [first] = parts;
  parts.forEach((part, i) => {
    if (part.shape.length === first.shape.length && part.shape.every((axis, k) => axis === first.shape[k])) return;
    throw bad(`the array is ragged: element ${i} differs from those before it`, part, sizeText(first), sizeText(part));
  });
  return {
    shape: [parts.length, ...first.shape],
    values: parts.flatMap((part) => part.values),
    spans: parts.flatMap((part) => part.spans),
    ...spotOf(spot),
  };
}

function sizeText({ shape }: Node): string {
  if (shape.length === 0) return "a number";
  return shape.length === 1 ? `${shape[0]} ${shape[0] === 1 ? "number" : "numbers"}` : `${shape.join("×")} numbers`;
}

function spotOf({ offset, line, column }: Spot): Spot {
  return { offset, line, column };
}

export function bad(what: string, spot: Spot, expected?: string, found?: string): ConvError {
  return new ConvError({ code: "bad-syntax", what, at: placeOf(spot), expected, found });
}
