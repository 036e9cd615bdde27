import { PADDING, rowAt, sourceMap, tapAt } from "../../conv/columns";
import type { Geometry } from "../../conv/geometry";
import type { Milestones, Run, RunTensors } from "../../conv/run";
import type { ComputeData } from "../../tensor/dtype";
import type { SumStage } from "../order/stages";
import { Tame } from "./tame";

/** The products of one sum, k = 0 … count − 1: left·right. */
export interface Factors {
  readonly count: number;
  /** All right factors are 1: a product is exact, so that to add it fused or not is the same. */
  readonly plain?: true;
  /** What the first MILESTONE·(n + 1) products come to, for the n that were kept. */
  readonly milestone?: (n: number) => number | undefined;
  /** Whether the factors of k = from … to − 1 are known to be tame: see tame.ts. */
  readonly isTame?: (from: number, to: number) => boolean;
  /** Puts the factors of k = from … to − 1 at the beginning of `left` and `right`. */
  fill(from: number, to: number, left: ComputeData, right: ComputeData): void;
}

/** The same products of absolute values. */
export function absolute(factors: Factors): Factors {
  return {
    ...factors,
    milestone: undefined,
    fill: (from, to, left, right) => {
      factors.fill(from, to, left, right);
      for (let at = 0; at < to - from; at++) {
        left[at] = Math.abs(left[at]);
        right[at] = Math.abs(right[at]);
      }
    },
  };
}

/** Looks up the factors of any cell of the four summing stages in a run's tensors. */
export class FactorSource {
  readonly #g: Geometry;
  readonly #tensors: RunTensors;
  readonly #lines: Int32Array;
  readonly #columns: Int32Array;
  readonly #kept: Milestones | undefined;
  readonly #tame: Readonly<Record<"x" | "dout", Tame>>;

  constructor({ geometry: g, tensors, milestones }: Run) {
    this.#g = g;
    this.#tensors = tensors;
    this.#kept = milestones;
    this.#lines = sourceMap(g.y, g.paddingMode);
    this.#columns = sourceMap(g.x, g.paddingMode);
    this.#tame = { x: new Tame(tensors.x.data), dout: new Tame(tensors.dout.data) };
  }

  /** The sum that cell `cell` of a stage is, numbered as in the stage's loops. */
  of(stage: SumStage, cell: number): Factors {
    switch (stage) {
      case "gemm":
        return this.#out(cell);
      case "db":
        return this.#db(cell);
      case "dW":
        return this.#dW(cell);
      case "dcol":
        return this.#dcol(cell);
    }
  }

  /** out[n, f, oy, ox] = Σ over c, ky, kx of f's group: col · W. */
  #out(cell: number): Factors {
    const g = this.#g;
    const x = this.#tensors.x.data;
    const W = this.#tensors.W.data;
    const f = cell % g.filters;
    const { n, oy, ox } = rowAt(g, Math.floor(cell / g.filters));
    const firstChannel = n * g.channels + Math.floor(f / g.groupFilters) * g.groupChannels;
    const fill = (from: number, to: number, left: ComputeData, right: ComputeData) => {
      const first = tapAt(g, from);
      let [c, ky, kx] = [first.c, first.ky, first.kx];
      for (let k = from, at = 0; k < to; k++, at++) {
        left[at] = this.#window(x, firstChannel + c, oy * g.y.stride + ky * g.y.dilation, ox, kx);
        right[at] = W[f * g.groupTaps + k];
        if (++kx < g.x.kernel) continue;
        kx = 0;
        if (++ky < g.y.kernel) continue;
        ky = 0;
        c++;
      }
    };
    return { count: g.groupTaps, fill };
  }

  /** db[f] = Σ over n, oy, ox: dout. As a product with 1, which rounds exactly as the plain addition does. */
  #db(f: number): Factors {
    const dout = this.#tensors.dout.data;
    const fill = (from: number, to: number, left: ComputeData, right: ComputeData) => {
      this.#planes(dout, f, from, to, left);
      right.fill(1, 0, to - from);
    };
    return { count: this.#g.rows, plain: true, fill, milestone: this.#milestones("db", f) };
  }

  /** dW[f, c, ky, kx] = Σ over n, oy, ox: dout · col. */
  #dW(cell: number): Factors {
    const g = this.#g;
    const x = this.#tensors.x.data;
    const dout = this.#tensors.dout.data;
    const f = Math.floor(cell / g.groupTaps);
    const tap = tapAt(g, cell % g.groupTaps);
    const c = Math.floor(f / g.groupFilters) * g.groupChannels + tap.c;
    const [plane, lines] = [g.y.out * g.x.out, this.#lines];
    const fill = (from: number, to: number, left: ComputeData, right: ComputeData) => {
      this.#planes(dout, f, from, to, left);
      for (let line = Math.floor(from / g.x.out), k = from; k < to; line++) {
        const image = Math.floor(line / g.y.out);
        const iy = lines[(line - image * g.y.out) * g.y.stride + tap.ky * g.y.dilation];
        const inX = ((image * g.channels + c) * g.y.size + iy) * g.x.size;
        const ox = k - line * g.x.out;
        const end = Math.min(g.x.out, ox + to - k);
        if (iy === PADDING) right.fill(0, k - from, k - from + end - ox);
        else this.#line(x, inX, tap.kx, ox, end, right, k - from);
        k += end - ox;
      }
    };
    const isTame = (from: number, to: number) => {
      for (let line = Math.floor(from / g.x.out); line * g.x.out < to; line++) {
        const image = Math.floor(line / g.y.out);
        const inOut = image * g.filters * plane + f * plane + (line - image * g.y.out) * g.x.out;
        const iy = lines[(line - image * g.y.out) * g.y.stride + tap.ky * g.y.dilation];
        const inX = ((image * g.channels + c) * g.y.size + iy) * g.x.size;
        if (!this.#tame.dout.among(inOut, inOut + g.x.out)) return false;
        if (iy !== PADDING && !this.#tame.x.among(inX, inX + g.x.size)) return false;
      }
      return true;
    };
    return { count: g.rows, fill, isTame, milestone: this.#milestones("dW", cell) };
  }

  #milestones(tensor: "dW" | "db", cell: number): Factors["milestone"] {
    const kept = this.#kept?.[tensor];
    const size = this.#tensors[tensor].data.length;
    return kept && ((n) => kept.at(n * size + cell));
  }

  /** Filter f of out or dout at rows [from, to) of col: a plane of each image. */
  #planes(data: ComputeData, f: number, from: number, to: number, into: ComputeData): void {
    const plane = this.#g.y.out * this.#g.x.out;
    for (let row = from; row < to;) {
      const end = Math.min(to, row + plane - (row % plane));
      const first = this.#outOffset(row, f, plane);
      copy(data, first, first + end - row, into, row - from);
      row = end;
    }
  }

  /** What tap kx sees from output columns [from, to) of a line of x that begins at `first`. */
  #line(x: ComputeData, first: number, kx: number, from: number, to: number, into: ComputeData, at: number): void {
    const { stride, size, begin, dilation } = this.#g.x;
    const shift = kx * dilation;
    // Within x itself, columns lie side by side where the stride is 1.
    const inside = stride === 1 ? Math.max(from, Math.min(to, begin - shift)) : to;
    const outside = stride === 1 ? Math.max(inside, Math.min(to, size + begin - shift)) : to;
    const look = (start: number, end: number) => {
      for (let o = start; o < end; o++) {
        const ix = this.#columns[o * stride + shift];
        into[at + o - from] = ix === PADDING ? 0 : x[first + ix];
      }
    };
    look(from, inside);
    copy(x, first + inside + shift - begin, first + outside + shift - begin, into, at + inside - from);
    look(outside, to);
  }

  /** dcol[row, tap] = Σ over f of c's group: dout · W. */
  #dcol(cell: number): Factors {
    const g = this.#g;
    const W = this.#tensors.W.data;
    const dout = this.#tensors.dout.data;
    const row = Math.floor(cell / g.taps);
    const tap = cell % g.taps;
    const firstFilter = Math.floor(tap / g.groupTaps) * g.groupFilters;
    const plane = g.y.out * g.x.out;
    const fill = (from: number, to: number, left: ComputeData, right: ComputeData) => {
      let inOut = this.#outOffset(row, firstFilter + from, plane);
      let inW = (firstFilter + from) * g.groupTaps + (tap % g.groupTaps);
      for (let at = 0; at < to - from; at++, inOut += plane, inW += g.groupTaps) {
        left[at] = dout[inOut];
        right[at] = W[inW];
      }
    };
    return { count: g.groupFilters, fill };
  }

  /** Position in out's data of filter `f` at a row of col. */
  #outOffset(row: number, f: number, plane: number): number {
    return (Math.floor(row / plane) * this.#g.filters + f) * plane + (row % plane);
  }

  /** An element of padded x: plane n·C + c, line of the padded plane, output column and tap. */
  #window(x: ComputeData, plane: number, line: number, ox: number, kx: number): number {
    const g = this.#g;
    const iy = this.#lines[line];
    const ix = this.#columns[ox * g.x.stride + kx * g.x.dilation];
    return iy === PADDING || ix === PADDING ? 0 : x[(plane * g.y.size + iy) * g.x.size + ix];
  }
}

/** Elements that are copied one by one faster than all at once. */
const FEW = 48;

/** Elements [from, to) of `data`, to `at` and beyond. */
function copy(data: ComputeData, from: number, to: number, into: ComputeData, at: number): void {
  if (to - from >= FEW) into.set(data.subarray(from, to), at);
  else for (let i = from; i < to; i++) into[at + i - from] = data[i];
}
