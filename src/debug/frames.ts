import type { DebugProtocol as P } from "@vscode/debugprotocol";
import type { Listing } from "../trace/listing/listing";
import { type Frame, type Position, framesOf } from "../trace/order/navigate";
import type { Depth } from "../trace/order/stages";
import type { Steps } from "../trace/order/steps";
import type { References } from "./references";

/** Where a stop was asked for by a line, that line is shown rather than the one that stands for the depth. */
export interface StoppedLine {
  readonly step: number;
  readonly line: number;
}

/** The stack at a position, innermost first: the loop digits down to the present depth. */
export function stackOf(
  steps: Steps,
  listing: Listing,
  position: Position,
  frames: References<Frame>,
  stopped: StoppedLine | null,
): Omit<P.StackFrame, "source">[] {
  return framesOf(steps, position).map((frame, level) => {
    const line =
      level === 0 && stopped?.step === position.step ? stopped.line : listing.lineOf(frame.stage, frame.depth);
    const text = listing.lines[line - 1].text;
    return {
      id: frames.of(frame),
      name: frame.name,
      line,
      // Without an end: editors would select up to there, and scroll long lines out of view.
      column: text.length - text.trimStart().length + 1,
    };
  });
}

/** At which depth a line is: a loop over cells or a stage's call is not inside the taps. */
export function depthOfLine(steps: Steps, listing: Listing, line: number): Depth {
  const hits = listing.lines[line - 1]?.hits;
  if (!hits) return "tap";
  const { count, cellSteps } = steps.spans[hits.stage];
  if (hits.period >= count && count > cellSteps) return "stage";
  return hits.period >= cellSteps && cellSteps > 1 ? "cell" : "tap";
}
