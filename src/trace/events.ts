import type { Condition } from "./condition";
import type { Change } from "./cursor";
import type { Bound } from "./bounds";

/** The element that the step writes holds something else after it; NaN is NaN, and −0 is not 0. */
export const changed: Condition = {
  holds: (at) => {
    const change = at.change();
    return change !== null && !Object.is(change.before, change.after);
  },
  mayHold: () => true,
};

/** The step makes NaN of an element that was not. */
export const becomesNan: Condition = becomes(Number.isNaN, ({ nan }) => nan);

/** The step makes an infinity of an element that was none. */
export const becomesInfinite: Condition = becomes(isInfinite, ({ lo, hi }) => lo === -Infinity || hi === Infinity);

/** The step makes an infinity out of finite numbers. */
export const overflows: Condition = {
  holds: (at) => becomesInfinite.holds(at) && at.readsFinite(),
  mayHold: (stretch) => becomesInfinite.mayHold(stretch),
};

function isInfinite(value: number): boolean {
  return value === Infinity || value === -Infinity;
}

function becomes(isOdd: (value: number) => boolean, mayBe: (sums: Bound) => boolean): Condition {
  return {
    holds: (at) => {
      const change: Change | null = at.change();
      return change !== null && isOdd(change.after) && (change.before === null || !isOdd(change.before));
    },
    mayHold: (stretch) => stretch.stage === "im2col" || mayBe(stretch.sums()),
  };
}
