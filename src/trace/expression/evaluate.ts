import type { TensorName } from "../../conv/run";
import { bad, checkBound, resolveIndex } from "./check";
import { type Slice, sliceOf } from "./slices";
import type {
  BinaryExpression,
  BinaryOperator,
  ElementExpression,
  Expression,
  FunctionName,
  IndexExpression,
  ReduceExpression,
  SliceExpression,
  Variable,
} from "./syntax";
import { reduced, workOf } from "./reductions";
import { type Cell, type View, isView, mapped, paired, partOfView, shapeView } from "./views";

/** null: there is nothing there, as an index that the stage does not have, or an element that is not written yet. */
export type Value = Cell | string | View;

/** The moment that an expression is about. */
export interface Scope {
  variable(name: Variable): number | string | null;
  /** An element that exists, as of this moment. */
  element(tensor: TensorName, index: readonly number[]): number | null;
  /** A whole tensor, as of this moment, whatever moment comes next. */
  tensor(tensor: TensorName): View;
  /** Told before that much work is done; may throw. */
  spend(work: number): void;
  /** What a reduction comes to: `reduce` works it out, where it is not known. */
  kept(expression: ReduceExpression, reduce: () => Cell): Cell;
}

/** What one evaluation may cost, in elements that are looked up: at most about 40 milliseconds. */
const MOST_WORK = 2 ** 20;

/**
 * The value of an expression at a moment. Arithmetic is in doubles. Where something is not there, arithmetic has no
 * result either, and no comparison holds, not even !=; reductions leave it out. Tensors and slices are views, taken element by
 * element. Throws ConvError `bad-expression` for an index beyond its axis, shapes that do not go together, or too much work.
 */
export function evaluate(expression: Expression, scope: Scope): Value {
  return new Evaluation(scope).value(expression);
}

/** Whether a condition holds: everything does but false, 0 and nothing. NaN does, as in Python. */
export function isTrue(value: Value): boolean {
  return value !== null && value !== false && value !== 0;
}

class Evaluation {
  #work = 0;
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  value(expression: Expression): Value {
    switch (expression.kind) {
      case "constant":
        return expression.value;
      case "variable":
        return this.#scope.variable(expression.name);
      case "unary":
        return this.#unary(expression.op, this.value(expression.operand));
      case "binary":
        return this.#binary(expression);
      case "call":
        return this.#call(expression.name, expression.args, expression.at);
      case "element":
        return this.#element(expression);
      case "tensor":
        return this.#scope.tensor(expression.tensor);
      case "index":
        return this.#index(expression);
      case "shape":
        return this.#shape(expression.operand);
      case "reduce":
        return this.#reduce(expression);
    }
  }

  #unary(op: "-" | "!", operand: Value): Value {
    if (op === "!") return !isTrue(operand);
    if (typeof operand !== "object") return -Number(operand);
    return operand === null ? null : mapped(operand, (value) => (value === null ? null : -Number(value)));
  }

  #binary({ op, left, right, at }: BinaryExpression): Value {
    if (op === "&&") return isTrue(this.value(left)) && isTrue(this.value(right));
    if (op === "||") return isTrue(this.value(left)) || isTrue(this.value(right));
    const a = this.value(left);
    const b = this.value(right);
    // The checker lets no text meet a number.
    if (typeof a === "string" || typeof b === "string") return op === "==" ? a === b : a !== b;
    const combine = operators[op];
    return isView(a) || isView(b) ? paired(a, b, at, combine) : combine(a, b);
  }

  #call(name: FunctionName, args: readonly Expression[], at: number): Value {
    const compute = calls[name];
    let result = this.value(args[0]) as Cell | View; // the checker lets no text by
    if (args.length === 1)
      return isView(result) ? mapped(result, (value) => compute(value, NaN)) : compute(result, NaN);
    // min and max, two at a time
    for (let i = 1; i < args.length; i++) {
      const next = this.value(args[i]) as Cell | View;
      result = isView(result) || isView(next) ? paired(result, next, at, compute) : compute(result, next);
    }
    return result;
  }

  #element({ tensor, shape, index, at }: ElementExpression): Value {
    const resolved: number[] = [];
    for (let axis = 0; axis < shape.length; axis++) {
      const value = this.value(index[axis]);
      if (value === null) return null;
      resolved.push(resolveIndex(Number(value), tensor, shape, axis, at));
    }
    return this.#scope.element(tensor, resolved);
  }

  #index({ operand, subscripts, at }: IndexExpression): Value {
    const view = this.value(operand);
    if (!isView(view)) return null;
    const name = operand.kind === "tensor" ? operand.tensor : "the slice";
    const resolved: (number | Slice)[] = [];
    for (const [axis, subscript] of subscripts.entries()) {
      const part =
        subscript.kind === "slice"
          ? sliced(subscript, view.shape[axis], (bound) => this.value(bound))
          : this.value(subscript);
      if (part === null) return null;
      resolved.push(
        typeof part === "object" && "first" in part ? part : resolveIndex(Number(part), name, view.shape, axis, at),
      );
    }
    const found = partOfView(view, resolved);
    if (found.shape.length > 0) return found;
    this.#spend(found.cost, at);
    return found.at([]);
  }

  #shape(operand: Expression): Value {
    const view = this.value(operand);
    return isView(view) ? shapeView(view) : null;
  }

  #reduce(expression: ReduceExpression): Cell {
    const { operand, reduce: how, at } = expression;
    return this.#scope.kept(expression, () => {
      const view = this.value(operand);
      if (!isView(view)) return null;
      this.#spend(workOf(view), at);
      return reduced(view, how);
    });
  }

  #spend(work: number, at: number): void {
    this.#work += work;
    if (this.#work > MOST_WORK)
      throw bad(
        at,
        "too many elements to look at in one go",
        `work for ${MOST_WORK} of them`,
        String(this.#work),
        "Use a smaller slice",
      );
    this.#scope.spend(work);
  }
}

type Combine = (a: Cell, b: Cell) => Cell;

function arithmetic(compute: (a: number, b: number) => number): Combine {
  return (a, b) => (a === null || b === null ? null : compute(Number(a), Number(b)));
}

function comparison(holds: (a: number, b: number) => boolean): Combine {
  return (a, b) => a !== null && b !== null && holds(Number(a), Number(b));
}

const operators: Readonly<Record<Exclude<BinaryOperator, "&&" | "||">, Combine>> = {
  "+": arithmetic((a, b) => a + b),
  "-": arithmetic((a, b) => a - b),
  "*": arithmetic((a, b) => a * b),
  "/": arithmetic((a, b) => a / b),
  // The sign is the divisor's, also that of 0, as in NumPy.
  "%": arithmetic((a, b) => {
    const rest = a % b;
    if (rest === 0) return b < 0 ? -0 : 0;
    return rest < 0 !== b < 0 ? rest + b : rest;
  }),
  "==": comparison((a, b) => a === b),
  "!=": comparison((a, b) => a !== b),
  "<": comparison((a, b) => a < b),
  "<=": comparison((a, b) => a <= b),
  ">": comparison((a, b) => a > b),
  ">=": comparison((a, b) => a >= b),
};

/** A function of one number leaves `b` alone. */
const calls: Readonly<Record<FunctionName, Combine>> = {
  isnan: (a) => a !== null && Number(a) !== Number(a),
  isinf: (a) => a !== null && Math.abs(Number(a)) === Infinity,
  abs: arithmetic((a) => Math.abs(a)),
  sqrt: arithmetic((a) => Math.sqrt(a)),
  exp: arithmetic((a) => Math.exp(a)),
  log: arithmetic((a) => Math.log(a)),
  min: arithmetic((a, b) => Math.min(a, b)),
  max: arithmetic((a, b) => Math.max(a, b)),
};

/** The indices of start:stop:step on an axis, clipped as in NumPy; null if one of the three is not there. */
export function sliced(
  { start, stop, step, at }: SliceExpression,
  size: number,
  evaluated: (bound: Expression) => Value,
): Slice | null {
  const numbers = [start, stop, step].map((bound) => (bound === null ? undefined : evaluated(bound)));
  if (numbers.includes(null)) return null;
  const [from, to, by] = numbers.map((value) => (value === undefined ? undefined : Number(value)));
  for (const bound of [from, to, by]) if (bound !== undefined) checkBound(bound, at);
  if (by === 0) throw bad(at, "a slice goes in whole steps", "a step of at least 1 or at most −1", String(by));
  return sliceOf(size, from, to, by);
}
