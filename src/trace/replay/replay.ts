import { type Arithmetic, MILESTONE } from "../../conv/run";
import { type ComputeData, computeArray, rounder } from "../../tensor/dtype";
import { FOUR, type Kernels, kernelsOf } from "./blocks";
import type { Factors } from "./factors";
import { Patience } from "./patience";

/** Blocks whose factors are looked up at the same time. */
export const AHEAD = 4 * FOUR;

/** The contract of one run, with room for some blocks; shared by all sums that are replayed one after the other. */
export class Adder {
  readonly block: number;
  readonly round: (value: number) => number;
  readonly patience: Patience;
  /** The running sums of one block, or the sums of some blocks. */
  readonly sums: Float64Array;
  readonly #kernels: Kernels;
  readonly #plain: Kernels;
  readonly #left: ComputeData;
  readonly #right: ComputeData;

  constructor({ dtype, fused, block }: Arithmetic, patience = new Patience()) {
    this.block = block;
    this.round = rounder(dtype);
    this.patience = patience;
    this.sums = new Float64Array(Math.max(AHEAD, block));
    this.#kernels = kernelsOf(dtype, fused);
    this.#plain = kernelsOf(dtype, false);
    this.#left = computeArray(dtype, AHEAD * block);
    this.#right = computeArray(dtype, AHEAD * block);
  }

  /** Products `from` … `to` − 1, of one block, rounded as they are where the addition is not fused. */
  products(factors: Factors, from: number, to: number, into: Float64Array): void {
    factors.fill(from, to, this.#left, this.#right);
    const [left, right] = [this.#left, this.#right];
    // The type's own rounding is faster than a function's.
    if (left instanceof Float64Array) for (let at = 0; at < to - from; at++) into[at] = left[at] * right[at];
    else for (let at = 0; at < to - from; at++) into[at] = Math.fround(left[at] * right[at]);
  }

  /** The largest size among products `from` … `to` − 1, of AHEAD blocks at most; NaN if one of them is. */
  largest(factors: Factors, from: number, to: number): number {
    factors.fill(from, to, this.#left, this.#right);
    const [left, right] = [this.#left, this.#right];
    let largest = 0;
    for (let at = 0; at < to - from; at++) {
      const size = Math.abs(left[at] * right[at]);
      if (size <= largest) continue;
      if (size !== size) return NaN;
      largest = size;
    }
    // Rounding keeps the order: that of the largest is the largest.
    return this.round(largest);
  }

  /** Adds products `from` … `to` − 1, the beginning of one block; `sums` then holds the running sum after each. */
  run(factors: Factors, from: number, to: number): void {
    factors.fill(from, to, this.#left, this.#right);
    this.#kernelsFor(factors).running(this.#left, this.#right, to - from, this.sums);
  }

  /** Adds up whole blocks from block `number` on, up to `count` of them, and says how many; `sums` then holds the sum of each. */
  whole(factors: Factors, number: number, count: number): number {
    const { block, sums } = this;
    const taken = Math.min(AHEAD, count - (count % FOUR));
    if (taken === 0) {
      this.run(factors, number * block, (number + 1) * block);
      sums[0] = sums[block - 1];
      return 1;
    }
    factors.fill(number * block, (number + taken) * block, this.#left, this.#right);
    const { four } = this.#kernelsFor(factors);
    const isTame = factors.isTame?.(number * block, (number + taken) * block) ?? false;
    for (let at = 0; at < taken; at += FOUR) four(this.#left, this.#right, at * block, block, isTame, sums, at);
    return taken;
  }

  #kernelsFor({ plain }: Factors): Kernels {
    return plain ? this.#plain : this.#kernels;
  }
}

/** Long sums are replayed with patience, and remembered. */
export function isLong(terms: number): boolean {
  return terms >= 2 ** 15;
}

/** Sums in the midst of a long one that are remembered: more than are asked for together. */
const MOST_ASKED = 4096;

/** So many blocks are a group. Of the groups before the present one only the total after each is kept. */
const GROUP = 64;

/**
 * The partial sums of one cell, to the bit. After k products the sum is the total of the finished blocks plus the running
 * sum of the present one, rounded; in the first block just the running sum. What finished blocks add up to is kept
 * (after each in one group, after the last in all groups that were gone through), so that asking again, anywhere, costs a group.
 */
export class PartialSums {
  readonly count: number;
  readonly #factors: Factors;
  readonly #adder: Adder;
  /** The total after each group. */
  readonly #groups: number[] = [];
  /** The totals after the blocks of group `#group`, as far as they were needed. */
  readonly #totals: number[] = [];
  #group = 0;
  /** Sums of a long one that were asked for, by terms: so that many of them can be asked for again and again, until patience is enough. */
  readonly #asked: Map<number, number> | null;

  constructor(factors: Factors, adder: Adder) {
    this.count = factors.count;
    this.#factors = factors;
    this.#adder = adder;
    this.#asked = isLong(factors.count) ? new Map() : null;
  }

  /** The sum of the first `terms` products, 0 ≤ terms ≤ count; +0 of none. */
  after(terms: number): number {
    if (terms === 0) return 0;
    const known = this.#asked?.get(terms);
    if (known !== undefined) return known;
    const { block } = this.#adder;
    const number = Math.floor((terms - 1) / block);
    const before = this.totalBefore(number);
    this.#adder.run(this.#factors, number * block, terms);
    const sum = this.#joined(number, before, this.#adder.sums[terms - 1 - number * block]);
    if (this.#asked?.size === MOST_ASKED) this.#asked.clear();
    this.#asked?.set(terms, sum);
    return sum;
  }

  /** The partial sums after each of the products `from` … `to` − 1, which lie in one block. */
  fill(from: number, to: number, into: Float64Array): void {
    const { block } = this.#adder;
    const number = Math.floor(from / block);
    const before = this.totalBefore(number);
    this.#adder.run(this.#factors, number * block, to);
    for (let k = from; k < to; k++) into[k - from] = this.#joined(number, before, this.#adder.sums[k - number * block]);
  }

  /** The products `from` … `to` − 1, which lie in one block. */
  products(from: number, to: number, into: Float64Array): void {
    this.#adder.products(this.#factors, from, to, into);
  }

  /** The largest size among products `from` … `to` − 1, of AHEAD blocks at most; NaN if one of them is. */
  largest(from: number, to: number): number {
    if (isLong(this.count)) this.#adder.patience.spend(to - from);
    return this.#adder.largest(this.#factors, from, to);
  }

  /** What the blocks before block `number` add up to; +0 before the first. */
  totalBefore(number: number): number {
    if (number === 0) return 0;
    const group = Math.floor((number - 1) / GROUP);
    let known = group;
    while (known > 0 && this.#afterGroup(known - 1) === undefined) known--;
    for (let next = known; next <= group; next++) {
      const last = next < group ? GROUP - 1 : (number - 1) % GROUP;
      this.#extend(next, last);
      if (last === GROUP - 1) this.#groups[next] = this.#totals[last];
    }
    return this.#totals[(number - 1) % GROUP];
  }

  /** Sees to it that the totals of a group are there up to that after its block `last`; those of all groups before it are. */
  #extend(group: number, last: number): void {
    const { block, sums, patience } = this.#adder;
    if (this.#group !== group) {
      this.#group = group;
      this.#totals.length = 0;
    }
    while (this.#totals.length <= last) {
      const done = this.#totals.length;
      const number = group * GROUP + done;
      const wanted = Math.ceil((last + 1 - done) / FOUR) * FOUR;
      const count = Math.min(wanted, GROUP - done, Math.floor(this.count / block) - number);
      if (isLong(this.count)) patience.spend(count * block);
      const taken = this.#adder.whole(this.#factors, number, count);
      let total = done > 0 ? this.#totals[done - 1] : (this.#afterGroup(group - 1) ?? 0);
      for (let i = 0; i < taken; i++) this.#totals.push((total = this.#joined(number + i, total, sums[i])));
    }
  }

  /** What the groups up to one of them add up to, if it was needed, or is a milestone. */
  #afterGroup(group: number): number | undefined {
    const found = this.#groups[group] as number | undefined; // of those before the furthest, not all may have been needed
    const milestone = ((group + 1) * GROUP * this.#adder.block) / MILESTONE;
    return (
      found ?? (Number.isInteger(milestone) && milestone > 0 ? this.#factors.milestone?.(milestone - 1) : undefined)
    );
  }

  #joined(number: number, before: number, sum: number): number {
    return number === 0 ? sum : this.#adder.round(before + sum);
  }
}
