import type { Explanation } from "../diagnose/explanation";
import type { StageName } from "../conv/passes";
import type { Answer } from "../protocol/report";
import { figure, listed } from "./words";

/** Answers under one title, each of explanations that come to the same lines. Of the `best` the first is open by itself. */
export interface Part {
  readonly title: string;
  readonly best: boolean;
  readonly groups: readonly (readonly Explanation<StageName>[])[];
}

/** Those that fit equally well. `of` says what they explain, where that has to be said. */
export function partOf(groups: Part["groups"], of: string, best: boolean): Part {
  const title = groups.length === 1 ? `Cause${of}` : `${groups.length} causes${of} that fit equally well`;
  return { title, best, groups };
}

/** Explanations that come to the same lines. `setting`: what the layer file would say; null: it cannot. */
export function answerOf(alike: readonly Explanation<StageName>[], setting: string | null): Answer {
  const [{ causes, explains, error, bound }] = alike;
  return {
    names: alike.map((explanation) => explanation.causes.map(({ name }) => name)),
    explains,
    remains:
      error === 0
        ? `Explains ${listed(explains)}: nothing remains.`
        : `Explains ${listed(explains)}: what remains is ${figure(error)}, within rounding, which explains up to ${figure(bound)}.`,
    fixes: causes.map(({ fix }) => ({ pytorch: fix.pytorch, tensorflow: fix.tensorflow, numpy: fix.numpy })),
    setting,
  };
}
