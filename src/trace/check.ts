import { ConvError } from "../base/errors";
import type { Geometry } from "../conv/geometry";
import type { TensorName } from "../conv/run";
import { shapeText } from "../tensor/tensor";
import { shapeOf } from "./elements";
import { stages, writerOf } from "./stages";
import {
  type ElementNode,
  type Expression,
  type FunctionName,
  type Node,
  type SliceNode,
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

type Kind = "number" | "text";

/** Checks what was parsed, against one layer. Resolves names, in maps and lists only: `constructor` and `__proto__` are names that nothing has. */
export class Checker {
  readonly #g: Geometry;

  constructor(g: Geometry) {
    this.#g = g;
  }

  /** An expression of numbers; true and false are numbers too, as in Python. */
  check(node: Node): Expression {
    const expression = this.#any(node);
    if (kindOf(expression) === "text") throw bad(node.at, "a text stands where a number must be");
    return expression;
  }

  #any(node: Node): Expression {
    switch (node.kind) {
      case "constant":
        return { kind: "constant", value: node.value };
      case "name":
        return this.#name(node.name, node.at);
      case "unary":
        return { kind: "unary", op: node.op, operand: this.check(node.operand) };
      case "binary":
        return node.op === "==" || node.op === "!="
          ? this.#equality(node.op, node.left, node.right)
          : { kind: "binary", op: node.op, left: this.check(node.left), right: this.check(node.right) };
      case "call":
        return this.#call(node.name, node.args, node.at);
      case "element":
        return this.#element(node);
    }
  }

  #name(name: string, at: number): Expression {
    const constant = constants.get(name);
    if (constant !== undefined) return { kind: "constant", value: constant };
    const variable = variables.find((known) => known === name);
    if (variable !== undefined) return { kind: "variable", name: variable };
    if (isTensor(name)) throw bad(at, `${name} is a tensor`, indexed(name, shapeOf(this.#g, name)), name);
    const remedy = Object.hasOwn(functions, name) ? `Write ${name}(…)` : undefined;
    throw bad(at, `nothing is called ${name}`, `one of ${variables.join(" ")}, or a tensor`, undefined, remedy);
  }

  #equality(op: "==" | "!=", left: Node, right: Node): Expression {
    const sides = [this.#any(left), this.#any(right)] as const;
    const [first, second] = sides.map(kindOf);
    if (first !== second) throw bad(right.at, "a text and a number are never equal");
    for (const [side, node] of [[sides[0], left] as const, [sides[1], right] as const])
      if (side.kind === "constant" && typeof side.value === "string" && !stages.some((name) => name === side.value))
        throw bad(node.at, `no stage is called "${side.value}"`, `one of ${stages.join(" ")}`);
    return { kind: "binary", op, left: sides[0], right: sides[1] };
  }

  #call(name: string, args: readonly Node[], at: number): Expression {
    const known = functionNames.find((one) => one === name);
    if (known === undefined) throw bad(at, `no function is called ${name}`, `one of ${functionNames.join(" ")}`);
    const [least, most] = functions[known];
    if (args.length < least || args.length > most) {
      const wanted = least === most ? String(least) : `${least} to ${most}`;
      throw bad(at, `${name} takes ${wanted} numbers`, undefined, String(args.length));
    }
    return { kind: "call", name: known, args: args.map((arg) => this.check(arg)) };
  }

  #element({ name, subscripts, reduce, at }: ElementNode): Expression {
    if (!isTensor(name)) throw bad(at, `no tensor is called ${name}`, `one of ${Object.keys(writerOf).join(" ")}`);
    if (name === "b" && !this.#g.hasBias) throw bad(at, "this layer has no bias");
    const shape = shapeOf(this.#g, name);
    if (subscripts.length > shape.length)
      throw bad(
        at,
        `${name} has ${shape.length} axes: ${shapeText(shape)}`,
        undefined,
        `${subscripts.length} subscripts`,
      );
    const checked = subscripts.map((subscript, axis) => this.#subscript(subscript, name, shape, axis));
    if (reduce === null) {
      const index = checked.filter((subscript) => subscript.kind !== "slice");
      if (index.length !== shape.length) throw bad(at, "a slice is not one number", indexed(name, shape));
      return { kind: "element", tensor: name, shape, index, at };
    }
    const how = reductions.find((known) => known === reduce.name);
    if (how === undefined)
      throw bad(reduce.at, `nothing is called .${reduce.name}()`, `one of ${reductions.join(" ")}`);
    while (checked.length < shape.length) checked.push({ kind: "slice", start: null, stop: null, step: null, at });
    return { kind: "reduce", tensor: name, shape, subscripts: checked, reduce: how, at };
  }

  #subscript(node: Node | SliceNode, name: string, shape: readonly number[], axis: number) {
    if (node.kind === "slice") {
      const part = (bound: Node | null) => (bound === null ? null : this.check(bound));
      return { ...node, start: part(node.start), stop: part(node.stop), step: part(node.step) };
    }
    const index = this.check(node);
    const value = constantOf(index);
    if (value !== null) resolveIndex(value, name, shape, axis, node.at);
    return index;
  }
}

const functionNames = Object.keys(functions) as FunctionName[]; // the keys of a literal

function isTensor(name: string): name is TensorName {
  return Object.hasOwn(writerOf, name);
}

function kindOf(expression: Expression): Kind {
  if (expression.kind === "constant") return typeof expression.value === "string" ? "text" : "number";
  return expression.kind === "variable" && expression.name === "stage" ? "text" : "number";
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

function indexed(name: string, shape: readonly number[]): string {
  const zeros = shape.map(() => "0").join(", ");
  return `an element, as ${name}[${zeros}], or a reduction, as ${name}.max()`;
}

/** A fault in an expression, at a column from 1. */
export function bad(column: number, what: string, expected?: string, found?: string, remedy?: string): ConvError {
  return new ConvError({ code: "bad-expression", at: { line: 1, column }, what, expected, found, remedy });
}
