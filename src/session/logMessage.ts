import { messageOf } from "../base/errors";
import type { ComputeDtype } from "../tensor/dtype";
import { numberText } from "../tensor/numbers";
import { elementCount, shapeText } from "../tensor/tensor";
import { evaluateAt } from "../trace/moment/cursor";
import type { Value } from "../trace/expression/evaluate";
import { anyExpressionOf } from "../trace/expression/expression";
import type { Expression } from "../trace/expression/syntax";
import type { Trace } from "../trace/moment/trace";
import { type Cell, firstOf, isView } from "../trace/expression/views";

/** What a log message says at a step. */
export type LogMessage = (step: number) => string;

/** So many elements of a slice are shown. */
const SHOWN = 8;

/** "acc is {acc} at {out[0, 0]}": expressions stand in braces. Throws ConvError `bad-expression`, at the column in its braces. */
export function logMessageOf(trace: Trace, text: string): LogMessage {
  const parts = text
    .split(/\{([^{}]*)\}/)
    .map((part, at): string | Expression => (at % 2 === 0 ? part : anyExpressionOf(part, trace.geometry)));
  return (step) => parts.map((part) => (typeof part === "string" ? part : shown(trace, part, step))).join("");
}

function shown(trace: Trace, expression: Expression, step: number): string {
  try {
    return textOf(evaluateAt(trace, expression, step), trace.run.arithmetic.dtype);
  } catch (error) {
    return messageOf(error);
  }
}

function textOf(value: Value, dtype: ComputeDtype): string {
  if (typeof value === "number") return numberText(value, dtype);
  if (!isView(value)) return value === null ? "not written" : String(value);
  const cells = firstOf(value, SHOWN).map((cell: Cell) => textOf(cell, dtype));
  if (elementCount(value.shape) > SHOWN) cells.push("…");
  return `[${cells.join(", ")}] (${shapeText(value.shape)})`;
}
