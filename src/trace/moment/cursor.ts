import { positionOf, rowOf, tapOf } from "../../conv/columns";
import type { Axis } from "../../conv/geometry";
import type { TensorName } from "../../conv/run";
import { cellOf, scatterTarget, touchOf } from "../order/elements";
import { type Scope, type Value, evaluate } from "../expression/evaluate";
import { anyExpressionOf } from "../expression/expression";
import { keptOf } from "./kept";
import { type IndexName, type SumStage, isSumStage, nests, slotsIn, writerOf } from "../order/stages";
import { type Span, coordinatesOf } from "../order/steps";
import type { Expression, ReduceExpression, Variable } from "../expression/syntax";
import type { Trace } from "./trace";
import type { Cell, View } from "../expression/views";
import { tensorView } from "./plane";
import { writtenAt } from "../order/written";

/** An element before a step that writes it, and after. */
export interface Change {
  readonly before: number | null;
  readonly after: number;
}

/**
 * A moment that expressions are evaluated at, and that moves from step to step cheaply: digits are counted on, and
 * the partial sums of a block are replayed once for all its steps.
 */
export class Cursor implements Scope {
  readonly #trace: Trace;
  #step = 0;
  #span: Span;
  #digits: number[] = [];
  /** Partial sums of one block: from step `#sumsFrom` on, `#sumsCount` of them. */
  readonly #sums: Float64Array;
  #sumsFrom = 0;
  #sumsCount = 0;
  readonly #spend: (elements: number) => void;

  /** Throws ConvError `bad-step`. */
  constructor(trace: Trace, step: number, spend: (elements: number) => void = () => undefined) {
    this.#trace = trace;
    this.#spend = spend;
    this.#sums = new Float64Array(trace.run.arithmetic.block);
    this.#span = trace.steps.spanAt(step);
    this.seek(step);
  }

  get step(): number {
    return this.#step;
  }
  get span(): Span {
    return this.#span;
  }
  get digits(): readonly number[] {
    return this.#digits;
  }

  seek(step: number): void {
    const span = this.#trace.steps.spanAt(step);
    this.#span = span;
    this.#step = step;
    this.#digits = span.radix.digitsOf(step - span.start);
  }

  /** To the next step, or the one before; it must exist. */
  move(by: 1 | -1): void {
    const { start, count, radix } = this.#span;
    const next = this.#step + by;
    if (next < start || next >= start + count) {
      this.seek(next);
      return;
    }
    this.#step = next;
    if (by === 1) radix.increment(this.#digits);
    else radix.decrement(this.#digits);
  }

  variable(name: Variable): number | string | null {
    switch (name) {
      case "stage":
        return this.#span.stage;
      case "step":
        return this.#step;
      case "acc":
        return this.#accumulated();
      case "row":
        return (this.#index("n")! * this.#g.y.out + this.#index("oy")!) * this.#g.x.out + this.#index("ox")!; // in every stage
      case "tap": {
        const [c, ky, kx] = [this.#index("c"), this.#index("ky"), this.#index("kx")];
        return c === null ? null : (c * this.#g.y.kernel + ky!) * this.#g.x.kernel + kx!; // the three come together
      }
      case "iy":
        return this.#position(this.#g.y, "oy", "ky");
      case "ix":
        return this.#position(this.#g.x, "ox", "kx");
      case "g": {
        const f = this.#index("f");
        return f === null
          ? Math.floor(this.#index("c")! / this.#g.groupChannels) // every stage has one of the two
          : Math.floor(f / this.#g.groupFilters);
      }
      case "n":
      case "oy":
      case "ox":
      case "f":
      case "c":
      case "ky":
      case "kx":
        return this.#index(name);
    }
  }

  element(tensor: TensorName, index: readonly number[]): number | null {
    const { stage, start, cellSteps } = this.#span;
    // The cell under way has its partial sum at hand; at its last step the value is final, with the bias.
    if (writerOf[tensor] === stage && isSumStage(stage)) {
      const offset = this.#step - start - cellOf(this.#g, tensor, index) * cellSteps;
      if (offset >= 0 && offset < cellSteps - 1) return this.#accumulated();
    }
    return this.#trace.read({ tensor, index }, this.#step).value;
  }

  tensor(tensor: TensorName): View {
    return tensorView(this.#trace, tensor, this.#step);
  }

  /** What this step makes of the element that it writes; null where it writes none. `before` is null where nothing was there. */
  change(): Change | null {
    const { stage, start, cellSteps } = this.#span;
    if (stage === "im2col") return { before: null, after: this.made() };
    if (isSumStage(stage)) {
      const k = (this.#step - start) % cellSteps;
      return { before: k === 0 ? null : this.#before(k), after: this.made() };
    }
    const at = coordinatesOf(this.#g, stage, this.#digits);
    const target = scatterTarget(this.#g, at);
    if (target === null) return null;
    const { first } = writtenAt(this.#trace.steps, "dx", target.index)!; // dx is not given
    const sum = (step: number) => this.#trace.scattered(target.index, step);
    return { before: this.#step === first ? null : sum(this.#step - 1), after: sum(this.#step) };
  }

  /** Whether all that this step reads is finite, and the element that it adds to was. */
  readsFinite(): boolean {
    const before = this.change()?.before ?? 0;
    const { reads } = touchOf(this.#g, this.#trace.steps.place(this.#step));
    return (
      Number.isFinite(before) && reads.every((element) => Number.isFinite(this.#trace.read(element, this.#step).value))
    );
  }

  /** What this step makes of the element that its cell is; of stages whose cells are elements. */
  made(): number {
    const { stage, start, cellSteps } = this.#span;
    const at = coordinatesOf(this.#g, stage, this.#digits);
    if (!isSumStage(stage)) return this.#trace.colValue(rowOf(this.#g, at), tapOf(this.#g, at));
    const k = (this.#step - start) % cellSteps;
    if (k < cellSteps - 1) return this.#accumulated()!; // in a summing stage there is a sum
    return this.#trace.cellValue(stage, (this.#step - start - k) / cellSteps);
  }

  spend(elements: number): void {
    this.#spend(elements);
  }

  kept(expression: ReduceExpression, reduce: () => Cell): Cell {
    return keptOf(this.#trace).at(expression, this, reduce);
  }

  get #g() {
    return this.#trace.geometry;
  }

  #index(name: IndexName): number | null {
    const slots = slotsIn[this.#span.stage];
    const slot = slots[name];
    if (slot < 0) return null;
    const digit = this.#digits[slot];
    if (nests[this.#span.stage].grouped !== name) return digit;
    const { groupChannels, groupFilters } = this.#g;
    return name === "c"
      ? digit + Math.floor(this.#digits[slots.f] / groupFilters) * groupChannels
      : digit + Math.floor(this.#digits[slots.c] / groupChannels) * groupFilters;
  }

  #position(axis: Axis, o: IndexName, k: IndexName): number | null {
    const tap = this.#index(k);
    return tap === null ? null : positionOf(axis, this.#index(o)!, tap); // every stage has windows
  }

  /** The sum before this step, the `k`-th of its cell. */
  #before(k: number): number {
    this.#accumulated();
    const at = this.#step - 1 - this.#sumsFrom;
    if (at >= 0) return this.#sums[at];
    const { stage, start, cellSteps } = this.#span;
    return this.#trace.sumsOf(stage as SumStage, Math.floor((this.#step - start) / cellSteps)).after(k); // change() has looked
  }

  #accumulated(): number | null {
    const { stage, start, cellSteps } = this.#span;
    if (stage === "col2im") {
      const target = scatterTarget(this.#g, coordinatesOf(this.#g, stage, this.#digits));
      return target === null ? null : this.#trace.scattered(target.index, this.#step);
    }
    if (!isSumStage(stage)) return null;
    const at = this.#step - this.#sumsFrom;
    if (at >= 0 && at < this.#sumsCount) return this.#sums[at];
    const k = (this.#step - start) % cellSteps;
    const from = k - (k % this.#sums.length);
    this.#sumsCount = Math.min(this.#sums.length, cellSteps - from);
    this.#sumsFrom = this.#step - k + from;
    const cell = Math.floor((this.#step - start) / cellSteps);
    this.#trace.sumsOf(stage, cell).fill(from, from + this.#sumsCount, this.#sums);
    return this.#sums[this.#step - this.#sumsFrom];
  }
}

/**
 * The moment after a step. A run without steps has one moment, −1: its tensors are there, but no stage and no index. Throws
 * ConvError `bad-step`.
 */
export function momentAt(trace: Trace, step: number): Scope {
  if (trace.total > 0 || step !== -1) return new Cursor(trace, step);
  return {
    variable: () => null,
    element: (tensor, index) => trace.read({ tensor, index }, step).value,
    tensor: (tensor) => tensorView(trace, tensor, step),
    spend: () => undefined,
    kept: (_, reduce) => reduce(),
  };
}

/** The value of an expression as of after a step. Throws ConvError `bad-step`; `bad-expression` as `evaluate` does. */
export function evaluateAt(trace: Trace, expression: Expression, step: number): Value {
  return evaluate(expression, momentAt(trace, step));
}

/**
 * What an expression, as a person writes it, is at a step: a number, true or false, a text, null for nothing, or numbers on axes to be
 * asked for one by one, which stay those of this step. Throws ConvError `bad-expression` with the column; `bad-step`.
 */
export function evaluateForDisplay(trace: Trace, text: string, step: number): Value {
  return evaluateAt(trace, anyExpressionOf(text, trace.geometry), step);
}
