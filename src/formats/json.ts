import { createScanner } from "jsonc-parser";

/**
 * What the parsers behind would not say: a key that stands twice in one object, brackets that are nested too deep, and the
 * key `__proto__`, which for some of them is no ordinary name.
 */
export interface KeyProblem {
  readonly kind: "duplicate" | "depth" | "proto";
  /** The key, or the bracket. */
  readonly text: string;
  readonly offset: number;
  readonly length: number;
  /** Of a duplicate: where the key stands for the first time. */
  readonly first?: number;
}

/** Deeper than anything that is meant, far less deep than what overflows a recursive parser. */
export const MOST_DEPTH = 64;

/**
 * Looks through the tokens of a JSON text, which need not be valid. Parsers keep the last of two equal keys without a word,
 * and recursive ones overflow their stack; this does not recurse. Ends at the first bracket that is too deep.
 */
export function findKeyProblems(text: string): KeyProblem[] {
  const scanner = createScanner(text, true);
  const problems: KeyProblem[] = [];
  const open: (Map<string, number> | null)[] = [];
  let last = { text: "", offset: 0, length: 0 };
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const place = { text: scanner.getTokenValue(), offset: scanner.getTokenOffset(), length: scanner.getTokenLength() };
    // The first character tells the token: a string begins with its quotation mark.
    const first = text[place.offset];
    if (first === "{" || first === "[") {
      open.push(first === "{" ? new Map() : null);
      if (open.length > MOST_DEPTH) return [...problems, { kind: "depth", ...place }];
    } else if (first === "}" || first === "]") open.pop();
    else if (first === ":") {
      const keys = open.at(-1);
      if (keys !== null && last.text === "__proto__") problems.push({ kind: "proto", ...last });
      const before = keys?.get(last.text);
      if (before !== undefined) problems.push({ kind: "duplicate", ...last, first: before });
      else keys?.set(last.text, last.offset);
    }
    last = place;
  }
  return problems;
}

/** Line and column, both from 1, of a place in a text; columns count UTF-16 units, as editors do. */
export function lineColumn(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (const match of text.slice(0, offset).matchAll(/\r\n|\n|\r/g)) {
    line++;
    start = match.index + match[0].length;
  }
  return { line, column: offset - start + 1 };
}
