import { type ComputeData, type ComputeDtype, computeArray, rounder } from "../../tensor/dtype";
import type { Gradients } from "./gradients";
import type { Steps } from "../order/steps";

/** Bytes of partial sums that are remembered at most. */
const MOST_BYTES = 2 ** 26;

/** Partial sums, by place. */
interface Held {
  /** The cell that a place holds, plus 1; 0: none. */
  readonly cells: Float64Array;
  /** How many of its sums are known, from the first on. */
  readonly counts: Uint32Array;
  readonly sums: ComputeData;
}

/**
 * The partial sums of dx: each cell starts at +0 and takes the elements of dcol that fall on it, in order, rounded each time. Those of
 * the lines that a window reaches are remembered, as col2im comes to each of their cells again and again.
 */
export class ScatterSums {
  readonly #steps: Steps;
  readonly #gradients: Gradients;
  readonly #dtype: ComputeDtype;
  readonly #round: (value: number) => number;
  /** Lines of dx that a window reaches, at most. */
  readonly #reach: number;
  /** Of the lines that were looked at last: for each of their columns, its terms. */
  readonly #lines = new Map<number, (Float64Array | undefined)[]>();
  /** Sums of a cell that are remembered at most; a cell that padding shows as well may have more. */
  readonly #most: number;
  /** The cells of a line lie side by side in all channels; cell i is held at i modulo this, if it is held. */
  readonly #places: number;
  #held: Held | null = null;

  constructor(steps: Steps, gradients: Gradients, dtype: ComputeDtype) {
    const { y, x, channels } = steps.geometry;
    this.#steps = steps;
    this.#gradients = gradients;
    this.#dtype = dtype;
    this.#round = rounder(dtype);
    this.#reach = Math.min(y.extent, y.size);
    this.#most = y.kernel * x.kernel;
    const fitting = Math.floor(MOST_BYTES / (dtype === "float32" ? 4 : 8) / this.#most);
    this.#places = Math.max(1, Math.min(this.#reach * channels * x.size, fitting));
  }

  /** dx at `index` as of after `step`; +0 before its first term. */
  after([n, c, iy, ix]: readonly number[], step: number): number {
    const { y, x, taps, channels } = this.#steps.geometry;
    const terms = this.#terms(iy, ix);
    const row = n * y.out * x.out;
    const tap = c * y.kernel * x.kernel;
    const last = step - this.#steps.spans.col2im.start - row * taps - tap;
    let count = 0;
    while (count < terms.length && terms[count] <= last) count++;
    if (count === 0) return 0;

    const { cells, counts, sums } = (this.#held ??= this.#room());
    const cell = ((n * y.size + iy) * channels + c) * x.size + ix;
    const place = cell % this.#places;
    const from = place * this.#most;
    if (cells[place] !== cell + 1) {
      cells[place] = cell + 1;
      counts[place] = 0;
    }
    let known = counts[place];
    if (count <= known) return sums[from + count - 1];
    let sum = known === 0 ? 0 : sums[from + known - 1];
    for (; known < count; known++) {
      const rows = Math.floor(terms[known] / taps);
      sum = this.#round(sum + this.#gradients.at(row + rows, tap + terms[known] - rows * taps));
      if (known < this.#most) {
        sums[from + known] = sum;
        counts[place] = known + 1;
      }
    }
    return sum;
  }

  /** When the terms of dx[0, 0, iy, ix] are added: steps of col2im, counted from its first, ascending. */
  #terms(iy: number, ix: number): Float64Array {
    let line = this.#lines.get(iy);
    if (line === undefined) {
      if (this.#lines.size === this.#reach) this.#lines.delete(this.#lines.keys().next().value!); // there is one
      this.#lines.set(iy, (line = Array.from({ length: this.#steps.geometry.x.size })));
    }
    return (line[ix] ??= this.#termsOf(iy, ix));
  }

  #termsOf(iy: number, ix: number): Float64Array {
    const { geometry, down, across } = this.#steps;
    const { x, taps } = geometry;
    const columns = across(ix);
    const terms = down(iy).flatMap((row) =>
      columns.map((column) => (row.o * x.out + column.o) * taps + row.k * x.kernel + column.k),
    );
    return Float64Array.from(terms).sort();
  }

  #room(): Held {
    return {
      cells: new Float64Array(this.#places),
      counts: new Uint32Array(this.#places),
      sums: computeArray(this.#dtype, this.#places * this.#most),
    };
  }
}
