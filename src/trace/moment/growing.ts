import type { TensorName } from "../../conv/run";
import { elementCount, indexAt } from "../../tensor/tensor";
import type { Cursor } from "./cursor";
import { cellOf } from "../order/elements";
import { type Scope, evaluate } from "../expression/evaluate";
import { type Orderless, orderlessTally, workOf } from "../expression/reductions";
import { type Stage, isSumStage } from "../order/stages";
import { isElementwise } from "../expression/steady";
import type { ReduceExpression } from "../expression/syntax";
import type { Trace } from "./trace";
import { type Cell, type View, isView } from "../expression/views";

/** What was taken so far, and how many elements that were there. */
interface Taken {
  readonly tally: Orderless;
  count: number;
}

/** The tensor as a view sees it while its elements are looked at one by one: the same number wherever it looks. */
interface Seen {
  value: number | null;
  /** The first cell that was looked at, and whether there were others; not told any more once `cell` is null. */
  cell: number | null;
  others: boolean;
}

/** After so many elements what was taken is written down, to go back to. */
const MARK = 64;

/**
 * A reduction over a tensor while it is being written, cell after cell: what finished cells come to is kept, the present one is added.
 * Of reductions that do not depend on the order, over what depends, at each place, on one element of that tensor.
 */
export class Growing {
  readonly #trace: Trace;
  readonly #view: View;
  readonly #seen: Seen;
  /** cell · (number of elements) + place in C order, of the view's elements in the order in which they are written. */
  readonly #keys: Float64Array;
  /** What the view has where nothing is written yet: the same everywhere. */
  readonly #unwritten: Cell;
  /** What the first MARK · i elements come to. */
  readonly #marks: Taken[];
  /** The first `#done` elements are in `#now`: those before the present cell, whose elements are [#done, #until). */
  #now: Taken;
  #done = 0;
  #until = 0;
  #cell = -1;
  #finished: Cell = null;

  private constructor(trace: Trace, view: View, seen: Seen, keys: Float64Array, unwritten: Cell, tally: Orderless) {
    this.#trace = trace;
    this.#view = view;
    this.#seen = seen;
    this.#keys = keys;
    this.#unwritten = unwritten;
    this.#now = { tally, count: 0 };
    this.#marks = [copyOf(this.#now)];
  }

  /** In the stage that the cursor is in, which writes `tensor`. null where it cannot be kept. */
  static of(trace: Trace, { operand, reduce }: ReduceExpression, tensor: TensorName, cursor: Cursor): Growing | null {
    const tally = orderlessTally(reduce);
    if (tally === null || tensor === "dx" || !isElementwise(operand)) return null;
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
    return new Growing(trace, view, seen, keys.sort(), unwritten, tally);
  }

  at(cursor: Cursor): Cell {
    const { start, cellSteps, stage } = cursor.span;
    const cell = Math.floor((cursor.step - start) / (stage === "im2col" ? 1 : cellSteps));
    if (cell !== this.#cell) this.#goTo(cell, stage);
    if (this.#done === this.#until) return this.#finished;
    const now = copyOf(this.#now);
    for (let at = this.#done; at < this.#until; at++) this.#take(now, at, cursor.made());
    return this.#resultOf(now);
  }

  #goTo(cell: number, stage: Stage): void {
    const count = this.#keys.length;
    const from = this.#rank(cell * count);
    const mark = Math.min(Math.floor(from / MARK), this.#marks.length - 1);
    if (from < this.#done || mark * MARK > this.#done) {
      this.#now = copyOf(this.#marks[mark]);
      this.#done = mark * MARK;
    }
    for (; this.#done < from; this.#done++) {
      if (this.#done === this.#marks.length * MARK) this.#marks.push(copyOf(this.#now));
      this.#take(this.#now, this.#done, this.#finalOf(Math.floor(this.#keys[this.#done] / count), stage));
    }
    this.#cell = cell;
    this.#until = this.#rank((cell + 1) * count);
    this.#finished = this.#resultOf(copyOf(this.#now));
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

  /** Takes the element at `at`, whose cell holds `value`. */
  #take(into: Taken, at: number, value: number): void {
    const place = this.#keys[at] % this.#keys.length;
    this.#seen.value = value;
    const cell = this.#view.at(indexAt(this.#view.shape, place));
    if (cell === null) return;
    into.tally.add(Number(cell), place);
    into.count++;
  }

  #resultOf(taken: Taken): Cell {
    // Where it stands does not matter: of has looked.
    if (this.#unwritten !== null && this.#until < this.#keys.length) {
      taken.tally.add(Number(this.#unwritten), 0);
      taken.count++;
    }
    return taken.count === 0 ? null : taken.tally.result();
  }
}

/** A moment with tensors only. */
const still: Omit<Scope, "tensor"> = {
  variable: () => null,
  element: () => null,
  spend: () => undefined,
  kept: (_, reduce) => reduce(),
};

function copyOf({ tally, count }: Taken): Taken {
  return { tally: tally.copy(), count };
}
