/** Sizes counted by powers of two: bin i holds those in [2^(first+i), 2^(first+i+1)), which is where the steps of floats are. */
export interface Octaves {
  readonly first: number;
  /** From the first to the last bin that has any. Doubles: there may be more elements than an Int32 counts. */
  readonly bins: Float64Array;
  /** No difference. */
  readonly zeros: number;
  /** NaN and ∞. */
  readonly odd: number;
}

const BIAS = 1023;
/** Below the smallest normal double, 2^−1022, all are counted in one bin. */
const LEAST = -BIAS;

export class OctaveCounter {
  readonly #counts = new Float64Array(2048);
  readonly #number = new Float64Array(1);
  readonly #words = new Uint32Array(this.#number.buffer);

  /** A size that is not 0. */
  add(size: number): void {
    this.#number[0] = size;
    this.#counts[(this.#words[1] >>> 20) & 0x7ff]++;
  }

  octaves(zeros: number): Octaves {
    const finite = this.#counts.subarray(0, 2047);
    const from = finite.findIndex((count) => count > 0);
    const to = finite.findLastIndex((count) => count > 0) + 1;
    return {
      first: from < 0 ? 0 : from + LEAST,
      bins: from < 0 ? new Float64Array(0) : finite.slice(from, to),
      zeros,
      odd: this.#counts[2047],
    };
  }
}
