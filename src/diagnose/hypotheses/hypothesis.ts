import type { ResultName } from "../../conv/passes";
import type { Geometry } from "../../conv/geometry";
import type { Field, FieldMap } from "../field";
import type { ComputeDtype } from "../../tensor/dtype";
import type { Finish, Gradient, Model } from "../model";

/**
 * One line in each framework that does away with the difference, in the program that made the expected result. It is code: `x`, `W`, `b`, `dout`
 * are what the program computes with, `out`, `dx`, `dW`, `db` what it makes, in NCHW and OIHW (TensorFlow: NHWC and HWIO), `col`, `dcol`,
 * `dout2d` (dout as a matrix) and `loss` what is in between, and settings have the names of the convolution's arguments. A line stands in place
 * of the program's own for the same (that pads, sets a stride, adds the bias), else right before its tensor is used (`x` before it is padded),
 * or right after it is made.
 */
export interface Fix {
  readonly pytorch: string;
  readonly tensorflow: string;
  readonly numpy: string;
}

/** What somebody else may have done differently. */
export interface Hypothesis {
  readonly id: string;
  /** In the words of the field, as "the expected result was made with …" would go on. */
  readonly name: string;
  /** Two of one family are not supposed of one layer at once. */
  readonly family: string;
  readonly fix: Fix;
  /** The layer file's setting that says so, where it is one of layout. */
  readonly layout?: { readonly key: string; readonly value: string };
  /** The layer as it was then; null where that cannot have been. */
  readonly change: (model: Model) => Model | null;
}

/** What hypotheses are made for. */
export interface Circumstances {
  readonly geometry: Geometry;
  readonly dtype: ComputeDtype;
  /** The layer as it is. */
  readonly base: Model;
  /** Out as this layer has it, or as it was expected: which of its cells a ReLU lets through. */
  readonly out: Field;
  readonly expectedOut: Field | null;
}

/** Position i of an axis shows this one. */
export type Order = (i: number, size: number) => number;

/** PyTorch and NumPy are spelled alike where tensors are indexed. */
export function sameFix(text: string, tensorflow = text): Fix {
  return { pytorch: text, tensorflow, numpy: text };
}

/** x is another tensor, and its gradient is brought back to the original's frame. */
export function inputChanged(change: FieldMap, back: Finish): Hypothesis["change"] {
  return (model) => ({ ...model, x: change(model.x), finish: finishing(model, "dx", back) });
}

/** W likewise. */
export function weightChanged(change: FieldMap, back: Finish): Hypothesis["change"] {
  return (model) => ({ ...model, W: change(model.W), finish: finishing(model, "dW", back) });
}

/** The result is another tensor in the end. */
export function resultChanged(name: ResultName, change: Finish): Hypothesis["change"] {
  return (model) => ({ ...model, finish: { ...model.finish, [name]: [...model.finish[name], change] } });
}

/** Before the finishes that are there: what was changed last on the way in is undone first on the way back. */
function finishing(model: Model, name: Gradient, change: Finish): Model["finish"] {
  return { ...model.finish, [name]: [change, ...model.finish[name]] };
}

/** What the gradients start from is another tensor: that which is done to out last is undone first. */
export function startChanged({ start: { dx, dW, db } }: Model, change: FieldMap): Model["start"] {
  return { dx: [change, ...dx], dW: [change, ...dW], db: [change, ...db] };
}
