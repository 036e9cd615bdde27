import { ConvError } from "../../base/errors";
import type { Geometry } from "../../conv/geometry";
import type { TensorName } from "../../conv/run";
import { Progression, all } from "../order/ascending";
import type { Part } from "../order/touches";
import { bad, resolveIndex } from "./check";
import { checkIndex, shapeOf } from "../order/elements";
import { type Scope, evaluate, sliced } from "./evaluate";
import { anyExpressionOf } from "./expression";

/**
 * The part that a region names: "[0, 2, :, 5]", or "" for the whole tensor. Only constants stand in it. Throws ConvError
 * `bad-expression`, at the column in `region`; `bad-value` for b of a layer without bias.
 */
export function partOf(g: Geometry, tensor: TensorName, region: string): Part {
  const shape = shapeOf(g, tensor);
  if (tensor === "b")
    checkIndex(
      g,
      tensor,
      shape.map(() => 0),
    );
  if (region.trim() === "") return shape.map(all);
  return inRegion(tensor, () => {
    const expression = anyExpressionOf(`${tensor}${region}`, g);
    const subscripts =
      expression.kind === "element"
        ? expression.index
        : expression.kind === "index" && expression.operand.kind === "tensor"
          ? expression.subscripts
          : null;
    if (subscripts === null)
      throw bad(tensor.length + 1, "this is not a region", "indices and slices, as [0, 2, :, 5]", region);
    return shape.map((size, axis) => {
      if (axis >= subscripts.length) return all(size);
      const subscript = subscripts[axis];
      if (subscript.kind !== "slice")
        return new Progression(
          resolveIndex(Number(evaluate(subscript, constants)), tensor, shape, axis, tensor.length + 1),
          1,
          1,
        );
      const { first, step, count } = sliced(subscript, size, (bound) => evaluate(bound, constants))!; // constants are there
      return step > 0 ? new Progression(first, step, count) : new Progression(first + (count - 1) * step, -step, count);
    });
  });
}

/** A scope with nothing in it. */
const constants: Scope = {
  variable: () => outside(),
  element: () => outside(),
  tensor: () => outside(),
  spend: () => undefined,
  kept: () => outside(),
};

function outside(): never {
  throw new ConvError({
    code: "bad-expression",
    what: "a region has constant indices only",
    expected: "as [0, 2, :, 5]",
  });
}

/** Tells of a place in the region, not in the tensor's name before it. */
function inRegion<T>(tensor: TensorName, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const column = error instanceof ConvError ? error.fault.at?.column : undefined;
    if (!(error instanceof ConvError) || column === undefined) throw error;
    throw new ConvError({ ...error.fault, at: { line: 1, column: Math.max(1, column - tensor.length) } });
  }
}
