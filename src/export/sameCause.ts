import type { ResultName } from "../conv/passes";
import type { Run } from "../conv/run";
import { explain } from "../diagnose/explain";
import type { Cause } from "../diagnose/explanation";
import { fieldOf } from "../diagnose/field";
import { freeSettings } from "../diagnose/hypotheses/free";
import type { Hypothesis } from "../diagnose/hypotheses/hypothesis";
import { hypothesesFor } from "../diagnose/hypotheses/table";
import { type Compute, type Model, modelOf } from "../diagnose/model";
import { Pace, type Watcher } from "../diagnose/pace";
import { survives, trialOf } from "../diagnose/trial";
import type { ComputeTensor } from "../tensor/tensor";

/** What explains a difference: one cause or two at once; several where they cannot be told apart; none where it is not known. */
export type Causes = readonly (readonly Cause[])[];

/** A layer that was run, and what was expected of one of its results. */
export interface Difference {
  readonly run: Run;
  readonly result: ResultName;
  readonly expected: ComputeTensor;
}

export async function causesOf(difference: Difference, compute: Compute, watcher: Watcher): Promise<Causes> {
  const { run, result, expected } = difference;
  const { explanations, tied } = await explain(run, { [result]: expected }, compute, watcher);
  return explanations.slice(0, tied).map(({ causes }) => causes);
}

/** Whether some of these causes explain the difference at the cells at which hypotheses are tried. */
export async function someHold(
  causes: Causes,
  { run, result, expected }: Difference,
  watcher: Watcher,
): Promise<boolean> {
  const pace = new Pace(watcher);
  const base = await modelOf(run, pace);
  const trial = await trialOf(run, result, expected, pace);
  const expectedOut = result === "out" ? fieldOf(expected) : null;
  const known = new Map<string, Hypothesis>();
  const circumstances = {
    geometry: run.geometry,
    dtype: run.arithmetic.dtype,
    base,
    out: fieldOf(run.tensors.out),
    expectedOut,
  };
  for (const one of [...hypothesesFor(circumstances), ...freeSettings(run.geometry)]) known.set(one.id, one);
  return causes.some((list) => {
    const model = list.reduceRight<Model | null>(
      (model, { id }) => (model && known.get(id)?.change(model)) ?? null,
      base,
    );
    return model !== null && survives(model, trial);
  });
}

/** Whether the difference has these explanations and no others: whoever sees nothing else can tell what is wrong. */
export async function noOthersHold(
  causes: Causes,
  difference: Difference,
  compute: Compute,
  watcher: Watcher,
): Promise<boolean> {
  const keys = new Set(causes.map(keyOf));
  const found = await causesOf(difference, compute, watcher);
  return found.length > 0 && found.every((list) => keys.has(keyOf(list)));
}

function keyOf(causes: readonly Cause[]): string {
  return causes.map(({ id }) => id).join(" ");
}
