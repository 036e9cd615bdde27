import { ConvError } from "../base/errors";

/** Where something stands in the selected text: line and column from 1, and the offset. */
export interface Spot {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

export interface Token extends Spot {
  readonly kind: "number" | "name" | "text" | "open" | "close" | "mark";
  readonly text: string;
  /** Whitespace stands before it, and, for `spaceAfter`, behind it: "1 -1" is two numbers, "1 - 1" is not. */
  readonly spaceBefore: boolean;
  readonly spaceAfter: boolean;
  /** A line ends somewhere before it. */
  readonly newLine: boolean;
  readonly value: number;
  /** Brackets that are open before it. */
  readonly depth: number;
}

/**
 * Numbers of Python, C, C++, JavaScript, Java, Rust, MATLAB and Julia: digits grouped by _ or ', suffixes like f, u and L.
 * An exponent belongs to a number only if digits follow; a point may lead or trail.
 */
const numberPattern =
  /(?:0[xX][\da-fA-F_']+|(?:\d[\d_']*(?:\.[\d_']*)?|\.\d[\d_']*)(?:[eE][+-]?\d+)?)(?:[fFdDlLuU]+\d*|_?[fiu](?:8|16|32|64))?/y;
const namePattern = /[\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.|::)[\p{L}_$][\p{L}\p{N}_$]*)*/uy;
const stringPattern = /(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/y;
const skipPattern = /(?:\s|\\\r?\n|\/\/[^\n]*|#[^\n]*|%[^\n]*|\/\*[\s\S]*?\*\/)+/y;

/** Cuts source text of any of these languages into tokens; comments and line ends are gone. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map((found) => found.index + 1)];
  let line = 0;
  let at = 0;
  let depth = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  while (at < text.length) {
    const skipped = take(skipPattern) ?? "";
    at += skipped.length;
    if (at >= text.length) break;
    while (line + 1 < lineStarts.length && lineStarts[line + 1] <= at) line++;
    const spot = { offset: at, line: line + 1, column: at - lineStarts[line] + 1 };
    const [kind, found] = nextToken(text, at, take);
    const space = { spaceBefore: skipped !== "" || tokens.length === 0, newLine: skipped.includes("\n") };
    at += found.length;
    const spaceAfter = at >= text.length || /\s/.test(text[at]);
    const value = kind === "number" ? numberOf(found, spot) : NaN;
    tokens.push({ kind, text: found, ...spot, ...space, spaceAfter, value, depth });
    depth += kind === "open" ? 1 : kind === "close" ? -1 : 0;
  }
  return tokens;
}

function nextToken(text: string, at: number, take: (pattern: RegExp) => string | undefined): [Token["kind"], string] {
  const number = take(numberPattern);
  if (number !== undefined) return ["number", number];
  const name = take(namePattern);
  if (name !== undefined) return ["name", name];
  const string = take(stringPattern);
  if (string !== undefined) return ["text", string];
  if (text.startsWith("...", at) || text[at] === "…") return ["mark", text[at] === "…" ? "…" : "..."];
  if ("[{(".includes(text[at])) return ["open", text[at]];
  if ("]})".includes(text[at])) return ["close", text[at]];
  return ["mark", String.fromCodePoint(text.codePointAt(at) ?? 0)];
}

function numberOf(text: string, spot: Spot): number {
  const plain = text.replace(/[_']/g, "");
  const value = /^0[xX]/.test(plain)
    ? Number(plain.replace(/[uUlL]+$/, ""))
    : Number(plain.replace(/(?:[fFdDlLuU]+\d*|[fiu](?:8|16|32|64))$/, ""));
  if (Number.isNaN(value))
    throw new ConvError({ code: "bad-value", what: "this is not a number", at: placeOf(spot), found: text });
  return value;
}

export function placeOf({ line, column }: Spot): { line: number; column: number } {
  return { line, column };
}
