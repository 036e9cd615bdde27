import { type Node, type ParseError, findNodeAtLocation, parse, parseTree, printParseErrorCode } from "jsonc-parser";
import { type KeyProblem, MOST_DEPTH, findKeyProblems, lineColumn } from "./json";
import { clipped } from "../base/text";
import type { JsonPath } from "./literal";

/** A stretch of a text: line and column from 1, offset and length in UTF-16 units. */
export interface TextRange {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly length: number;
}

/** What is wrong with the text as JSON with comments. */
export interface TextProblem {
  readonly code: "bad-syntax" | "bad-key";
  readonly what: string;
  readonly range: TextRange;
  readonly expected?: string;
  readonly remedy?: string;
}

const options = { allowTrailingComma: true, disallowComments: false };

/** A layer file as text: its value as plain JSON, and where everything stands. */
export class LayerText {
  readonly value: unknown;
  readonly problems: readonly TextProblem[];
  #tree: Node | null | undefined;

  constructor(readonly text: string) {
    const keys = findKeyProblems(text);
    const deep = keys.find(({ kind }) => kind === "depth");
    const errors: ParseError[] = [];
    // The parser recurses: what is nested too deep does not reach it.
    this.value = deep === undefined ? (parse(text, errors, options) as unknown) : undefined;
    this.problems = [
      ...errors.map((error) => this.#syntaxProblem(error)),
      ...(deep === undefined ? keys : [deep]).map((problem) => this.#keyProblem(problem)),
    ].sort((a, b) => a.range.offset - b.range.offset);
  }

  /** Where the value at a path stands, or its key; undefined if there is none. */
  at(path: JsonPath, part: "value" | "key" = "value"): TextRange | undefined {
    if (this.#tree === undefined)
      this.#tree = this.value === undefined ? null : (parseTree(this.text, [], options) ?? null);
    const node = this.#tree === null ? undefined : findNodeAtLocation(this.#tree, [...path]);
    const wanted = part === "key" && node?.parent?.type === "property" ? node.parent.children?.[0] : node;
    return wanted === undefined ? undefined : this.#range(wanted);
  }

  /** The same of the nearest thing around that there is; at worst, the file's beginning. */
  near(path: JsonPath, part: "value" | "key" = "value"): TextRange {
    for (let length = path.length; length >= 0; length--) {
      const found = this.at(path.slice(0, length), length === path.length ? part : "value");
      // Of an object around it, only the bracket: else the whole file would be underlined.
      if (found !== undefined) return length === path.length ? found : { ...found, length: Math.min(1, found.length) };
    }
    return { line: 1, column: 1, offset: 0, length: 0 };
  }

  #range({ offset, length }: { offset: number; length: number }): TextRange {
    return { ...lineColumn(this.text, offset), offset, length };
  }

  #syntaxProblem(error: ParseError): TextProblem {
    const name = printParseErrorCode(error.error);
    const what = meanings[name] ?? "this is not JSON";
    const problem = { code: "bad-syntax" as const, what, range: this.#range(error) };
    const word = /^(?:-?(?:NaN|Infinity)\b|')/.exec(this.text.slice(error.offset, error.offset + 10))?.[0];
    if (word === "'") return { ...problem, remedy: "Write keys and texts in double quotes" };
    if (word !== undefined) return { ...problem, remedy: `Write it in double quotes: "${word}"` };
    if (name === "ValueExpected" && this.value === undefined && this.text.slice(error.offset).trim() === "")
      return { ...problem, expected: 'a layer, such as {"input": "x.npy", "weight": "w.npy"}' };
    return problem;
  }

  #keyProblem(problem: KeyProblem): TextProblem {
    const range = this.#range(problem);
    if (problem.kind === "depth")
      return { code: "bad-syntax", what: `more than ${MOST_DEPTH} brackets are nested`, range };
    const key = `"${clipped(problem.text)}"`;
    if (problem.first === undefined) return { code: "bad-key", what: `there is no setting ${key}`, range };
    const { line, column } = lineColumn(this.text, problem.first);
    return { code: "bad-key", what: `${key} is set twice, for the first time at ${line}:${column}`, range };
  }
}

const meanings: Readonly<Record<string, string | undefined>> = {
  InvalidSymbol: "this is not JSON",
  InvalidNumberFormat: "this is not a number",
  PropertyNameExpected: "a key in double quotes is missing here",
  ValueExpected: "a value is missing here",
  ColonExpected: "a colon is missing here",
  CommaExpected: "a comma is missing here",
  CloseBraceExpected: "a closing brace } is missing",
  CloseBracketExpected: "a closing bracket ] is missing",
  EndOfFileExpected: "nothing may stand after the layer",
  InvalidCommentToken: "a comment may not stand here",
  UnexpectedEndOfComment: "a comment is not closed",
  UnexpectedEndOfString: "a string is not closed",
  UnexpectedEndOfNumber: "a number breaks off",
  InvalidUnicode: "a \\u is not followed by four hexadecimal digits",
  InvalidEscapeCharacter: "this character cannot be escaped",
  InvalidCharacter: "this character may not stand in a string",
};
