import { ConvError } from "../base/errors";

/**
 * The part of Python's literals that headers of .npy files are written in, and nothing more:
 *
 *   value  = string | int | "True" | "False" | "None" | dict | list | tuple | "(" value ")"
 *   string = ["u"] quote characters quote           without escapes
 *   int    = ["+" | "-"] digits ["L"]               the L of Python 2
 *
 * Containers may end in a comma. White space is Python's, anywhere between tokens.
 */
export type PyNode = { readonly at: number } & (
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "int"; readonly value: number; readonly text: string }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "none" }
  | { readonly kind: "tuple" | "list"; readonly items: readonly PyNode[] }
  | { readonly kind: "dict"; readonly entries: readonly (readonly [key: PyNode, value: PyNode])[] }
);

const MOST_DEPTH = 16;
const token =
  /[ \t\r\n\f]*(?:([{}[\](),:])|[uU]?(?:'([^'\\\n]*)'|"([^"\\\n]*)")|([+-]?\d+)L?(?![\w.])|([A-Za-z_]\w*))/y;

/** `offset` is where the text's first character stands in the file. Throws `bad-header` at the token. */
export function parsePyLiteral(text: string, offset: number): PyNode {
  const parser = new Parser(text, offset);
  const node = parser.value(0);
  parser.end();
  return node;
}

interface Token {
  readonly kind: "mark" | "word" | "string" | "int";
  readonly at: number;
  readonly value: string;
}

class Parser {
  #position = 0;

  constructor(
    readonly text: string,
    readonly offset: number,
  ) {}

  value(depth: number): PyNode {
    const start = this.#peekPlace();
    if (depth > MOST_DEPTH) throw this.#error(start, `at most ${MOST_DEPTH} levels of brackets`);
    const next = this.#next("a value");
    const at = next.at;
    if (next.kind === "string") return { kind: "string", at, value: next.value };
    if (next.kind === "int") return { kind: "int", at, value: Number(next.value), text: next.value };
    if (next.kind === "word") {
      if (next.value === "True" || next.value === "False") return { kind: "bool", at, value: next.value === "True" };
      if (next.value === "None") return { kind: "none", at };
      throw this.#error(start, "a value");
    }
    if (next.value === "{") return { kind: "dict", at, entries: this.#sequence("}", () => this.#entry(depth)).items };
    if (next.value === "[") return { kind: "list", at, items: this.#sequence("]", () => this.value(depth + 1)).items };
    if (next.value !== "(") throw this.#error(start, "a value");
    const { items, comma } = this.#sequence(")", () => this.value(depth + 1));
    return items.length === 1 && !comma ? items[0] : { kind: "tuple", at, items };
  }

  end(): void {
    const start = this.#peekPlace();
    if (start < this.text.length) throw this.#error(start, "nothing after the dictionary");
  }

  #entry(depth: number): [PyNode, PyNode] {
    const key = this.value(depth + 1);
    this.#mark([":"]);
    return [key, this.value(depth + 1)];
  }

  #sequence<T>(close: string, item: () => T): { items: T[]; comma: boolean } {
    const items: T[] = [];
    let comma = false;
    while (!this.#isNext(close)) {
      items.push(item());
      comma = this.#mark([",", close]) === ",";
      if (!comma) return { items, comma };
    }
    this.#mark([close]);
    return { items, comma };
  }

  #isNext(mark: string): boolean {
    return this.text[this.#peekPlace()] === mark;
  }

  #mark(wanted: readonly string[]): string {
    const start = this.#peekPlace();
    const expected = wanted.map((mark) => `"${mark}"`).join(" or ");
    const next = this.#next(expected);
    if (next.kind !== "mark" || !wanted.includes(next.value)) throw this.#error(start, expected);
    return next.value;
  }

  #next(expected: string): Token {
    token.lastIndex = this.#position;
    const start = this.#peekPlace();
    const match = token.exec(this.text);
    if (match === null) throw this.#error(start, expected);
    this.#position = token.lastIndex;
    const at = this.offset + start;
    // An alternative that did not match leaves its group undefined, which the type of exec does not say.
    const [, mark, single, double, int, word] = match as readonly (string | undefined)[];
    if (mark !== undefined) return { kind: "mark", at, value: mark };
    if (int !== undefined) return { kind: "int", at, value: int };
    if (word !== undefined) return { kind: "word", at, value: word };
    return { kind: "string", at, value: single ?? double ?? "" };
  }

  /** Where the next token begins. */
  #peekPlace(): number {
    let place = this.#position;
    while (place < this.text.length && " \t\r\n\f".includes(this.text[place])) place++;
    return place;
  }

  #error(place: number, expected: string): ConvError {
    const rest = this.text.slice(place, place + 24);
    return new ConvError({
      code: "bad-header",
      what: "the header is not a Python dictionary as NumPy writes it",
      at: { offset: this.offset + place },
      expected,
      found: rest === "" ? "the end of the header" : JSON.stringify(rest),
    });
  }
}
