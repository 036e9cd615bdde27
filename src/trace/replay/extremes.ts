import type { Arithmetic } from "../../conv/run";
import { AHEAD, type PartialSums, isLong } from "./replay";

/** What stands out among the terms of a sum: their numbers; −1 where there is none. */
export interface Extremes {
  /** Those of the largest products: NaN first, then by size, equal ones in order. */
  readonly largest: readonly number[];
  /** The first term whose product, or the sum after it, is NaN; likewise infinite. */
  readonly firstNan: number;
  readonly firstInfinity: number;
}

/** How far a pass has come. */
interface Pass {
  readonly finder: Finder;
  readonly most: number;
  from: number;
  /** The products up to `seen` were looked at, the last of them together: the largest size among those. */
  seen: number;
  largest: number;
  /** At least the sizes of all products up to `seen`: no sum of them is larger. */
  sizes: number;
}

/** Passes through long sums that were begun: patience may end before they do. */
const passes = new WeakMap<PartialSums, Pass>();

/** One pass over all products. Only blocks are gone through among which one of the largest can be, or a sum that is NaN or infinite. */
export function extremesOf(sums: PartialSums, { block, dtype }: Arithmetic, most: number): Extremes {
  const known = passes.get(sums);
  const begun = { finder: new Finder(most), most, from: 0, seen: 0, largest: 0, sizes: 0 };
  const pass: Pass = known?.most === most ? known : begun;
  if (isLong(sums.count)) passes.set(sums, pass);
  const products = new Float64Array(block);
  const running = new Float64Array(block);
  // Below it nothing overflows, and what rounding adds is far less than the half that is left.
  const limit = dtype === "float32" ? 2 ** 127 : 2 ** 1023;
  for (; pass.from < sums.count; pass.from += block) {
    const { finder, from } = pass;
    if (from === pass.seen) {
      const seen = Math.min(from + AHEAD * block, sums.count);
      pass.largest = sums.largest(from, seen);
      pass.sizes += pass.largest * (seen - from);
      pass.seen = seen;
    }
    const isOdd = !(pass.sizes < limit);
    if (!isOdd && !(pass.largest > finder.least)) continue;
    const to = Math.min(from + block, sums.count);
    // Patience may end here, before anything of the block is taken.
    if (isOdd) sums.fill(from, to, running);
    sums.products(from, to, products);
    finder.products(from, products, to - from);
    if (isOdd) finder.odd(from, products, running, to - from);
  }
  return pass.finder.found();
}

/** Of terms that are at hand. */
export function extremesAmong(
  terms: readonly { readonly product: number; readonly sum: number }[],
  most: number,
): Extremes {
  const finder = new Finder(most);
  const products = Float64Array.from(terms, ({ product }) => product);
  finder.products(0, products, terms.length);
  finder.odd(
    0,
    products,
    Float64Array.from(terms, ({ sum }) => sum),
    terms.length,
  );
  return finder.found();
}

interface Candidate {
  readonly k: number;
  readonly size: number;
}

/** Takes terms in order. */
class Finder {
  readonly #most: number;
  #kept: Candidate[] = [];
  /** A later term that is not larger is none of the largest; where it is NaN, no later term is. */
  #least = -1;
  #firstNan = -1;
  #firstInfinity = -1;

  constructor(most: number) {
    this.#most = most;
    if (most === 0) this.#least = NaN;
  }

  /** Below or at it no later term is one of the largest; NaN: nothing is. */
  get least(): number {
    return this.#least;
  }

  /** Takes the next `count` products, the first of which is number `from`. */
  products(from: number, products: Float64Array, count: number): void {
    for (let at = 0; at < count; at++) {
      const size = Math.abs(products[at]);
      // Written so that NaN is taken.
      if (!(size <= this.#least)) this.#take(from + at, size);
    }
  }

  odd(from: number, products: Float64Array, sums: Float64Array, count: number): void {
    for (let at = 0; at < count; at++) {
      const [product, sum] = [products[at], sums[at]];
      if (this.#firstNan < 0 && (product !== product || sum !== sum)) this.#firstNan = from + at;
      if (this.#firstInfinity < 0 && (Math.abs(product) === Infinity || Math.abs(sum) === Infinity))
        this.#firstInfinity = from + at;
    }
  }

  found(): Extremes {
    this.#cut();
    return { largest: this.#kept.map(({ k }) => k), firstNan: this.#firstNan, firstInfinity: this.#firstInfinity };
  }

  #take(k: number, size: number): void {
    if (this.#least !== this.#least) return;
    this.#kept.push({ k, size });
    if (this.#kept.length > 2 * this.#most + 64) this.#cut();
  }

  #cut(): void {
    this.#kept = this.#kept.sort(bySize).slice(0, this.#most);
    if (this.#kept.length === this.#most && this.#most > 0) this.#least = this.#kept[this.#most - 1].size;
  }
}

function bySize(a: Candidate, b: Candidate): number {
  const nanFirst = Number(Number.isNaN(b.size)) - Number(Number.isNaN(a.size));
  return nanFirst !== 0 ? nanFirst : b.size > a.size ? 1 : b.size < a.size ? -1 : a.k - b.k;
}
