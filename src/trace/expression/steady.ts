import type { TensorName } from "../../conv/run";
import type { Expression, SliceExpression } from "./syntax";

/** A tensor or a constant slice of one, as it is. */
export function isPart(expression: Expression): boolean {
  if (expression.kind === "tensor") return true;
  return expression.kind === "index" && isPart(expression.operand) && ofAll(expression.subscripts)?.length === 0;
}

/** The tensors that an expression is about, if nothing else in it changes from step to step; otherwise null. */
export function steadyTensors(expression: Expression | SliceExpression): TensorName[] | null {
  switch (expression.kind) {
    case "constant":
      return [];
    case "tensor":
      return [expression.tensor];
    case "unary":
    case "shape":
    case "reduce":
      return steadyTensors(expression.operand);
    case "binary":
      return ofAll([expression.left, expression.right]);
    case "call":
      return ofAll(expression.args);
    case "index":
      return ofAll([expression.operand, ...expression.subscripts]);
    case "slice":
      return ofAll([expression.start, expression.stop, expression.step]);
    case "variable":
    case "element":
      return null;
  }
}

/** Whether what an expression is at one place depends on one place of each tensor in it. */
export function isElementwise(expression: Expression): boolean {
  switch (expression.kind) {
    case "constant":
    case "tensor":
      return true;
    case "unary":
      return isElementwise(expression.operand);
    case "binary":
      return isElementwise(expression.left) && isElementwise(expression.right);
    case "call":
      return expression.args.every(isElementwise);
    case "index":
      return isElementwise(expression.operand) && ofAll(expression.subscripts)?.length === 0;
    case "variable":
    case "element":
    case "shape":
    case "reduce":
      return false;
  }
}

function ofAll(expressions: readonly (Expression | SliceExpression | null)[]): TensorName[] | null {
  const tensors: TensorName[] = [];
  for (const expression of expressions) {
    const own = expression === null ? [] : steadyTensors(expression);
    if (own === null) return null;
    tensors.push(...own);
  }
  return tensors;
}
