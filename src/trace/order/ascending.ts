/**
 * Whole numbers in increasing order, of which any one can be asked for without going through the others: the turns that a
 * loop may take, or the steps at which something happens. The first one at or after `v` is at(rank(v)).
 */
export interface Ascending {
  readonly count: number;
  /** Number `i`, 0 ≤ i < count. */
  at(i: number): number;
  /** How many are less than `value`. */
  rank(value: number): number;
}

/** The nearest one at or after `from`, with `back` at or before it; null if there is none. */
export function nearestOf(numbers: Ascending, from: number, back = false): number | null {
  const i = back ? numbers.rank(from + 1) - 1 : numbers.rank(from);
  return i < 0 || i >= numbers.count ? null : numbers.at(i);
}

export function includes(numbers: Ascending, value: number): boolean {
  return nearestOf(numbers, value) === value;
}

/** first, first + step, … : `count` of them; step ≥ 1. */
export class Progression implements Ascending {
  readonly first: number;
  readonly step: number;
  readonly count: number;

  constructor(first: number, step: number, count: number) {
    this.first = first;
    this.step = step;
    this.count = Math.max(0, count);
  }

  at(i: number): number {
    return this.first + i * this.step;
  }

  rank(value: number): number {
    return Math.max(0, Math.min(this.count, Math.ceil((value - this.first) / this.step)));
  }

  /** Those in [from, to), counted from `from`. */
  within(from: number, to: number): Progression {
    const skipped = this.rank(from);
    return new Progression(this.at(skipped) - from, this.step, this.rank(to) - skipped);
  }
}

/** 0 … count − 1. */
export function all(count: number): Progression {
  return new Progression(0, 1, count);
}

export const none: Ascending = all(0);

/** Numbers that are in no order but their own. */
export class Listed implements Ascending {
  readonly #numbers: readonly number[];

  /** Increasing. */
  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  get count(): number {
    return this.#numbers.length;
  }

  at(i: number): number {
    return this.#numbers[i];
  }

  rank(value: number): number {
    let [low, high] = [0, this.#numbers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#numbers[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Some of the numbers of a sequence: those at the places `picked`. */
export class Picked implements Ascending {
  readonly count: number;
  readonly #from: Ascending;
  readonly #picked: Ascending;

  constructor(from: Ascending, picked: Ascending) {
    this.#from = from;
    this.#picked = picked;
    this.count = picked.rank(from.count);
  }

  at(i: number): number {
    return this.#from.at(this.#picked.at(i));
  }

  rank(value: number): number {
    return this.#picked.rank(this.#from.rank(value));
  }
}

/** One after the other: every number of a part is less than all of the next part. */
export class Joined implements Ascending {
  readonly count: number;
  readonly #parts: readonly Ascending[];

  constructor(parts: readonly Ascending[]) {
    this.#parts = parts;
    this.count = parts.reduce((sum, part) => sum + part.count, 0);
  }

  at(i: number): number {
    let rest = i;
    for (const part of this.#parts) {
      if (rest < part.count) return part.at(rest);
      rest -= part.count;
    }
    throw new RangeError(`there is no number ${i} of ${this.count}`);
  }

  rank(value: number): number {
    return this.#parts.reduce((sum, part) => sum + part.rank(value), 0);
  }
}
