import type { ResultName, StageName } from "../conv/passes";
import type { ComputeTensor } from "../tensor/tensor";
import { type LayerChange, changesOf } from "./changes";
import { materialise } from "./field";
import type { Fix } from "./hypotheses/hypothesis";
import { type Compute, type Model, Predictor } from "./model";
import { Pace, type Watcher } from "./pace";
import type { Fit, Worst } from "./trial";
import type { Verified } from "./verify";

export interface Cause {
  readonly id: string;
  readonly name: string;
  readonly fix: Fix;
}

/** A difference from what was expected: the largest error, its place, and the largest as a part of what rounding explains where it is. */
export interface Deviation {
  readonly error: number;
  readonly residual: number;
  /** null: no error, or of another size. */
  readonly worst: Worst | null;
}

/** One tensor as it was expected and as a layer makes it: the same elements, each at one place. */
export interface Sides {
  readonly expected: ComputeTensor;
  readonly made: ComputeTensor;
}

/** What an explanation does for one stage: the layer as it is, and as it would be with the causes. */
export interface Evidence<Name extends StageName = ResultName> {
  readonly tensor: Name;
  readonly before: Deviation;
  readonly after: Deviation;
  /** As the causes make it, in float64, and what was expected in the same order: computed when asked for. Throws ConvError `cancelled`. */
  readonly sides: (watcher?: Watcher) => Promise<Sides>;
}

/** One cause, or two at once, and what they explain to the last bit of rounding. */
export interface Explanation<Name extends StageName = ResultName> {
  /** What was done last is first, so that one line after the other undoes them. */
  readonly causes: readonly Cause[];
  readonly explains: readonly Name[];
  /** Over all cells of those: the largest error, and the largest as a part of what rounding explains there. */
  readonly error: number;
  readonly residual: number;
  readonly bound: number;
  /** For each of those. */
  readonly evidence: readonly Evidence<Name>[];
  /** Where settings are among the causes: what the layer file would say to give what was expected. */
  readonly changes: readonly LayerChange[];
}

/** What is known of a layer's results. */
interface Known {
  readonly base: Model;
  readonly before: ReadonlyMap<ResultName, Fit>;
  readonly expected: Partial<Record<ResultName, ComputeTensor>>;
  readonly compute: Compute;
}

export function explanationOf({ causes, model, fits, residual }: Verified, known: Known): Explanation {
  const { base, before, expected, compute } = known;
  const most = (value: (fit: Fit) => number) => Math.max(...fits.map(([, fit]) => value(fit)));
  const deviation = ({ error, residual, worst }: Fit): Deviation => ({ error, residual, worst });
  const sidesOf = async (name: ResultName, watcher?: Watcher): Promise<Sides> => {
    const pace = new Pace(watcher);
    const prediction = await new Predictor(model, compute, pace).predict(name);
    if (prediction === null) throw new Error(`these causes make no ${name}`); // they do of what they explain
    const made = await materialise(prediction.value, "float64", pace);
    return { expected: expected[name]!, made: { ...made, shape: expected[name]!.shape } }; // it was held against it
  };
  return {
    causes: causes.map(({ id, name, fix }) => ({ id, name, fix })).reverse(),
    explains: fits.map(([name]) => name),
    error: most(({ error }) => error),
    residual,
    bound: most(({ bound }) => bound),
    evidence: fits.map(([tensor, fit]) => ({
      tensor,
      before: deviation(before.get(tensor) ?? fit),
      after: deviation(fit),
      sides: (watcher) => sidesOf(tensor, watcher),
    })),
    changes: changesOf(base, model, causes),
  };
}
