import { Turns } from "../base/turns";
import type { Pair } from "../tensor/measures";
import { elementCount } from "../tensor/tensor";

/** What hears of a pair's elements, a stretch at a time. */
export interface Looker {
  add(from: number, left: Float64Array, right: Float64Array, differences: Float64Array): void;
}

/** Elements that are read at once: with their differences they stay in a processor's cache, and take no longer than a turn. */
const STRETCH = 1 << 11;
/** What is looked at before the first picture: all of it up to so many elements, else short stretches all over it. */
const AT_ONCE = { held: 1 << 17, workedOut: 1 << 12 } as const;
const SAMPLE = 1 << 7;

/** Reads a pair for its lookers. */
export class Reader {
  readonly #pair: Pair;
  readonly #lookers: readonly Looker[];
  readonly #buffers = [new Float64Array(STRETCH), new Float64Array(STRETCH), new Float64Array(STRETCH)] as const;

  constructor(pair: Pair, lookers: readonly Looker[]) {
    this.#pair = pair;
    this.#lookers = lookers;
  }

  /** Up to `most` elements, spread evenly, in order; whether they were all. */
  sample(atMost = Infinity): boolean {
    const { left, right } = this.#pair;
    const most = Math.min(atMost, AT_ONCE[left.isHeld && right.isHeld ? "held" : "workedOut"]);
    const total = elementCount(left.shape);
    if (total <= most) {
      for (let from = 0; from < total; from += STRETCH) this.#read(from, Math.min(total, from + STRETCH));
      return true;
    }
    const stride = Math.floor(total / (most / SAMPLE));
    for (let from = 0; from + SAMPLE <= total; from += stride) this.#read(from, from + SAMPLE);
    return false;
  }

  /** Every element. `rest` is awaited after each turn, hears the share that is done, and says whether to go on; false: it was not. */
  async all(rest: (share: number) => Promise<boolean>): Promise<boolean> {
    const total = elementCount(this.#pair.left.shape);
    const turns = new Turns();
    for (let from = 0; from < total; from += STRETCH) {
      this.#read(from, Math.min(total, from + STRETCH));
      if (!turns.over) continue;
      await turns.next();
      if (!(await rest(from / total))) return false;
    }
    return true;
  }

  #read(from: number, to: number): void {
    const [a, b, difference] = this.#buffers.map((buffer) => buffer.subarray(0, to - from));
    this.#pair.read(from, a, b, difference);
    for (const looker of this.#lookers) looker.add(from, a, b, difference);
  }
}
