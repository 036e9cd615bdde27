import type { TensorName } from "../conv/run";
import { bad, resolveIndex } from "./check";
import { type Slice, sliceOf } from "./slices";
import type {
  Arithmetic,
  BinaryOperator,
  Comparison,
  ElementExpression,
  Expression,
  FunctionName,
  ReduceExpression,
  Reduction,
  SliceExpression,
  Variable,
} from "./syntax";

/** null: there is nothing there, as an index that the stage does not have, or an element that is not written yet. */
export type Value = number | boolean | string | null;

/** The moment that an expression is about. */
export interface Scope {
  variable(name: Variable): number | string | null;
  /** An element that exists, as of this moment. */
  element(tensor: TensorName, index: readonly number[]): number | null;
  /** Told before that many elements are looked at; may throw. */
  spend(elements: number): void;
}

const MOST_REDUCED = 2 ** 22;

/**
 * The value of an expression at a moment. Arithmetic is in doubles. Where something is not there, arithmetic has no
 * result either, and no comparison holds, not even !=; reductions leave it out.
 * Throws ConvError `bad-expression` for an index beyond its axis, or a reduction of more than 2²² elements.
 */
export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case "constant":
      return expression.value;
    case "variable":
      return scope.variable(expression.name);
    case "unary": {
      const operand = evaluate(expression.operand, scope);
      if (expression.op === "!") return !isTrue(operand);
      return operand === null ? null : -Number(operand);
    }
    case "binary":
      return binary(expression.op, expression.left, expression.right, scope);
    case "call":
      return call(expression.name, expression.args, scope);
    case "element":
      return element(expression, scope);
    case "reduce":
      return reduce(expression, scope);
  }
}

/** Whether a condition holds: everything does but false, 0 and nothing. NaN does, as in Python. */
export function isTrue(value: Value): boolean {
  return value !== null && value !== false && value !== 0;
}

function binary(op: BinaryOperator, left: Expression, right: Expression, scope: Scope): Value {
  if (op === "&&") return isTrue(evaluate(left, scope)) && isTrue(evaluate(right, scope));
  if (op === "||") return isTrue(evaluate(left, scope)) || isTrue(evaluate(right, scope));
  const a = evaluate(left, scope);
  const b = evaluate(right, scope);
  if (isArithmetic(op)) return a === null || b === null ? null : arithmetic[op](Number(a), Number(b));
  if (a === null || b === null) return false;
  if (typeof a === "string" || typeof b === "string") return op === "==" ? a === b : a !== b; // the checker lets no other by
  return compare[op](Number(a), Number(b));
}

const arithmetic: Readonly<Record<Arithmetic, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

function isArithmetic(op: BinaryOperator): op is Arithmetic {
  return Object.hasOwn(arithmetic, op);
}

const compare: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

function call(name: FunctionName, args: readonly Expression[], scope: Scope): Value {
  const values: number[] = [];
  for (const arg of args) {
    const value = evaluate(arg, scope);
    if (value === null) return name === "isnan" || name === "isinf" ? false : null;
    values.push(Number(value));
  }
  return calls[name](...values);
}

const calls: Readonly<Record<FunctionName, (...values: number[]) => number | boolean>> = {
  isnan: (value) => value !== value,
  isinf: (value) => value === Infinity || value === -Infinity,
  abs: Math.abs,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  min: Math.min,
  max: Math.max,
};

function element({ tensor, shape, index, at }: ElementExpression, scope: Scope): number | null {
  const resolved: number[] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    const value = evaluate(index[axis], scope);
    if (value === null) return null;
    resolved.push(resolveIndex(Number(value), tensor, shape, axis, at));
  }
  return scope.element(tensor, resolved);
}

function reduce({ tensor, shape, subscripts, reduce: how, at }: ReduceExpression, scope: Scope): number | null {
  const axes: number[][] = [];
  for (const [axis, subscript] of subscripts.entries()) {
    if (subscript.kind === "slice") {
      const range = sliced(subscript, shape[axis], scope);
      if (range === null) return null;
      axes.push(Array.from({ length: range.count }, (_, i) => range.first + i * range.step));
    } else {
      const value = evaluate(subscript, scope);
      if (value === null) return null;
      axes.push([resolveIndex(Number(value), tensor, shape, axis, at)]);
    }
  }
  const elements = axes.reduce((count, { length }) => count * length, 1);
  if (elements > MOST_REDUCED)
    throw bad(
      at,
      "too many elements for one reduction",
      `at most ${MOST_REDUCED}`,
      String(elements),
      "Use a smaller slice",
    );
  scope.spend(elements);
  const tally = { count: 0, value: initial[how] };
  const index: number[] = [];
  const visit = (axis: number): void => {
    if (axis === axes.length) {
      const value = scope.element(tensor, index);
      if (value === null) return;
      tally.count++;
      tally.value = combine[how](tally.value, value);
      return;
    }
    for (const i of axes[axis]) {
      index[axis] = i;
      visit(axis + 1);
    }
  };
  visit(0);
  if (tally.count === 0) return null;
  return how === "mean" ? tally.value / tally.count : tally.value;
}

const initial: Readonly<Record<Reduction, number>> = { min: Infinity, max: -Infinity, sum: 0, mean: 0 };
const combine: Readonly<Record<Reduction, (a: number, b: number) => number>> = {
  min: Math.min,
  max: Math.max,
  sum: (a, b) => a + b,
  mean: (a, b) => a + b,
};

/** The indices of start:stop:step on an axis, clipped as in NumPy; null if one of the three is not there. */
export function sliced({ start, stop, step, at }: SliceExpression, size: number, scope: Scope): Slice | null {
  const numbers = [start, stop, step].map((bound) => (bound === null ? undefined : evaluate(bound, scope)));
  if (numbers.includes(null)) return null;
  const [from, to, by] = numbers.map((value) => (value === undefined ? undefined : Math.trunc(Number(value))));
  if (by !== undefined && !(Math.abs(by) >= 1))
    throw bad(at, "a slice goes in whole steps", "a step of at least 1 or at most −1", String(by));
  return sliceOf(size, from, to, by);
}
