import type { Geometry } from "../../conv/geometry";
import type { Field, FieldMap } from "../field";
import type { Finish, Model } from "../model";
import type { ResultName } from "../rounding";

/** One line in each framework that does away with the difference. */
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
  /** Out as this layer has it, or as it was expected: which of its cells a ReLU lets through. */
  readonly out: Field;
  readonly expectedOut: Field | null;
}

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

export function resultChanged(name: ResultName, change: Finish): Hypothesis["change"] {
  return (model) => ({ ...model, finish: finishing(model, name, change) });
}

/** Before the finishes that are there: what was changed last on the way in is undone first on the way back. */
function finishing(model: Model, name: ResultName, change: Finish): Model["finish"] {
  const finishes = model.finish[name];
  return { ...model.finish, [name]: name === "out" ? [...finishes, change] : [change, ...finishes] };
}

/** What the gradients start from is another tensor. */
export function startChanged(model: Model, change: FieldMap): Model["start"] {
  const { dx, dW, db } = model.start;
  return { dx: [...dx, change], dW: [...dW, change], db: [...db, change] };
}
