/** How a text that begins with a quote ends. */
export type Quote =
  /** At the quote, or where the line ends; a backslash escapes. */
  | "line"
  /** At the quote, lines further down too; a backslash escapes. */
  | "lines"
  /** The same, and nothing escapes. */
  | "raw"
  /** In the same line, at a quote that is not doubled. */
  | "doubled"
  /** One character: 'a', '\n'. Anything else is no text: Rust's lifetimes, Julia's and MATLAB's transposes. */
  | "character"
  /** JavaScript's `…${…}…`. */
  | "template";

/** What must be known of a language to find its arrays of numbers, and not to find them in its comments and texts. */
export interface Syntax {
  /** Comments up to the line's end. */
  readonly line: readonly string[];
  readonly block: readonly [string, string] | null;
  /** Blocks hold blocks. */
  readonly nests: boolean;
  readonly quotes: Readonly<Record<string, Quote>>;
  /** Quotes that may stand three at a time, for a text of several lines. */
  readonly triple: string;
  /** What begins a raw text; its first group stands again behind the closing quote. */
  readonly raw: RegExp | null;
  /** A slash where an operand may stand begins a regular expression. */
  readonly regexps: boolean;
  /** Brackets that arrays are written with. */
  readonly brackets: string;
  /** What a semicolon in brackets does: a next row, or as many of the same, `[0; 3]`. */
  readonly semicolon: "row" | "repeat" | null;
  /** A line's end in brackets ends a row; "unless comma": not behind a comma. */
  readonly lineEndsRow: boolean | "unless comma";
  /** Numbers may stand beside each other without a comma. */
  readonly spaces: boolean;
  /** 1/9 is 0. */
  readonly wholeDivision: boolean;
  /** 010 is 8. */
  readonly octal: boolean;
  /** What two slashes are, where they are no comment: 1//9 is a fraction, or rounded down. */
  readonly doubleSlash: "divide" | "floor" | null;
  /** 1f-3 is 0.001. */
  readonly floatExponent: boolean;
  /** Three points and the rest of the line are passed over, with the line's end. */
  readonly continuation: boolean;
}

const plain = {
  line: ["//"],
  block: ["/*", "*/"],
  nests: false,
  quotes: { '"': "line", "'": "character" },
  triple: "",
  raw: null,
  regexps: false,
  brackets: "[",
  semicolon: null,
  lineEndsRow: false,
  spaces: false,
  wholeDivision: false,
  octal: false,
  doubleSlash: null,
  floatExponent: false,
  continuation: false,
} as const satisfies Syntax;

/** A piece of text of which nobody knows the language: anything that is an array in one of them. */
export const anySyntax: Syntax = {
  ...plain,
  line: ["//", "#", "%"],
  quotes: { '"': "line", "'": "line" },
  brackets: "[{(",
  semicolon: "row",
  spaces: true,
};

const c: Syntax = { ...plain, brackets: "{", wholeDivision: true, octal: true };
const cpp: Syntax = { ...c, raw: /(?:u8|[uUL])?R"([^()\\\s]{0,16})\(/y };
const javascript: Syntax = { ...plain, quotes: { '"': "line", "'": "line", "`": "template" }, regexps: true };

/** By VS Code's names of languages. */
const syntaxes: Readonly<Record<string, Syntax>> = {
  python: {
    ...plain,
    line: ["#"],
    block: null,
    quotes: { '"': "line", "'": "line" },
    triple: "\"'",
    brackets: "[(",
    doubleSlash: "floor",
  },
  javascript,
  javascriptreact: javascript,
  typescript: javascript,
  typescriptreact: javascript,
  c,
  cpp,
  "cuda-cpp": cpp,
  java: { ...c, triple: '"' },
  csharp: { ...c, octal: false, brackets: "{[" },
  go: { ...c, quotes: { '"': "line", "'": "character", "`": "raw" } },
  rust: {
    ...plain,
    nests: true,
    quotes: { '"': "lines", "'": "character" },
    raw: /b?r(#{0,16})"/y,
    semicolon: "repeat",
    wholeDivision: true,
  },
  julia: {
    ...plain,
    line: ["#"],
    block: ["#=", "=#"],
    nests: true,
    quotes: { '"': "lines", "'": "character", "`": "lines" },
    triple: '"`',
    semicolon: "row",
    lineEndsRow: "unless comma",
    spaces: true,
    doubleSlash: "divide",
    floatExponent: true,
  },
  matlab: {
    ...plain,
    line: ["%", "#"],
    block: ["%{", "%}"],
    nests: true,
    quotes: { '"': "doubled", "'": "doubled" },
    semicolon: "row",
    lineEndsRow: true,
    spaces: true,
    continuation: true,
  },
};

/** Languages in which filters are looked for. */
export const literalLanguages: readonly string[] = Object.keys(syntaxes);

/** undefined: the language is not known here. */
export function syntaxOf(language: string): Syntax | undefined {
  return Object.hasOwn(syntaxes, language) ? syntaxes[language] : undefined;
}

/** What was selected may be in a comment, or printed by a program: only what its numbers mean is the language's. */
export function selectionSyntax(language: string): Syntax {
  const { semicolon, wholeDivision, octal, lineEndsRow, floatExponent } = syntaxOf(language) ?? anySyntax;
  return {
    ...anySyntax,
    semicolon: semicolon ?? anySyntax.semicolon,
    wholeDivision,
    octal,
    lineEndsRow,
    floatExponent,
  };
}
