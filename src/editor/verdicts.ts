import type { Mismatch } from "../diagnose/compare";
import type { ResultComparison } from "../diagnose/rounding";
import { shapeText } from "../tensor/tensor";
import { numberText } from "./shapes";

/** A result against what was expected of it. */
export interface Verdict {
  readonly tensor: ResultComparison["tensor"];
  readonly good: boolean;
  /** "out = expected", "dW ≠ expected" */
  readonly short: string;
  /** With the numbers: how many differ, the first and the worst. */
  readonly long: string;
}

export function verdictOf({ tensor, comparison, roundingOnly }: ResultComparison): Verdict {
  const good = comparison.equal;
  const short = `${tensor} ${good ? "=" : "≠"} expected`;
  const say = (long: string): Verdict => ({ tensor, good, short, long });
  if (!comparison.sameShape)
    return say(
      `${tensor} is ${shapeText(comparison.actualShape)}, but ${shapeText(comparison.expectedShape)} was expected`,
    );
  const { mismatches, elements, maxError, first, worst } = comparison;
  if (roundingOnly)
    return say(`${tensor} differs from what was expected by rounding only, at most ${numberText(maxError)}`);
  if (good || first === null || worst === null) return say(`${tensor} is as expected`);
  const place = ({ index, actual, expected }: Mismatch) =>
    `[${index.join(", ")}] is ${numberText(actual)}, not ${numberText(expected)}`;
  const both = first === worst || first.index.join() === worst.index.join();
  const places = both ? place(first) : `first ${place(first)}; worst ${place(worst)}`;
  return say(`${tensor} is not as expected: ${mismatches} of ${elements} elements differ; ${places}`);
}
