import { ConvError } from "../../base/errors";
import { mayHold } from "./bounds";
import type { Cursor } from "../moment/cursor";
import { evaluate, isTrue } from "../expression/evaluate";
import type { Stretch } from "./region";
import type { Expression } from "../expression/syntax";

/** What a search looks for. */
export interface Condition {
  holds(at: Cursor): boolean;
  /** false: it holds at no step of the stretch. */
  mayHold(stretch: Stretch): boolean;
}

/** An expression as a condition. One that cannot be evaluated at a step fails there: ConvError `bad-expression`. */
export function expressed(expression: Expression): Condition {
  return {
    holds: (at) => isTrue(evaluate(expression, at)),
    mayHold: (stretch) => mayHold(expression, stretch),
  };
}

/** Also holds where it cannot be evaluated, so that whoever waits for it gets to see why. */
export function heldByFaults(condition: Condition): Condition {
  const unless = (holds: () => boolean): boolean => {
    try {
      return holds();
    } catch (error) {
      if (error instanceof ConvError && error.code === "bad-expression") return true;
      throw error;
    }
  };
  return {
    holds: (at) => unless(() => condition.holds(at)),
    mayHold: (stretch) => unless(() => condition.mayHold(stretch)),
  };
}

export function both(first: Condition, second: Condition): Condition {
  return {
    holds: (at) => first.holds(at) && second.holds(at),
    mayHold: (stretch) => first.mayHold(stretch) && second.mayHold(stretch),
  };
}
