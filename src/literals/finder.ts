import { constantOf } from "./reader";
import type { Syntax } from "./syntax";
import { Lexer, type Token } from "./tokens";
import { isNoFilter } from "./use";
import { type Literal, literalsOf } from "./literal";

/** More tokens than a statement with a filter in it has: a longer one is a table. */
const LONGEST_STATEMENT = 1 << 16;
/** Tokens after which a search may be interrupted. */
const TOKENS_A_TURN = 1024;

/**
 * The arrays of numbers in a source file that may be filters: two axes or four, at least two of them longer than one. Takes time in
 * proportion to the file's length, and yields null now and then for others to have a turn. What is in comments and texts, holds
 * anything but numbers, is ragged, is changed by code that is not understood, or is used as no filter is, is not among them.
 */
export function* searchLiterals(text: string, syntax: Syntax): Generator<Literal | null, void> {
  const lexer = new Lexer(text, syntax);
  const open: string[] = [];
  let statement: Token[] = [];
  /** The bracket depth of the statement; where it is too long, all is passed over up to the next one of this depth. */
  let depth = 0;
  let isTable = false;
  let last: Token | undefined;
  for (let count = 1; ; count++) {
    const token = lexer.next();
    if (token === undefined || isCut(token, last, open.at(-1))) {
      if (isTable && open.length <= depth) isTable = false;
      if (!isTable) {
        yield* filtersOf(statement, syntax);
        statement = [];
        depth = open.length;
      }
    }
    if (token === undefined) return;
    if (token.kind === "open") open.push(token.text);
    else if (token.kind === "close") open.pop();
    if (!isTable) statement.push(token);
    if (statement.length > LONGEST_STATEMENT) {
      statement = [];
      isTable = true;
    }
    last = token;
    if (count % TOKENS_A_TURN === 0) yield null;
  }
}

/** All of them at once, at most `most`. */
export function findLiterals(text: string, syntax: Syntax, most = Infinity): Literal[] {
  const found: Literal[] = [];
  for (const literal of searchLiterals(text, syntax)) {
    if (literal !== null) found.push(literal);
    if (found.length >= most) break;
  }
  return found;
}

/** Where a statement surely begins: nothing before it belongs to an array behind it. */
function isCut(token: Token, last: Token | undefined, bracket: string | undefined): boolean {
  if (bracket === "(" || bracket === "[") return false;
  if (last?.text === ";") return true;
  return token.newLine && token.kind === "name" && last?.text !== "=" && constantOf(token) === undefined;
}

function* filtersOf(statement: readonly Token[], syntax: Syntax): Generator<Literal> {
  if (!statement.some(({ kind }) => kind === "number")) return;
  for (const { literal, from } of literalsOf(statement, syntax))
    if (isFilter(literal) && !isNoFilter(statement, from)) yield literal;
}

function isFilter({ shape }: Literal): boolean {
  return (shape.length === 2 || shape.length === 4) && shape.filter((axis) => axis > 1).length >= 2;
}
