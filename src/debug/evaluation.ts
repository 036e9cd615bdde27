import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { ConvError } from "../base/errors";
import type { ComputeDtype } from "../tensor/dtype";
import { numberText } from "../tensor/numbers";
import { elementCount, shapeText } from "../tensor/tensor";
import { evaluateForDisplay } from "../trace/moment/cursor";
import { elementText } from "../trace/order/elements";
import { type Cell, type View, isView, partOfView } from "../trace/expression/views";
import type { Container, Present } from "./container";
import { outsideText, windowCellOf } from "./phrases";
import { tensorVariable, tensorsOf } from "./tensors";

/** Numbers that are shown in one line, and that are copied as a whole. */
const MOST_SHOWN = 8;
const MOST_COPIED = 2 ** 14;

/** What an expression is as of the present step: for a watch, a hover, the console, or to be copied. Throws ConvError. */
export function evaluated(now: Present, text: string, context: string | undefined): P.EvaluateResponse["body"] {
  const { dtype } = now.trace.run.arithmetic;
  const cell = windowCellOf(now, text.trim());
  const outside = cell === null ? null : outsideText(now, cell);
  if (outside !== null) return { result: outside, variablesReference: 0 };
  const inside = cell === null ? text : elementText(now.trace.geometry, cell);
  const value = evaluateForDisplay(now.trace, inside, now.step);
  if (!isView(value)) {
    const result = typeof value === "string" ? value : cellText(value, dtype);
    return { result, ...(value !== null && { type: typeof value }), variablesReference: 0 };
  }
  if (context === "clipboard") return { result: copied(value, dtype), type: "tensor", variablesReference: 0 };
  const tensor = tensorsOf(now.trace).find((name) => name === text.trim());
  const shown = tensor === undefined ? viewVariable(now, value, "") : tensorVariable(now, tensor);
  const { value: result, type, variablesReference, indexedVariables, namedVariables, memoryReference } = shown;
  return { result, type, variablesReference, indexedVariables, namedVariables, memoryReference };
}

function cellText(cell: Cell, dtype: ComputeDtype): string {
  if (cell === null) return "nothing yet";
  return typeof cell === "number" ? numberText(cell, dtype) : String(cell);
}

/** Numbers on axes, which are its children. */
function viewVariable(now: Present, view: View, name: string): P.Variable {
  const { dtype } = now.trace.run.arithmetic;
  if (view.shape.length === 0) return { name, value: cellText(view.at([]), dtype), variablesReference: 0 };
  const [length] = view.shape;
  const line = () => {
    const shown = Array.from({ length: Math.min(length, MOST_SHOWN) }, (_, i) => cellText(view.at([i]), dtype));
    return `[${shown.join(", ")}${length > MOST_SHOWN ? ", …" : ""}]`;
  };
  const container: Container = {
    named: () => [],
    length,
    at: (i) => viewVariable(now, partOfView(view, [i]), `[${i}]`),
    part: () => null,
  };
  return {
    name,
    value: view.shape.length === 1 ? line() : shapeText(view.shape),
    type: "tensor",
    variablesReference: now.containers.of(container),
    indexedVariables: length,
  };
}

/** All of it, as nested lists. Throws ConvError `too-large`. */
function copied(view: View, dtype: ComputeDtype): string {
  const count = elementCount(view.shape);
  if (count > MOST_COPIED)
    throw new ConvError({
      code: "too-large",
      what: `${count} elements are too many to copy`,
      expected: `at most ${MOST_COPIED}`,
      remedy: "Copy a smaller slice",
    });
  const text = (part: View): string =>
    part.shape.length === 0
      ? cellText(part.at([]), dtype)
      : `[${Array.from({ length: part.shape[0] }, (_, i) => text(partOfView(part, [i]))).join(", ")}]`;
  return text(view);
}
