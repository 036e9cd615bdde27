import type { StoredName } from "../../conv/run";
import type { Condition } from "./condition";
import { touchOf } from "../order/elements";
import { type Flags, nansOf, specialsOf } from "./flags";
import type { Stretch } from "./region";
import { type Stage, isSumStage } from "../order/stages";
import type { Trace } from "../moment/trace";

/** The element that the step writes holds something else after it; NaN is NaN, and −0 is not 0. */
export const changed: Condition = {
  holds: (at) => {
    const change = at.change();
    return change !== null && !Object.is(change.before, change.after);
  },
  mayHold: () => true,
};

/** The step makes NaN of an element that was none. A sum that is NaN once ends as NaN. */
export function becomesNan(trace: Trace): Condition {
  const flags = [nansOf(trace), specialsOf(trace)] as const;
  return becomes(Number.isNaN, (stretch) => stretch.mayWrite(...flags));
}

/** The step makes an infinity of an element that was none. */
export function becomesInfinite(trace: Trace): Condition {
  const specials = specialsOf(trace);
  return becomes(
    (value) => value === Infinity || value === -Infinity,
    (stretch) => stretch.mayWrite(specials, specials) || stretch.mayOverflowForAWhile(),
  );
}

/** The step makes an infinity out of finite numbers. */
export function overflows(trace: Trace): Condition {
  const infinite = becomesInfinite(trace);
  return {
    holds: (at) => infinite.holds(at) && at.readsFinite(),
    mayHold: (stretch) => infinite.mayHold(stretch),
  };
}

/** The step finishes an element of out, dx, dW or db that is flagged. */
export function finishes(trace: Trace, flags: Flags): Condition {
  const isCompared = (stage: Stage) => stage !== "im2col" && stage !== "dcol";
  return {
    holds: (at) => {
      if (!isCompared(at.span.stage)) return false;
      const place = trace.steps.place(at.step);
      if (isSumStage(place.stage) && !place.last) return false;
      return touchOf(trace.geometry, place).writes.some(
        ({ tensor, index }) =>
          flags.has(tensor as StoredName, index) && // col and dcol are not compared
          trace.writtenAt(tensor, index)?.last === at.step,
      );
    },
    mayHold: (stretch) => isCompared(stretch.stage) && stretch.mayWrite(flags, flags),
  };
}

function becomes(isOdd: (value: number) => boolean, mayHold: (stretch: Stretch) => boolean): Condition {
  return {
    holds: (at) => {
      const change = at.change();
      return change !== null && isOdd(change.after) && (change.before === null || !isOdd(change.before));
    },
    mayHold,
  };
}
