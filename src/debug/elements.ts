import { ConvError } from "../base/errors";
import { momentAt } from "../trace/moment/cursor";
import { evaluate } from "../trace/expression/evaluate";
import { expressionOf } from "../trace/expression/expression";
import { resolveIndex } from "../trace/expression/check";
import type { Trace } from "../trace/moment/trace";
import type { Part } from "./container";

/** The one element that an expression such as `W[f, 0, -1, kx]` names at a step. Throws ConvError `bad-expression`. */
export function elementOf(trace: Trace, step: number, text: string): Part {
  const expression = expressionOf(text, trace.geometry);
  if (expression.kind !== "element")
    throw new ConvError({
      code: "bad-expression",
      what: `${JSON.stringify(text)} is not one element of a tensor`,
      expected: "an element, such as out[0, 2, 11, 17]",
    });
  const { tensor, shape, index, at } = expression;
  const now = momentAt(trace, step);
  const prefix = index.map((part, axis) => resolveIndex(Number(evaluate(part, now) ?? NaN), tensor, shape, axis, at));
  return { tensor, prefix };
}
