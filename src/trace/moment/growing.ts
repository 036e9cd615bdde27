import type { TensorName } from "../../conv/run";
import { elementCount, indexAt } from "../../tensor/tensor";
import type { Cursor } from "./cursor";
import { cellOf } from "../order/elements";
import { type Scope, evaluate } from "../expression/evaluate";
import { isMoment, orderlessTally, workOf } from "../expression/reductions";
import { type Stage, isSumStage } from "../order/stages";
import { isElementwise } from "../expression/steady";
import type { ReduceExpression } from "../expression/syntax";
import { MomentTakings, type Order, type Takings, TalliedTakings } from "./takings";
import type { Trace } from "./trace";
import { type Cell, type View, isView } from "../expression/views";

/** The tensor as a view sees it while its elements are looked at one by one: the same number wherever it looks. */
interface Seen {
  value: number | null;
  /** The first cell that was looked at, and whether there were others; not told any more once `cell` is null. */
  cell: number | null;
  others: boolean;
}

/**
 * A reduction over a tensor while it is being written, cell after cell: what finished cells come to is kept, the present one is added.
 * Of reductions over what depends, at each place, on one element of that tensor.
 */
export class Growing {
  readonly #trace: Trace;
  readonly #view: View;
  readonly #seen: Seen;
  /** cell · (number of elements) + place in C order, of the view's elements in the order in which they are written. */
  readonly #keys: Float64Array;
  /** Those before the present cell, whose own elements are [#from, #until). */
  readonly #takings: Takings;
  #from = 0;
  #until = 0;
  #cell = -1;
  #finished: Cell = null;

  private constructor(trace: Trace, view: View, seen: Seen, keys: Float64Array, takingsOf: (order: Order) => Takings) {
    this.#trace = trace;
    this.#view = view;
    this.#seen = seen;
    this.#keys = keys;
    this.#takings = takingsOf({ count: keys.length, place: (at) => this.#placeOf(at) });
  }

  /** In the stage that the cursor is in, which writes `tensor`. null where it cannot be kept. */
  static of(trace: Trace, { operand, reduce }: ReduceExpression, tensor: TensorName, cursor: Cursor): Growing | null {
    if (tensor === "dx" || !isElementwise(operand)) return null;
    const seen: Seen = { value: null, cell: null, others: false };
    const { shape, cost } = cursor.tensor(tensor);
    const looking: View = {
      shape,
      cost,
      at: (index) => {
        if (seen.cell !== null) {
          const cell = cellOf(trace.geometry, tensor, index);
          if (seen.cell < 0) seen.cell = cell;
          else if (seen.cell !== cell) seen.others = true;
        }
        return seen.value;
      },
    };
    const view = evaluate(operand, { ...still, tensor: (name) => (name === tensor ? looking : cursor.tensor(name)) });
    if (!isView(view)) return null;
    const count = elementCount(view.shape);
    if (count === 0 || cursor.span.count * count > Number.MAX_SAFE_INTEGER) return null;
    cursor.spend(workOf(view));
    const keys = new Float64Array(count);
    let unwritten: Cell = null;
    for (let place = 0; place < count; place++) {
      seen.cell = -1;
      const value = view.at(indexAt(view.shape, place));
      if (place === 0) unwritten = value;
      if (value !== unwritten || seen.cell < 0 || seen.others) return null;
      keys[place] = seen.cell * count + place;
    }
    seen.cell = null;
    if (unwritten !== null && reduce.startsWith("arg")) return null;
    return new Growing(trace, view, seen, keys.sort(), (order) =>
      isMoment(reduce)
        ? new MomentTakings(order, unwritten, reduce)
        : new TalliedTakings(order, unwritten, orderlessTally(reduce)),
    );
  }

  at(cursor: Cursor): Cell {
    const { start, cellSteps, stage } = cursor.span;
    const cell = Math.floor((cursor.step - start) / (stage === "im2col" ? 1 : cellSteps));
    if (cell !== this.#cell) this.#goTo(cell, stage);
    if (this.#from === this.#until) return this.#finished;
    return this.#takings.result(this.#until, (at) => this.#elementOf(at, cursor.made()));
  }

  #goTo(cell: number, stage: Stage): void {
    const count = this.#keys.length;
    this.#from = this.#rank(cell * count);
    this.#takings.bringTo(this.#from, (at) =>
      this.#elementOf(at, this.#finalOf(Math.floor(this.#keys[at] / count), stage)),
    );
    this.#cell = cell;
    this.#until = this.#rank((cell + 1) * count);
    if (this.#from === this.#until) this.#finished = this.#takings.result(this.#until, () => null);
  }

  #finalOf(cell: number, stage: Stage): number {
    const { taps } = this.#trace.geometry;
    return isSumStage(stage)
      ? this.#trace.cellValue(stage, cell)
      : this.#trace.colValue(Math.floor(cell / taps), cell % taps);
  }

  /** How many keys are less. */
  #rank(key: number): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#keys[middle] < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Element `at`, where the cell that it depends on holds `value`. */
  #elementOf(at: number, value: number): Cell {
    this.#seen.value = value;
    return this.#view.at(indexAt(this.#view.shape, this.#placeOf(at)));
  }

  #placeOf(at: number): number {
    return this.#keys[at] % this.#keys.length;
  }
}

/** A moment with tensors only. */
const still: Omit<Scope, "tensor"> = {
  variable: () => null,
  element: () => null,
  spend: () => undefined,
  kept: (_, reduce) => reduce(),
};
