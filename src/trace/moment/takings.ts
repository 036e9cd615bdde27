import type { Cell } from "../expression/views";
import { ChangingMoments, type Moment } from "../expression/moments";
import type { Orderless } from "../expression/reductions";

/** One element of a view after the other, in the order in which a stage writes them. */
export interface Order {
  readonly count: number;
  /** The place in C order of element number `at`. */
  place(at: number): number;
}

/** What the elements of a view come to that are written so far; those that are not are all the same. */
export interface Takings {
  /** Makes it the first `count` elements; `final` says what one of them is when it is written. */
  bringTo(count: number, final: (at: number) => Cell): void;
  /** With elements [count, until) as they are now. */
  result(until: number, now: (at: number) => Cell): Cell;
}

/** What was taken so far, and how many elements that were there. */
interface Taken {
  readonly tally: Orderless;
  count: number;
}

/** After so many elements what was taken is written down, to go back to. */
const MARK = 64;

/** Of reductions that come to the same in whatever order elements are taken. */
export class TalliedTakings implements Takings {
  readonly #order: Order;
  readonly #unwritten: Cell;
  /** What the first MARK · i elements come to. */
  readonly #marks: Taken[];
  #now: Taken;
  #done = 0;

  constructor(order: Order, unwritten: Cell, tally: Orderless) {
    this.#order = order;
    this.#unwritten = unwritten;
    this.#now = { tally, count: 0 };
    this.#marks = [copyOf(this.#now)];
  }

  bringTo(count: number, final: (at: number) => Cell): void {
    const mark = Math.min(Math.floor(count / MARK), this.#marks.length - 1);
    if (count < this.#done || mark * MARK > this.#done) {
      this.#now = copyOf(this.#marks[mark]);
      this.#done = mark * MARK;
    }
    for (; this.#done < count; this.#done++) {
      if (this.#done === this.#marks.length * MARK) this.#marks.push(copyOf(this.#now));
      this.#take(this.#now, this.#done, final(this.#done));
    }
  }

  result(until: number, now: (at: number) => Cell): Cell {
    const taken = copyOf(this.#now);
    for (let at = this.#done; at < until; at++) this.#take(taken, at, now(at));
    // Where it stands does not matter: whoever made this has looked.
    if (this.#unwritten !== null && until < this.#order.count) {
      taken.tally.add(Number(this.#unwritten), 0);
      taken.count++;
    }
    return taken.count === 0 ? null : taken.tally.result();
  }

  #take(into: Taken, at: number, value: Cell): void {
    if (value === null) return;
    into.tally.add(Number(value), this.#order.place(at));
    into.count++;
  }
}

function copyOf({ tally, count }: Taken): Taken {
  return { tally: tally.copy(), count };
}

/** Of sums, means and deviations, whose rounding goes by places. */
export class MomentTakings implements Takings {
  readonly #order: Order;
  readonly #unwritten: number | null;
  readonly #moments: ChangingMoments;
  #done = 0;
  /** Elements [done, shown) are as they were at some step of the cell under way. */
  #shown = 0;

  constructor(order: Order, unwritten: Cell, how: Moment) {
    this.#order = order;
    this.#unwritten = numberOf(unwritten);
    this.#moments = new ChangingMoments(how, order.count, this.#unwritten);
  }

  bringTo(count: number, final: (at: number) => Cell): void {
    for (; this.#done < count; this.#done++) this.#put(this.#done, final(this.#done));
    for (let at = count; at < Math.max(this.#done, this.#shown); at++)
      this.#moments.put(this.#order.place(at), this.#unwritten);
    this.#done = this.#shown = count;
  }

  result(until: number, now: (at: number) => Cell): Cell {
    for (let at = this.#done; at < until; at++) this.#put(at, now(at));
    this.#shown = until;
    return this.#moments.result();
  }

  #put(at: number, value: Cell): void {
    this.#moments.put(this.#order.place(at), numberOf(value));
  }
}

function numberOf(cell: Cell): number | null {
  return cell === null ? null : Number(cell);
}
