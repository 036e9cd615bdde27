import { ConvError } from "../base/errors";
import { commentEnd, lineEnd, regexpAt, textEnd } from "./scan";
import { type Syntax, anySyntax } from "./syntax";

/** Where something stands in the text: line and column from 1, and the offset. */
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
  /(?:0[xX][\da-fA-F_']+|0[bB][01_']+|0[oO][0-7_]+|(?:\d[\d_']*(?:\.[\d_']*)?|\.\d[\d_']*)(?:[eE][+-]?\d+)?)(?:[fFdDlLuU]+\d*|_?[fiu](?:8|16|32|64|size))?/y;
const floatExponentPattern = /(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)f[+-]?\d+/y;
const namePattern = /[\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.|::)[\p{L}_$][\p{L}\p{N}_$]*)*/uy;
/** Behind these words a slash begins a regular expression, and a bracket an array. */
const keywords = new Set(
  [
    "return",
    "in",
    "of",
    "is",
    "and",
    "or",
    "not",
    "yield",
    "await",
    "else",
    "case",
    "const",
    "let",
    "var",
    "typeof",
  ].concat(["default", "assert", "if", "raise", "throw", "lambda", "from", "import"]),
);

export function isKeyword({ kind, text }: Token): boolean {
  return kind === "name" && keywords.has(text);
}

/** Cuts source text into tokens, one after the other; comments and line ends are gone. Takes time in proportion to the text. */
export class Lexer {
  readonly #text: string;
  readonly #syntax: Syntax;
  #at = 0;
  #line = 0;
  #lineStart = 0;
  #depth = 0;
  #last: Token | undefined;
  /** No regular expression begins before: so far it was looked for the end of one in vain. */
  #noRegexp = 0;

  constructor(text: string, syntax: Syntax) {
    this.#text = text;
    this.#syntax = syntax;
  }

  next(): Token | undefined {
    const text = this.#text;
    const from = this.#at;
    const newLine = this.#skip();
    const at = this.#at;
    if (at >= text.length) return undefined;
    const [kind, found, value] = this.#cut(at, from < at);
    const token: Token = {
      kind,
      text: found,
      offset: at,
      line: this.#line + 1,
      column: at - this.#lineStart + 1,
      spaceBefore: from < at || at === 0,
      spaceAfter: at + found.length >= text.length || text.charCodeAt(at + found.length) <= SPACE,
      newLine,
      value,
      depth: this.#depth,
    };
    if (kind === "open") this.#depth++;
    else if (kind === "close") this.#depth--;
    else if (kind === "text") this.#countLines(at, at + found.length);
    this.#at = at + found.length;
    this.#last = token;
    return token;
  }

  /** Over whitespace and comments; whether a line ended that is not continued. */
  #skip(): boolean {
    const text = this.#text;
    const { continuation } = this.#syntax;
    let newLine = false;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code === LINE_FEED) {
        newLine = true;
        this.#line++;
        this.#lineStart = ++this.#at;
      } else if (code <= SPACE || code === NO_BREAK_SPACE || code === BYTE_ORDER_MARK) this.#at++;
      else if (code === BACKSLASH && /^\r?\n/.test(text.slice(this.#at + 1, this.#at + 3)))
        this.#pass(lineEnd(text, this.#at) + 1);
      else if (continuation && text.startsWith("...", this.#at)) this.#pass(lineEnd(text, this.#at) + 1);
      else {
        const end = commentEnd(text, this.#at, this.#syntax);
        if (end < 0) return newLine;
        this.#pass(end);
      }
    }
  }

  #pass(end: number): void {
    const to = Math.min(end, this.#text.length);
    this.#countLines(this.#at, to);
    this.#at = to;
  }

  #countLines(from: number, to: number): void {
    for (let at = from; at < to; at++)
      if (this.#text.charCodeAt(at) === LINE_FEED) {
        this.#line++;
        this.#lineStart = at + 1;
      }
  }

  #cut(at: number, space: boolean): [Token["kind"], string, number] {
    const text = this.#text;
    const mark = text[at];
    const number = /[\d.]/.test(mark) ? this.#take(numberPattern) : undefined;
    if (number !== undefined) {
      const exponent = this.#syntax.floatExponent ? this.#take(floatExponentPattern) : undefined;
      if (exponent !== undefined) return ["number", exponent, Number(exponent.replace(/_/g, "").replace("f", "e"))];
      return ["number", number, this.#valueOf(number)];
    }
    const operand = this.#isOperand(this.#last);
    const end = textEnd(text, at, this.#syntax, operand && !space);
    if (end >= 0) return ["text", text.slice(at, end), NaN];
    const name = this.#take(namePattern);
    if (name !== undefined) return ["name", name, NaN];
    if (mark === "/" && this.#syntax.regexps && !operand && this.#last?.text !== "<" && at >= this.#noRegexp) {
      const { end, closed } = regexpAt(text, at);
      if (closed) return ["text", text.slice(at, end), NaN];
      this.#noRegexp = end;
    }
    if ("[{(".includes(mark)) return ["open", mark, NaN];
    if ("]})".includes(mark)) return ["close", mark, NaN];
    if (text.startsWith("...", at)) return ["mark", "...", NaN];
    return ["mark", String.fromCodePoint(text.codePointAt(at) ?? 0), NaN];
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0];
  }

  #isOperand(token: Token | undefined): boolean {
    if (token === undefined) return false;
    const { kind, text } = token;
    return (
      kind === "number" || kind === "text" || kind === "close" || (kind === "name" && !isKeyword(token)) || text === "'"
    );
  }

  #valueOf(text: string): number {
    const plain = text.replace(/[_']/g, "");
    if (this.#syntax.octal && /^0[0-7]+[uUlL]*$/.test(plain)) return parseInt(plain, 8);
    return /^0[xX]/.test(plain)
      ? Number(plain.replace(/(?:[uUlL]+|[iu](?:8|16|32|64|size))$/, ""))
      : Number(plain.replace(/(?:[fFdDlLuU]+\d*|[fiu](?:8|16|32|64|size))$/, ""));
  }
}

const LINE_FEED = 10;
const SPACE = 32;
const BACKSLASH = 92;
const NO_BREAK_SPACE = 0xa0;
const BYTE_ORDER_MARK = 0xfeff;

/** All tokens of a text. */
export function tokensOf(text: string, syntax: Syntax = anySyntax): Token[] {
  const tokens: Token[] = [];
  const lexer = new Lexer(text, syntax);
  for (let token = lexer.next(); token !== undefined; token = lexer.next()) tokens.push(token);
  return tokens;
}

export function placeOf({ line, column }: Spot): { line: number; column: number } {
  return { line, column };
}

/** The number of a token. Throws ConvError `bad-value` for what only looks like one: 0x1F_f32. */
export function numberOf(token: Token): number {
  if (Number.isNaN(token.value))
    throw new ConvError({ code: "bad-value", what: "this is not a number", at: placeOf(token), found: token.text });
  return token.value;
}
