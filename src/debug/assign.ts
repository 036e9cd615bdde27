import { ConvError } from "../base/errors";
import type { RunInputs } from "../conv/run";
import { numberText } from "../tensor/numbers";
import { offsetOf } from "../tensor/tensor";
import { evaluateAt } from "../trace/moment/cursor";
import { shapeOf } from "../trace/order/elements";
import { expressionOf } from "../trace/expression/expression";
import type { Part } from "./container";
import type { Control } from "./control";
import { isGiven, partText } from "./tensors";

/** `W[0, 0, 1, 1] = 3` on the console; null for any other text. */
export function assignment(text: string): { readonly target: string; readonly value: string } | null {
  const match = /^\s*([A-Za-z]\w*\s*\[.*?\])\s*=(?!=)(.*)$/.exec(text);
  return match === null ? null : { target: match[1], value: match[2] };
}

/**
 * Gives an element of x, W, b or dout another value and runs the layer again; the place stays. The value is an expression, read
 * as of now. Throws ConvError where there is no such element, or no such value.
 */
export async function assign(control: Control, part: Part, text: string, signal: AbortSignal) {
  const { tensor, prefix } = part;
  const { run, geometry } = control.trace;
  const shape = shapeOf(geometry, tensor);
  if (!isGiven(tensor) || prefix.length < shape.length)
    throw new ConvError({
      code: "bad-value",
      what: `${partText(part)} cannot be set`,
      expected: "one element of x, W, b or dout",
      found: isGiven(tensor) ? "a part of a tensor" : "a result of the run",
    });
  const value = evaluateAt(control.trace, expressionOf(text, geometry), control.step);
  if (value === null) throw new ConvError({ code: "bad-value", what: `there is nothing yet in ${text.trim()}` });
  const { x, W, b, dout } = run.tensors;
  const given = { x, W, b, dout };
  const name = tensor as keyof typeof given; // isGiven says so
  const before = given[name]!; // elementOf refuses b where there is none
  const data = before.data.slice();
  const number = Number(value); // true is 1
  data[offsetOf(shape, prefix)] = number;
  if (Number.isFinite(number) && !Number.isFinite(data[offsetOf(shape, prefix)]))
    throw new ConvError({
      code: "bad-value",
      what: `${text.trim()} is beyond the range of ${run.arithmetic.dtype}`,
      expected: "at most 3.4028235e38 in size", // a finite number is within float64's
      remedy: "Write inf for an infinity",
    });
  const inputs: RunInputs = { geometry, ...given, [name]: { ...before, data } };
  await control.rerun(inputs, signal);
  if (control.client?.supportsMemoryEvent) {
    const width = data.BYTES_PER_ELEMENT;
    control.send("memory", { memoryReference: tensor, offset: offsetOf(shape, prefix) * width, count: width });
  }
  const { dtype } = run.arithmetic;
  return { value: numberText(data[offsetOf(shape, prefix)], dtype), type: dtype, variablesReference: 0 };
}
