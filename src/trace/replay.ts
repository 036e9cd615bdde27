import type { Arithmetic } from "../conv/run";
import { rounder } from "../tensor/dtype";
import { fma32, fma64 } from "./fma";
import type { Factors } from "./factors";

/**
 * Takes one block's products in order into a running sum that starts at +0, and leaves the sum after each of
 * them in `sums`. This is the inner loop of the arithmetic contract in conv/run.ts.
 */
type Accumulate = (left: Float64Array, right: Float64Array, count: number, sums: Float64Array) => void;

const accumulators = {
  float32: {
    fused: (left, right, count, sums) => {
      for (let k = 0, sum = 0; k < count; k++) sums[k] = sum = fma32(left[k], right[k], sum);
    },
    plain: (left, right, count, sums) => {
      for (let k = 0, sum = 0; k < count; k++) sums[k] = sum = Math.fround(sum + Math.fround(left[k] * right[k]));
    },
  },
  float64: {
    fused: (left, right, count, sums) => {
      for (let k = 0, sum = 0; k < count; k++) sums[k] = sum = fma64(left[k], right[k], sum);
    },
    plain: (left, right, count, sums) => {
      for (let k = 0, sum = 0; k < count; k++) sums[k] = sum = sum + left[k] * right[k];
    },
  },
} as const satisfies Record<Arithmetic["dtype"], Record<"fused" | "plain", Accumulate>>;

/** The contract of one run, with room for one block; shared by all sums that are replayed one after the other. */
export class Adder {
  readonly block: number;
  readonly round: (value: number) => number;
  readonly sums: Float64Array;
  readonly #accumulate: Accumulate;
  readonly #addPlain: Accumulate;
  readonly #left: Float64Array;
  readonly #right: Float64Array;

  constructor({ dtype, fused, block }: Arithmetic) {
    this.block = block;
    this.round = rounder(dtype);
    this.sums = new Float64Array(block);
    this.#accumulate = accumulators[dtype][fused ? "fused" : "plain"];
    this.#addPlain = accumulators[dtype].plain;
    this.#left = new Float64Array(block);
    this.#right = new Float64Array(block);
  }

  /** Product `at` of the block that was run last, rounded as it is where the addition is not fused. */
  product(at: number): number {
    return this.round(this.#left[at] * this.#right[at]);
  }

  /** Adds products `from` … `to` − 1, the beginning of one block; `sums` then holds the running sum after each. */
  run(factors: Factors, from: number, to: number): void {
    factors.fill(from, to, this.#left, this.#right);
    const accumulate = factors.plain ? this.#addPlain : this.#accumulate;
    accumulate(this.#left, this.#right, to - from, this.sums);
  }
}

/**
 * The partial sums of one cell, to the bit. After k products the sum is the total of the finished blocks plus the running
 * sum of the present one, rounded; in the first block just the running sum. What finished blocks add up to is kept,
 * so that asking again, further on, costs one block.
 */
export class PartialSums {
  readonly count: number;
  readonly #factors: Factors;
  readonly #adder: Adder;
  /** totals[j]: blocks 0 … j added up. */
  readonly #totals: number[] = [];

  constructor(factors: Factors, adder: Adder) {
    this.count = factors.count;
    this.#factors = factors;
    this.#adder = adder;
  }

  /** The sum of the first `terms` products, 0 ≤ terms ≤ count; +0 of none. */
  after(terms: number): number {
    if (terms === 0) return 0;
    const { block } = this.#adder;
    const number = Math.floor((terms - 1) / block);
    this.#load(number, terms);
    return this.#joined(number, terms - 1 - number * block);
  }

  /** The partial sums after each of the products `from` … `to` − 1, which lie in one block; the products too, if wanted. */
  fill(from: number, to: number, into: Float64Array, products?: Float64Array): void {
    const { block } = this.#adder;
    const number = Math.floor(from / block);
    this.#load(number, to);
    for (let k = from; k < to; k++) into[k - from] = this.#joined(number, k - number * block);
    if (products !== undefined)
      for (let k = from; k < to; k++) products[k - from] = this.#adder.product(k - number * block);
  }

  /** Runs block `number` up to product `to` − 1, after all blocks before it. */
  #load(number: number, to: number): void {
    const { block } = this.#adder;
    for (let done = this.#totals.length; done < number; done++) {
      this.#adder.run(this.#factors, done * block, (done + 1) * block);
      this.#totals.push(this.#joined(done, block - 1));
    }
    this.#adder.run(this.#factors, number * block, to);
  }

  #joined(number: number, at: number): number {
    const sum = this.#adder.sums[at];
    return number === 0 ? sum : this.#adder.round(this.#totals[number - 1] + sum);
  }
}
