import type { Cursor } from "./cursor";
import { Growing } from "./growing";
import { type Stage, writerOf } from "../order/stages";
import { steadyTensors } from "../expression/steady";
import type { ReduceExpression } from "../expression/syntax";
import type { Trace } from "./trace";
import type { Cell } from "../expression/views";

/** A reduction in one stage: how it is known at each of its steps, or that it was asked for once, or cannot be kept. */
interface Known {
  readonly stage: Stage;
  readonly at: ((cursor: Cursor) => Cell) | "once" | "never";
}

const known = new WeakMap<Trace, Kept>();

/** What is known of reductions; the same for all that ask about a run. */
export function keptOf(trace: Trace): Kept {
  let kept = known.get(trace);
  if (kept === undefined) known.set(trace, (kept = new Kept(trace)));
  return kept;
}

/** Reductions that are asked for at one step after the other, as by a search: whole tensors are looked at once, not at each step. */
export class Kept {
  readonly #trace: Trace;
  readonly #known = new WeakMap<ReduceExpression, Known>();

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  /** `reduce` works it out at the cursor's step. */
  at(expression: ReduceExpression, cursor: Cursor, reduce: () => Cell): Cell {
    const { stage } = cursor.span;
    const known = this.#known.get(expression);
    const before = known?.stage === stage ? known.at : null;
    if (typeof before === "function") return before(cursor);
    const keep = (at: Known["at"]) => void this.#known.set(expression, { stage, at });
    if (before === "once") {
      const growing = this.#growing(expression, cursor);
      keep(growing === null ? "never" : (at) => growing.at(at));
      return growing === null ? reduce() : growing.at(cursor);
    }
    const value = reduce();
    if (before === "never") return value;
    const tensors = steadyTensors(expression.operand);
    if (tensors === null) keep("never");
    else if (tensors.some((tensor) => writerOf[tensor] === stage)) keep("once");
    else keep(() => value);
    return value;
  }

  #growing(expression: ReduceExpression, cursor: Cursor): Growing | null {
    const tensors = steadyTensors(expression.operand) ?? [];
    const growing = tensors.find((tensor) => writerOf[tensor] === cursor.span.stage); // each stage writes one tensor
    return growing === undefined ? null : Growing.of(this.#trace, expression, growing, cursor);
  }
}
