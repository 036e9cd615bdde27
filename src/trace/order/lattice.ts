import { type Ascending, Listed } from "./ascending";
import { Radix } from "./radix";

/** One digit of the numbers of a lattice. */
export interface Level {
  /** Values that the digit has in the number system. */
  readonly size: number;
  /** Those that the lattice has. */
  readonly choices: Ascending;
  /** For each choice, in order: what a later digit may be. At most one other level is tied to a level. */
  readonly ties?: { readonly level: number; readonly choices: readonly Ascending[] };
}

interface Tie {
  readonly to: number;
  readonly choices: readonly Ascending[];
  /** before[i]: how many choices of the tied level the first i choices have together. */
  readonly before: Ascending;
  readonly total: number;
}

/**
 * The numbers start + (digits in a mixed radix) all of whose digits are choices: the steps at which loops stand at certain
 * turns. A digit's choices may be tied to an earlier digit, as the taps that reach a cell are to the window. In closed
 * form: a number costs O(levels · log choices).
 */
export class Lattice implements Ascending {
  readonly count: number;
  readonly #start: number;
  readonly #radix: Radix;
  readonly #choices: readonly Ascending[];
  readonly #ties: readonly (Tie | null)[];
  /** The level that a level is tied to; −1: none. */
  readonly #tiedTo: readonly number[];

  constructor(start: number, levels: readonly Level[]) {
    this.#start = start;
    this.#radix = new Radix(levels.map(({ size }) => size));
    const tiedTo = levels.map(() => -1);
    const choices = levels.map((level) => level.choices);
    this.#ties = levels.map(({ ties }, at) => {
      if (ties === undefined) return null;
      tiedTo[ties.level] = at;
      // A choice after which nothing is left is none.
      const places = ties.choices.flatMap(({ count }, i) => (count > 0 ? [i] : []));
      choices[at] = new Listed(places.map((i) => choices[at].at(i)));
      const kept = places.map((i) => ties.choices[i]);
      let total = 0;
      const before = kept.map(({ count }) => (total += count) - count);
      return { to: ties.level, choices: kept, before: new Listed(before), total };
    });
    this.#tiedTo = tiedTo;
    this.#choices = choices;
    this.count = this.#below(-1, []);
  }

  at(i: number): number {
    const digits: number[] = [];
    let rest = i;
    for (const [level, tie] of this.#ties.entries()) {
      const unit = this.#below(level, digits);
      const choices = this.#at(level, digits);
      const whole = Math.floor(rest / unit);
      const place = tie === null ? whole : tie.before.rank(whole + 1) - 1;
      digits.push(choices.at(place));
      rest -= (tie === null ? place : tie.before.at(place)) * unit;
    }
    return this.#start + this.#radix.numberOf(digits);
  }

  rank(value: number): number {
    const offset = value - this.#start;
    if (offset <= 0) return 0;
    if (offset >= this.#radix.count) return this.count;
    const digits = this.#radix.digitsOf(offset);
    let rank = 0;
    for (const [level, tie] of this.#ties.entries()) {
      const choices = this.#at(level, digits);
      const place = choices.rank(digits[level]);
      const found = place < choices.count && choices.at(place) === digits[level];
      const before = tie === null ? place : place < choices.count ? tie.before.at(place) : tie.total;
      rank += before * this.#below(level, digits);
      if (!found) break;
    }
    return rank;
  }

  /** The choices of a level after the digits before it. */
  #at(level: number, digits: readonly number[]): Ascending {
    const parent = this.#tiedTo[level];
    if (parent < 0) return this.#choices[level];
    return this.#ties[parent]!.choices[this.#choices[parent].rank(digits[parent])]; // tiedTo is the way back of ties
  }

  /** In how many ways the levels after `level` can go on, but for the one that is tied to it. `digits`: those before. */
  #below(level: number, digits: readonly number[]): number {
    let ways = 1;
    for (let at = level + 1; at < this.#choices.length; at++) {
      const parent = this.#tiedTo[at];
      if (parent >= 0) ways *= parent < level ? this.#at(at, digits).count : 1;
      else ways *= this.#ties[at]?.total ?? this.#choices[at].count;
    }
    return ways;
  }
}
