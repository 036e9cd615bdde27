import type { Geometry } from "../../conv/geometry";
import type { Arithmetic, RunTensors } from "../../conv/run";
import { type ComputeData, computeArray, rounder } from "../../tensor/dtype";
import { FOUR, type Kernels, kernelsOf } from "./blocks";
import { Tame } from "./tame";

/** Taps that are worked out together, if the kernel is not larger: their sums do not wait for one another. */
const PART = 32;
/** Rows that are worked out together, where one after the other is asked for. */
const AHEAD = 4;
/** Bytes of dcol that are remembered at most, and of weights. */
const MOST_BYTES = 2 ** 26;

/** Numbers that lie far apart in their tensor, side by side. */
interface Numbers {
  readonly data: ComputeData;
  readonly tame: boolean;
}

/** What a part of each row is made of. */
interface Weights extends Numbers {
  /** Elements of a filter. */
  readonly width: number;
}

/**
 * Elements of dcol. Where a second one is asked for near another, both lie in a part of a row that is then worked out as a whole and
 * remembered, for the rows that were looked at last: col2im comes to the same cell of dx again with each window that
 * reaches it. A part is some channels' taps, all of one group.
 */
export class Gradients {
  readonly #g: Geometry;
  readonly #arithmetic: Arithmetic;
  readonly #W: ComputeData;
  readonly #dout: ComputeData;
  /** By the first tap of a part. */
  readonly #packed = new Map<number, Weights>();
  readonly #kernels: Kernels;
  readonly #round: (value: number) => number;
  readonly #partTaps: number;
  /** Parts of a row, and the one that each tap is in. */
  readonly #parts: number;
  readonly #partOf: Int32Array;
  /** Row r is held at r modulo this, if it is held. */
  readonly #rows: number;
  #values: ComputeData | null = null;
  /** Of each place for a part: the row that it holds, plus 1; negative, if one element of it was asked for, and none is held. */
  #held: Float64Array | null = null;
  readonly #sums: Float64Array;
  /** Those of parts that were worked out last, by the row modulo AHEAD; each with its row and group in one number. */
  readonly #factors = new Map<number, Numbers & { readonly number: number }>();
  readonly #single: (row: number, tap: number) => number;

  /** `single` works one element out by itself. */
  constructor(
    g: Geometry,
    { W, dout }: RunTensors,
    arithmetic: Arithmetic,
    single: (row: number, tap: number) => number,
  ) {
    const { dtype, fused } = arithmetic;
    const kernel = g.y.kernel * g.x.kernel;
    this.#g = g;
    this.#arithmetic = arithmetic;
    this.#W = W.data;
    this.#dout = dout.data;
    this.#kernels = kernelsOf(dtype, fused);
    this.#round = rounder(dtype);
    this.#partTaps = Math.min(g.groupTaps, kernel * Math.ceil(PART / kernel));
    const groupParts = Math.ceil(g.groupTaps / this.#partTaps);
    this.#parts = groupParts * g.groups;
    this.#partOf = Int32Array.from({ length: g.taps }, (_, tap) => {
      const group = Math.floor(tap / g.groupTaps);
      return group * groupParts + Math.floor((tap - group * g.groupTaps) / this.#partTaps);
    });
    this.#sums = new Float64Array(roundUp(this.#partTaps));
    this.#single = single;
    // The windows that reach a cell lie on so many lines of windows.
    const lines = Math.ceil(g.y.extent / g.y.stride) + 1;
    const most = Math.floor(MOST_BYTES / (dtype === "float32" ? 4 : 8) / Math.max(1, g.taps));
    this.#rows = Math.max(1, Math.min(g.rows, lines * g.x.out, most));
  }

  /** dcol[row, tap]: O(filters of the group). */
  at(row: number, tap: number): number {
    this.#held ??= new Float64Array(this.#rows * this.#parts);
    const slot = row % this.#rows;
    const place = slot * this.#parts + this.#partOf[tap];
    const held = this.#held[place];
    if (held !== row + 1) {
      const by = this.#isHeld(row - 1, tap) ? 1 : this.#isHeld(row + 1, tap) ? -1 : 0;
      if (by === 0) {
        this.#held[place] = -(row + 1);
        if (held !== -(row + 1)) return this.#single(row, tap);
        this.#work(row, tap);
      } else {
        // One row after the other is asked for: the weights are fetched once for some of them.
        const end = Math.max(-1, Math.min(this.#g.rows, row + by * Math.min(AHEAD, this.#g.x.out, this.#rows)));
        for (let next = row; next !== end; next += by) this.#work(next, tap);
      }
    }
    return this.#values![slot * this.#g.taps + tap]; // what is held was worked out
  }

  /** Whether the part of the row that the tap is in is held. */
  #isHeld(row: number, tap: number): boolean {
    return row >= 0 && this.#held![(row % this.#rows) * this.#parts + this.#partOf[tap]] === row + 1; // `at` has made it
  }

  #work(row: number, tap: number): void {
    const { groupTaps, groupFilters, taps } = this.#g;
    this.#held![(row % this.#rows) * this.#parts + this.#partOf[tap]] = row + 1;
    this.#values ??= computeArray(this.#arithmetic.dtype, this.#rows * taps);
    const group = Math.floor(tap / groupTaps);
    const first = Math.floor((tap - group * groupTaps) / this.#partTaps) * this.#partTaps;
    const count = Math.min(this.#partTaps, groupTaps - first);
    const to = (row % this.#rows) * taps + group * groupTaps + first;
    const { data: left, tame } = this.#factorsOf(row, group);
    const { data: right, width, ...weights } = this.#weights(group, first, count);
    const isTame = tame && weights.tame;
    const { block } = this.#arithmetic;
    for (let f = 0; f < groupFilters; f += block) {
      const terms = Math.min(block, groupFilters - f);
      for (let i = 0; i < count; i += FOUR)
        this.#kernels.beside(left, f, terms, right, f * width + i, width, isTame, this.#sums, i);
      for (let i = 0; i < count; i++)
        this.#values[to + i] = f === 0 ? this.#sums[i] : this.#round(this.#values[to + i] + this.#sums[i]);
    }
  }

  /** dout of a group's filters at a row. */
  #factorsOf(row: number, group: number): Numbers {
    const { groups, groupFilters, filters, y, x } = this.#g;
    const number = row * groups + group;
    const known = this.#factors.get(row % AHEAD);
    if (known?.number === number) return known;
    const data = known?.data ?? computeArray(this.#arithmetic.dtype, groupFilters);
    const plane = y.out * x.out;
    let inOut = (Math.floor(row / plane) * filters + group * groupFilters) * plane + (row % plane);
    for (let f = 0; f < groupFilters; f++, inOut += plane) data[f] = this.#dout[inOut];
    const factors = { number, data, tame: new Tame(data).among(0, groupFilters) };
    this.#factors.set(row % AHEAD, factors);
    return factors;
  }

  /** The weights of all filters of a group for `count` taps from `first` on, filter by filter, side by side, and zeros up to a multiple of four. */
  #weights(group: number, first: number, count: number): Weights {
    const { groupTaps, groupFilters } = this.#g;
    const key = group * groupTaps + first;
    let weights = this.#packed.get(key);
    if (weights === undefined) {
      const width = roundUp(count);
      const data = computeArray(this.#arithmetic.dtype, groupFilters * width);
      for (let f = 0; f < groupFilters; f++)
        for (let i = 0, from = (group * groupFilters + f) * groupTaps + first; i < count; i++)
          data[f * width + i] = this.#W[from + i];
      weights = { data, width, tame: new Tame(data).among(0, data.length) };
      if ((this.#packed.size + 1) * data.byteLength > MOST_BYTES) this.#packed.clear();
      this.#packed.set(key, weights);
    }
    return weights;
  }
}

function roundUp(count: number): number {
  return Math.ceil(count / FOUR) * FOUR;
}
