import type { TensorName } from "../../conv/run";
import { indexNames } from "../order/stages";

/** What the grammar in expression.peggy makes of a text. `at` is a column, from 1. */
export type Node =
  | { readonly kind: "constant"; readonly value: number | string; readonly at: number }
  | { readonly kind: "name"; readonly name: string; readonly at: number }
  | { readonly kind: "unary"; readonly op: "-" | "!"; readonly operand: Node; readonly at: number }
  | {
      readonly kind: "binary";
      readonly op: BinaryOperator;
      readonly left: Node;
      readonly right: Node;
      readonly at: number;
    }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Node[]; readonly at: number }
  /** `at`: the bracket, or the name after the point. */
  | {
      readonly kind: "index";
      readonly operand: Node;
      readonly subscripts: readonly (Node | SliceNode)[];
      readonly at: number;
    }
  | {
      readonly kind: "method";
      readonly operand: Node;
      readonly name: string;
      readonly args: readonly Node[];
      readonly at: number;
    }
  | { readonly kind: "attribute"; readonly operand: Node; readonly name: string; readonly at: number };

export interface SliceNode {
  readonly kind: "slice";
  readonly start: Node | null;
  readonly stop: Node | null;
  readonly step: Node | null;
  readonly at: number;
}

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type Arithmetic = "+" | "-" | "*" | "/" | "%";
export type BinaryOperator = "||" | "&&" | Comparison | Arithmetic;

/**
 * What an expression can be made of, besides elements: the indices of the present step and what the listing makes of them, its sum
 * so far, its stage. `iy`, `ix`: where the tap looks, in x's coordinates, before padding shows another cell. `g`: the group.
 */
export const variables = [...indexNames, "row", "tap", "iy", "ix", "g", "step", "acc", "stage"] as const;
export type Variable = (typeof variables)[number];

/** Functions of numbers, and how many they take. Of slices they are taken element by element. */
export const functions = {
  isnan: [1, 1],
  isinf: [1, 1],
  abs: [1, 1],
  sqrt: [1, 1],
  exp: [1, 1],
  log: [1, 1],
  min: [2, 16],
  max: [2, 16],
} as const satisfies Record<string, readonly [number, number]>;
export type FunctionName = keyof typeof functions;

/** What makes one number of a slice: `out[0].max()`, or `max(out[0])`. argmax and argmin count its elements in C order. */
export const reductions = ["min", "max", "sum", "mean", "std", "argmax", "argmin", "any", "all"] as const;
export type Reduction = (typeof reductions)[number];

/** An expression that was checked: every name is known, and how many axes everything has. */
export type Expression =
  | { readonly kind: "constant"; readonly value: number | boolean | string }
  | { readonly kind: "variable"; readonly name: Variable }
  | { readonly kind: "unary"; readonly op: "-" | "!"; readonly operand: Expression }
  | BinaryExpression
  | { readonly kind: "call"; readonly name: FunctionName; readonly args: readonly Expression[]; readonly at: number }
  | ElementExpression
  | TensorExpression
  | IndexExpression
  | ReduceExpression
  | { readonly kind: "shape"; readonly operand: Expression };

export interface BinaryExpression {
  readonly kind: "binary";
  readonly op: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly at: number;
}

/** A whole tensor. */
export interface TensorExpression {
  readonly kind: "tensor";
  readonly tensor: TensorName;
  readonly shape: readonly number[];
}

/** One element of a tensor. */
export interface ElementExpression {
  readonly kind: "element";
  readonly tensor: TensorName;
  readonly shape: readonly number[];
  readonly index: readonly Expression[];
  readonly at: number;
}

/** A part of a tensor, or of what was worked out element by element: one subscript for each of the first axes. */
export interface IndexExpression {
  readonly kind: "index";
  readonly operand: Expression;
  readonly subscripts: readonly (Expression | SliceExpression)[];
  readonly at: number;
}

export interface ReduceExpression {
  readonly kind: "reduce";
  readonly operand: Expression;
  readonly reduce: Reduction;
  readonly at: number;
}

export interface SliceExpression {
  readonly kind: "slice";
  readonly start: Expression | null;
  readonly stop: Expression | null;
  readonly step: Expression | null;
  readonly at: number;
}
