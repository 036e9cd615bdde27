import { PADDING, rowAt, sourceMap, tapAt } from "../conv/columns";
import type { Geometry } from "../conv/geometry";
import type { RunTensors } from "../conv/run";
import type { ComputeData } from "../tensor/dtype";
import type { SumStage } from "./stages";

/** The products of one sum, k = 0 … count − 1: left·right. */
export interface Factors {
  readonly count: number;
  /** All right factors are 1: a product is exact, so that to add it fused or not is the same. */
  readonly plain?: true;
  /** Puts the factors of k = from … to − 1 at the beginning of `left` and `right`. */
  fill(from: number, to: number, left: ComputeData, right: ComputeData): void;
}

/** The same products of absolute values. */
export function absolute(factors: Factors): Factors {
  return {
    ...factors,
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

  constructor(g: Geometry, tensors: RunTensors) {
    this.#g = g;
    this.#tensors = tensors;
    this.#lines = sourceMap(g.y, g.paddingMode);
    this.#columns = sourceMap(g.x, g.paddingMode);
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
    const plane = this.#g.y.out * this.#g.x.out;
    const fill = (from: number, to: number, left: ComputeData, right: ComputeData) => {
      for (let row = from; row < to;) {
        const shift = this.#outOffset(row, f, plane) - row;
        for (const end = Math.min(to, row + plane - (row % plane)); row < end; row++)
          left[row - from] = dout[shift + row];
      }
      right.fill(1, 0, to - from);
    };
    return { count: this.#g.rows, plain: true, fill };
  }

  /** dW[f, c, ky, kx] = Σ over n, oy, ox: dout · col. */
  #dW(cell: number): Factors {
    const g = this.#g;
    const x = this.#tensors.x.data;
    const dout = this.#tensors.dout.data;
    const f = Math.floor(cell / g.groupTaps);
    const tap = tapAt(g, cell % g.groupTaps);
    const c = Math.floor(f / g.groupFilters) * g.groupChannels + tap.c;
    const [plane, lines, columns] = [g.y.out * g.x.out, this.#lines, this.#columns];
    const { stride } = g.x;
    const shift = tap.kx * g.x.dilation;
    const fill = (from: number, to: number, left: ComputeData, right: ComputeData) => {
      const { n, oy, ox: start } = rowAt(g, from);
      for (let line = n * g.y.out + oy, ox = start, k = from; k < to; line++, ox = 0) {
        const image = Math.floor(line / g.y.out);
        const iy = lines[(line - image * g.y.out) * g.y.stride + tap.ky * g.y.dilation];
        const inX = ((image * g.channels + c) * g.y.size + iy) * g.x.size;
        const inOut = image * g.filters * plane + f * plane + (line - image * g.y.out) * g.x.out;
        const end = Math.min(g.x.out, ox + to - k);
        const at = k - from - ox;
        for (let o = ox; o < end; o++) left[at + o] = dout[inOut + o];
        if (iy === PADDING) right.fill(0, at + ox, at + end);
        else
          for (let o = ox; o < end; o++) {
            const ix = columns[o * stride + shift];
            right[at + o] = ix === PADDING ? 0 : x[inX + ix];
          }
        k += end - ox;
      }
    };
    return { count: g.rows, fill };
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
