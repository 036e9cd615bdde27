import { ConvError } from "../base/errors";
import { wrappedAt } from "./literalNesting";
import { type Spot, type Token, placeOf } from "./literalTokens";

/** Numbers that were read: one, or an array. */
export interface Node extends Spot {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** More than any tensor has axes, and far less than the call stack holds. */
const DEEPEST = 32;
const closing: Record<string, string> = { "[": "]", "{": "}", "(": ")" };

/** Reads arrays of numbers from `at` on. */
export class Reader {
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

/** nan, np.inf, True; undefined for other names. */
export function constantOf(token: Token): number | undefined {
  if (token.kind !== "name") return undefined;
  return constants.get((token.text.split(/\.|::/).at(-1) ?? "").toLowerCase());
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
