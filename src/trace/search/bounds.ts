import type { TensorName } from "../../conv/run";
import type {
  BinaryOperator,
  Comparison,
  ElementExpression,
  Expression,
  FunctionName,
  ReduceExpression,
  Variable,
} from "../expression/syntax";

/**
 * What an expression can be anywhere in a stretch of steps: numbers from `lo` to `hi` (none if lo > hi), perhaps NaN, perhaps
 * nothing at all. Always at least what really occurs, so that a stretch in which a condition cannot hold is
 * passed over as a whole.
 */
export interface Bound {
  readonly lo: number;
  readonly hi: number;
  readonly nan: boolean;
  readonly absent: boolean;
}

/** A stretch of steps. */
export interface Region {
  /** A text for `stage`. */
  variable(name: Variable): Bound | string;
  element(tensor: TensorName, index: readonly number[]): Bound;
  reduce(expression: ReduceExpression): Bound;
}

export const anything: Bound = { lo: -Infinity, hi: Infinity, nan: true, absent: true };
export const nothing: Bound = { lo: Infinity, hi: -Infinity, nan: false, absent: true };

export function range(lo: number, hi: number): Bound {
  return { lo, hi, nan: false, absent: false };
}
export function exactly(value: number | null): Bound {
  if (value === null) return nothing;
  return value !== value ? { lo: Infinity, hi: -Infinity, nan: true, absent: false } : range(value, value);
}

/** false: the condition holds nowhere in the region. true: it may. */
export function mayHold(expression: Expression, region: Region): boolean {
  return mayBeTrue(boundOf(expression, region));
}

function boundOf(expression: Expression, region: Region): Bound {
  switch (expression.kind) {
    case "constant":
      return typeof expression.value === "string" ? anything : exactly(Number(expression.value));
    case "variable": {
      const bound = region.variable(expression.name);
      return typeof bound === "string" ? anything : bound;
    }
    case "unary": {
      const operand = boundOf(expression.operand, region);
      if (expression.op === "!") return truth(mayBeFalse(operand), mayBeTrue(operand));
      return { ...operand, lo: -operand.hi, hi: -operand.lo };
    }
    case "binary":
      return binary(expression.op, expression.left, expression.right, region);
    case "call":
      return call(
        expression.name,
        expression.args.map((arg) => boundOf(arg, region)),
      );
    case "element":
      return element(expression, region);
    case "reduce":
      return region.reduce(expression);
    case "tensor":
    case "index":
    case "shape":
      return anything;
  }
}

/** A boolean: 1 if it may be true, 0 if it may be false. */
function truth(mayTrue: boolean, mayFalse: boolean): Bound {
  return range(mayFalse ? 0 : 1, mayTrue ? 1 : 0);
}
function mayBeTrue({ lo, hi, nan }: Bound): boolean {
  return nan || (lo <= hi && !(lo === 0 && hi === 0));
}
function mayBeFalse({ lo, hi, absent }: Bound): boolean {
  return absent || (lo <= 0 && hi >= 0);
}

function binary(op: BinaryOperator, left: Expression, right: Expression, region: Region): Bound {
  const texts = [left, right].map((side) => textOf(side, region));
  if (texts[0] !== null && texts[1] !== null) return exactly(Number((texts[0] === texts[1]) === (op === "==")));
  const a = boundOf(left, region);
  if (op === "&&" && !mayBeTrue(a)) return exactly(0);
  if (op === "||" && !mayBeFalse(a)) return exactly(1);
  const b = boundOf(right, region);
  switch (op) {
    case "&&":
      return truth(mayBeTrue(a) && mayBeTrue(b), mayBeFalse(a) || mayBeFalse(b));
    case "||":
      return truth(mayBeTrue(a) || mayBeTrue(b), mayBeFalse(a) && mayBeFalse(b));
    case "+":
      return within([a.lo + b.lo, a.hi + b.hi], a, b);
    case "-":
      return within([a.lo - b.hi, a.hi - b.lo], a, b);
    case "*":
      return within([a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi], a, b);
    case "/":
    case "%":
      return { ...anything, absent: a.absent || b.absent };
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return comparison(op, a, b);
  }
}

/** The least range that holds all `ends`; anything at all where one of them, or an operand, is not finite. */
function within(ends: readonly number[], a: Bound, b: Bound): Bound {
  const absent = a.absent || b.absent;
  if (a.nan || b.nan || ![a.lo, a.hi, b.lo, b.hi, ...ends].every(Number.isFinite)) return { ...anything, absent };
  return { lo: Math.min(...ends), hi: Math.max(...ends), nan: false, absent };
}

function comparison(op: Comparison, a: Bound, b: Bound): Bound {
  const numbers = a.lo <= a.hi && b.lo <= b.hi;
  const meet = numbers && a.lo <= b.hi && b.lo <= a.hi;
  const differ = numbers && !(a.lo === a.hi && b.lo === b.hi && a.lo === b.lo);
  const nan = a.nan || b.nan;
  const outcomes: Record<Comparison, [mayTrue: boolean, mayFalse: boolean]> = {
    "==": [meet, differ || nan],
    "!=": [differ || nan, meet],
    "<": [numbers && a.lo < b.hi, (numbers && a.hi >= b.lo) || nan],
    "<=": [numbers && a.lo <= b.hi, (numbers && a.hi > b.lo) || nan],
    ">": [numbers && a.hi > b.lo, (numbers && a.lo <= b.hi) || nan],
    ">=": [numbers && a.hi >= b.lo, (numbers && a.lo < b.hi) || nan],
  };
  const [mayTrue, mayFalse] = outcomes[op];
  return truth(mayTrue, mayFalse || a.absent || b.absent);
}

function call(name: FunctionName, args: readonly Bound[]): Bound {
  const [a] = args;
  const absent = args.some((arg) => arg.absent);
  const numbers = a.lo <= a.hi;
  switch (name) {
    case "isnan":
      return truth(a.nan, numbers || absent);
    case "isinf":
      return truth(numbers && (a.lo === -Infinity || a.hi === Infinity), numbers || a.nan || absent);
    case "abs": {
      const least = a.lo <= 0 && a.hi >= 0 ? 0 : Math.min(Math.abs(a.lo), Math.abs(a.hi));
      return numbers ? { ...a, lo: least, hi: Math.max(Math.abs(a.lo), Math.abs(a.hi)) } : a;
    }
    case "sqrt":
    case "exp":
    case "log":
    case "min":
    case "max":
      return { ...anything, absent };
  }
}

function element({ tensor, shape, index }: ElementExpression, region: Region): Bound {
  const resolved: number[] = [];
  for (const [axis, part] of index.entries()) {
    const { lo, hi, nan, absent } = boundOf(part, region);
    const at = lo < 0 ? lo + shape[axis] : lo;
    // An index that is not there, or beyond its axis, is for the evaluation itself to deal with.
    if (nan || absent || lo !== hi || !Number.isInteger(at) || at < 0 || at >= shape[axis]) return anything;
    resolved.push(at);
  }
  return region.element(tensor, resolved);
}

function textOf(expression: Expression, region: Region): string | null {
  if (expression.kind === "constant") return typeof expression.value === "string" ? expression.value : null;
  if (expression.kind !== "variable" || expression.name !== "stage") return null;
  const stage = region.variable("stage");
  return typeof stage === "string" ? stage : null;
}
