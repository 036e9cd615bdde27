import { messageOf } from "../base/errors";
import { evaluateAt } from "../trace/cursor";
import { expressionOf } from "../trace/expression";
import type { Expression } from "../trace/syntax";
import type { Trace } from "../trace/trace";

/** What a log message says at a step. */
export type LogMessage = (step: number) => string;

/** "acc is {acc}": expressions stand in braces. Throws ConvError `bad-expression`, at the column of the whole text. */
export function logMessageOf(trace: Trace, text: string): LogMessage {
  const parts = text
    .split(/\{([^{}]*)\}/)
    .map((part, at): string | Expression => (at % 2 === 0 ? part : expressionOf(part, trace.geometry)));
  return (step) => parts.map((part) => (typeof part === "string" ? part : shown(trace, part, step))).join("");
}

function shown(trace: Trace, expression: Expression, step: number): string {
  try {
    return String(evaluateAt(trace, expression, step) ?? "nothing yet");
  } catch (error) {
    return messageOf(error);
  }
}
