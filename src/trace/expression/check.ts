import { ConvError } from "../../base/errors";
import type { Geometry } from "../../conv/geometry";
import type { TensorName } from "../../conv/run";
import { shapeText } from "../../tensor/tensor";
import { shapeOf } from "../order/elements";
import { stages, writerOf } from "../order/stages";
import {
  type Expression,
  type FunctionName,
  type Node,
  type SliceNode,
  type TensorExpression,
  functions,
  reductions,
  variables,
} from "./syntax";

const constants = new Map<string, number | boolean>([
  ["nan", NaN],
  ["NaN", NaN],
  ["inf", Infinity],
  ["Infinity", Infinity],
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
]);

/** Checks what was parsed, against one layer. Resolves names, in maps and lists only: `constructor` and `__proto__` are names that nothing has. */
export class Checker {
  readonly #g: Geometry;

  constructor(g: Geometry) {
    this.#g = g;
  }

  /** An expression of one number; true and false are numbers too, as in Python. */
  check(node: Node): Expression {
    const expression = this.numbers(node);
    if (axesOf(expression) === 0) return expression;
    throw expression.kind === "tensor"
      ? bad(
          node.at,
          `${expression.tensor} is a tensor`,
          indexed(expression.tensor, expression.shape),
          expression.tensor,
        )
      : bad(startOf(node), "a slice is not one number", "an element, or a reduction, as max(…) or any(…)");
  }

  /** One number, or numbers on axes. */
  numbers(node: Node): Expression {
    const expression = this.any(node);
    if (isText(expression)) throw bad(node.at, "a text stands where a number must be");
    return expression;
  }

  any(node: Node): Expression {
    switch (node.kind) {
      case "constant":
        return { kind: "constant", value: node.value };
      case "name":
        return this.#name(node.name, node.at);
      case "unary":
        return node.op === "!"
          ? { kind: "unary", op: "!", operand: this.check(node.operand) }
          : { kind: "unary", op: "-", operand: this.numbers(node.operand) };
      case "binary":
        return this.#binary(node);
      case "call":
        return this.#call(node.name, node.args, node.at);
      case "index":
        return this.#index(node);
      case "method":
        if (node.args.length > 0) throw bad(node.at, `.${node.name}() takes no numbers`);
        return this.#reduce(node.name, this.any(node.operand), node.at);
      case "attribute":
        if (node.name !== "shape") throw bad(node.at, `nothing is called .${node.name}`, ".shape, or a method");
        return this.#shape(this.any(node.operand), node.at);
    }
  }

  #name(name: string, at: number): Expression {
    const constant = constants.get(name);
    if (constant !== undefined) return { kind: "constant", value: constant };
    const variable = variables.find((known) => known === name);
    if (variable !== undefined) return { kind: "variable", name: variable };
    const tensor = tensorNames.find((known) => known === name);
    if (tensor !== undefined) return this.#tensor(tensor, at);
    const remedy = isFunction(name) ? `Write ${name}(…)` : undefined;
    throw bad(at, `nothing is called ${name}`, `one of ${variables.join(" ")}, or a tensor`, undefined, remedy);
  }

  #tensor(tensor: TensorName, at: number): TensorExpression {
    if (tensor === "b" && !this.#g.hasBias) throw bad(at, "this layer has no bias");
    return { kind: "tensor", tensor, shape: shapeOf(this.#g, tensor) };
  }

  #binary({ op, left, right, at }: Extract<Node, { kind: "binary" }>): Expression {
    if (op === "==" || op === "!=") return this.#equality(op, left, right, at);
    const side = (node: Node) => (op === "&&" || op === "||" ? this.check(node) : this.numbers(node));
    return { kind: "binary", op, left: side(left), right: side(right), at };
  }

  #equality(op: "==" | "!=", left: Node, right: Node, at: number): Expression {
    const sides = [this.any(left), this.any(right)] as const;
    if (isText(sides[0]) !== isText(sides[1])) throw bad(right.at, "a text and a number are never equal");
    for (const [side, node] of [[sides[0], left] as const, [sides[1], right] as const])
      if (side.kind === "constant" && typeof side.value === "string" && !stages.some((name) => name === side.value))
        throw bad(node.at, `no stage is called "${side.value}"`, `one of ${stages.join(" ")}`);
    return { kind: "binary", op, left: sides[0], right: sides[1], at };
  }

  #call(name: string, args: readonly Node[], at: number): Expression {
    const checked = args.map((arg) => this.numbers(arg));
    const [only] = checked;
    if (name === "shape" && checked.length === 1) return this.#shape(only, at);
    const known = functionNames.find((one) => one === name);
    if (checked.length === 1 && reductions.some((one) => one === name) && (known === undefined || axesOf(only) > 0))
      return this.#reduce(name, only, at);
    if (known === undefined) throw bad(at, `no function is called ${name}`, `one of ${allFunctions.join(" ")}`);
    const [least, most] = functions[known];
    if (args.length < least || args.length > most) {
      const wanted = least === most ? String(least) : `${least} to ${most}`;
      throw bad(at, `${name} takes ${wanted} numbers`, undefined, String(args.length));
    }
    return { kind: "call", name: known, args: checked, at };
  }

  #reduce(name: string, operand: Expression, at: number): Expression {
    if (axesOf(operand) === 0) throw bad(at, "a number has no methods", "a slice, as out[0, 2, :, 5]");
    const how = reductions.find((known) => known === name);
    if (how === undefined) throw bad(at, `nothing is called .${name}()`, `one of ${reductions.join(" ")}`);
    return { kind: "reduce", operand, reduce: how, at };
  }

  #shape(operand: Expression, at: number): Expression {
    if (axesOf(operand) === 0) throw bad(at, "a number has no shape", "a tensor or a slice");
    return { kind: "shape", operand };
  }

  #index({ operand, subscripts, at }: Extract<Node, { kind: "index" }>): Expression {
    if (operand.kind === "name" && !isTensor(operand.name) && !variables.some((known) => known === operand.name))
      throw bad(operand.at, `no tensor is called ${operand.name}`, `one of ${tensorNames.join(" ")}`);
    const of = this.numbers(operand);
    const axes = axesOf(of);
    if (axes === 0) throw bad(at, "a number has no elements");
    const named = of.kind === "tensor" ? { name: of.tensor, shape: of.shape } : null;
    if (subscripts.length > axes)
      throw named === null
        ? bad(startOf(operand), `this has ${axes} axes`, undefined, `${subscripts.length} subscripts`)
        : bad(
            startOf(operand),
            `${named.name} has ${axes} axes: ${shapeText(named.shape)}`,
            undefined,
            `${subscripts.length} subscripts`,
          );
    const checked = subscripts.map((subscript, axis) => this.#subscript(subscript, named, axis));
    const index = checked.filter((subscript) => subscript.kind !== "slice");
    if (of.kind === "tensor" && index.length === axes)
      return { kind: "element", tensor: of.tensor, shape: of.shape, index, at: startOf(operand) };
    return { kind: "index", operand: of, subscripts: checked, at: startOf(operand) };
  }

  #subscript(node: Node | SliceNode, named: { name: string; shape: readonly number[] } | null, axis: number) {
    if (node.kind === "slice") {
      const part = (bound: Node | null) => {
        if (bound === null) return null;
        const expression = this.check(bound);
        const value = constantOf(expression);
        if (value !== null) checkBound(value, bound.at);
        return expression;
      };
      return { ...node, start: part(node.start), stop: part(node.stop), step: part(node.step) };
    }
    const index = this.check(node);
    const value = constantOf(index);
    if (value !== null && named !== null) resolveIndex(value, named.name, named.shape, axis, node.at);
    return index;
  }
}

/** How many axes the value of an expression has; 0: it is one number, or a text. */
export function axesOf(expression: Expression): number {
  switch (expression.kind) {
    case "constant":
    case "variable":
    case "element":
    case "reduce":
      return 0;
    case "shape":
      return 1;
    case "tensor":
      return expression.shape.length;
    case "index":
      return axesOf(expression.operand) - expression.subscripts.filter(({ kind }) => kind !== "slice").length;
    case "unary":
      return axesOf(expression.operand);
    case "binary":
      return Math.max(axesOf(expression.left), axesOf(expression.right));
    case "call":
      return Math.max(...expression.args.map(axesOf));
  }
}

/** Where the text of a node begins. */
function startOf(node: Node): number {
  switch (node.kind) {
    case "index":
    case "method":
    case "attribute":
      return startOf(node.operand);
    case "binary":
      return startOf(node.left);
    case "constant":
    case "name":
    case "unary":
    case "call":
      return node.at;
  }
}

const functionNames = Object.keys(functions) as FunctionName[]; // the keys of a literal
const tensorNames = Object.keys(writerOf) as TensorName[]; // likewise
const allFunctions = [...new Set<string>([...functionNames, ...reductions, "shape"])];

function isTensor(name: string): boolean {
  return tensorNames.some((known) => known === name);
}

function isText(expression: Expression): boolean {
  if (expression.kind === "constant") return typeof expression.value === "string";
  return expression.kind === "variable" && expression.name === "stage";
}

function isFunction(name: string): boolean {
  return allFunctions.includes(name);
}

function constantOf(expression: Expression): number | null {
  if (expression.kind === "constant") return Number(expression.value);
  if (expression.kind !== "unary" || expression.op !== "-") return null;
  const value = constantOf(expression.operand);
  return value === null ? null : -value;
}

/** An index of an axis, from the end if it is negative. Throws ConvError `bad-expression` beyond the axis. */
export function resolveIndex(value: number, name: string, shape: readonly number[], axis: number, at: number): number {
  const size = shape[axis];
  if (!Number.isInteger(value) || value < -size || value >= size)
    throw bad(
      at,
      `axis ${axis} of ${name} ${shapeText(shape)} has no ${value}`,
      `a whole number from ${-size} to ${size - 1}`,
    );
  return value < 0 ? value + size : value;
}

/** What a slice is made of. Throws ConvError `bad-expression` for what is no whole number. */
export function checkBound(value: number, at: number): void {
  if (!Number.isInteger(value)) throw bad(at, "a slice goes in whole steps", "a whole number", String(value));
}

function indexed(name: string, shape: readonly number[]): string {
  const zeros = shape.map(() => "0").join(", ");
  return `an element, as ${name}[${zeros}], or a reduction, as ${name}.max()`;
}

/** A fault in an expression, at a column from 1. */
export function bad(column: number, what: string, expected?: string, found?: string, remedy?: string): ConvError {
  return new ConvError({ code: "bad-expression", at: { line: 1, column }, what, expected, found, remedy });
}
