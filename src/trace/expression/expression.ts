import type { Geometry } from "../../conv/geometry";
import { Checker, bad } from "./check";
import { SyntaxError as GrammarError, parse } from "./expression.generated";
import type { Expression, Node } from "./syntax";

const MOST_CHARACTERS = 2000;
const MOST_NESTED = 50;

/**
 * Reads a condition: an expression about a layer that is one number, such as `isnan(acc)`, `stage == "gemm" && out[0, 2, 1, 1] > 3`,
 * `f == 2 && abs(acc) > 1e3`, `out[0, 2, :, 5].max()`. Indices, slices and broadcasting count as in NumPy. Nothing is ever
 * run as code. Throws ConvError `bad-expression` with the column.
 */
export function expressionOf(text: string, g: Geometry): Expression {
  return new Checker(g).check(parsed(text));
}

/** Reads an expression that may also be a tensor, a slice, what is made of one, or a text. Throws as `expressionOf`. */
export function anyExpressionOf(text: string, g: Geometry): Expression {
  return new Checker(g).any(parsed(text));
}

function parsed(text: string): Node {
  checkSize(text);
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof GrammarError)) throw error;
    const column = error.location.start.offset + 1;
    const parts = /^Expected ([^]*) but ([^]*) found\.$/.exec(error.message);
    throw parts === null ? bad(column, error.message) : bad(column, "this is not an expression", parts[1], parts[2]);
  }
}

/** Before parsing: what is short and shallow cannot overflow the stack or take long. */
function checkSize(text: string): void {
  if (text.length > MOST_CHARACTERS)
    throw bad(MOST_CHARACTERS + 1, "the expression is too long", `at most ${MOST_CHARACTERS} characters`);
  let depth = 0;
  let signs = 0;
  for (const { 0: token, index } of text.matchAll(/"[^"]*"|'[^']*'|\bnot\b|\s+|[^]/g)) {
    if (token === "(" || token === "[") depth++;
    if (token === ")" || token === "]") depth--;
    if (token === "-" || token === "!" || token === "not") signs++;
    else if (token.trim() !== "" && token !== "(") signs = 0;
    if (depth > MOST_NESTED || signs > MOST_NESTED)
      throw bad(index + 1, "the expression is too deeply nested", `at most ${MOST_NESTED} levels`);
  }
}
