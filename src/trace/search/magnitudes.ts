import type { ComputeData } from "../../tensor/dtype";
import { Flags } from "./flags";
import type { Stage } from "../order/stages";
import type { Trace } from "../moment/trace";

/** The largest finite |element| of a tensor, and whether there are elements that are not finite. */
export interface Size {
  readonly largest: number;
  readonly special: boolean;
}

/** What is known of a tensor as far as it was read. */
interface Read {
  largest: number;
  special: boolean;
  /** The largest |element| of each chunk; Infinity where one is not finite. The first `read` of them. */
  readonly chunks: Float64Array;
  read: number;
}

const known = new WeakMap<Trace, Magnitudes>();

/** What is known of a run's numbers before any step is looked at; the same for all searches in it. */
export function magnitudesOf(trace: Trace): Magnitudes {
  let magnitudes = known.get(trace);
  if (magnitudes === undefined) known.set(trace, (magnitudes = new Magnitudes(trace)));
  return magnitudes;
}

/** Elements that are looked at together, between two glances at the patience that is left. */
const CHUNK = 1 << 14;

/** Each tensor is read once, when it is first asked for; if patience ends meanwhile, the next time from there on. */
export class Magnitudes {
  readonly #trace: Trace;
  readonly #sizes = new Map<ComputeData, Read>();
  readonly #sums = new Map<Stage, Size>();
  readonly #huge = new Map<Stage, Flags>();

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  of(data: ComputeData): Size {
    return this.#read(data);
  }

  #read(data: ComputeData): Read {
    let size = this.#sizes.get(data);
    if (size === undefined) {
      const chunks = new Float64Array(Math.ceil(data.length / CHUNK));
      this.#sizes.set(data, (size = { largest: 0, special: false, chunks, read: 0 }));
    }
    for (; size.read < size.chunks.length; size.read++) {
      const from = size.read * CHUNK;
      const end = Math.min(data.length, from + CHUNK);
      this.#trace.patience.spend(end - from);
      const { largest, special } = sizeOf(data, from, end);
      size.largest = Math.max(size.largest, largest);
      size.special ||= special;
      size.chunks[size.read] = special ? Infinity : largest;
    }
    return size;
  }

  /** Whether there is an element larger than `least` among elements [from, to). */
  #exceeds(data: ComputeData, from: number, to: number, least: number): boolean {
    const { chunks } = this.#read(data);
    for (let chunk = Math.floor(from / CHUNK); chunk * CHUNK < to; chunk++) {
      if (chunks[chunk] <= least) continue;
      const end = Math.min(to, (chunk + 1) * CHUNK);
      for (let i = Math.max(from, chunk * CHUNK); i < end; i++) if (Math.abs(data[i]) > least) return true;
    }
    return false;
  }

  /**
   * A bound on every partial sum of a stage whose factors are finite: the number of terms times the largest product, with room
   * for rounding (each addition at most by 1 + 2⁻²³, a subnormal product at most by 2). Infinity if that may overflow.
   * `special`: there are factors that are not finite.
   */
  ofSums(stage: Stage): Size {
    let size = this.#sums.get(stage);
    if (size === undefined) this.#sums.set(stage, (size = this.#boundOf(stage)));
    return size;
  }

  #boundOf(stage: Stage): Size {
    const { x, W, dout } = this.#trace.run.tensors;
    const { y: down, x: across, groupTaps, groupFilters, rows } = this.#trace.geometry;
    const bound = (terms: number, uses: number, factors: readonly ComputeData[]): Size => {
      const { dtype, block } = this.#trace.run.arithmetic;
      const sizes = factors.map((data) => this.of(data));
      const room = 2 * Math.exp((block + terms / block + uses) * 2 ** -23);
      const largest = sizes.reduce((product, size) => product * size.largest, room * terms * uses);
      const special = sizes.some((size) => size.special);
      return { largest: largest < (dtype === "float32" ? 2 ** 127 : 2 ** 1023) ? largest : Infinity, special };
    };
    switch (stage) {
      case "im2col":
        return { largest: Infinity, special: true };
      case "gemm":
        return bound(groupTaps, 1, [x.data, W.data]);
      case "db":
        return bound(rows, 1, [dout.data]);
      case "dW":
        return bound(rows, 1, [dout.data, x.data]);
      case "dcol":
        return bound(groupFilters, 1, [dout.data, W.data]);
      case "col2im": {
        // A cell of dx is met by each tap at most once, and as often again through each padded cell that shows it.
        const uses = [down, across].map(({ kernel, begin, end }) => kernel * (1 + begin + end));
        return bound(groupFilters, uses[0] * uses[1], [dout.data, W.data]);
      }
    }
  }

  /**
   * The elements of x and dout without which no partial sum of a stage overflows: of K products that come to more than the largest number
   * one is larger than a K-th of it. (Half of it, for rounding.)
   */
  hugeIn(stage: "gemm" | "dW" | "dcol"): Flags {
    let flags = this.#huge.get(stage);
    if (flags === undefined) {
      const { geometry: g, run } = this.#trace;
      const { x, W, dout } = run.tensors;
      const limit = run.arithmetic.dtype === "float32" ? 2 ** 127 : 2 ** 1023;
      const count = { gemm: g.groupTaps, dW: g.rows, dcol: g.groupFilters }[stage];
      flags = new Flags(this.#trace, (tensor) => {
        if (tensor !== "x" && tensor !== "dout") return null;
        const { data } = run.tensors[tensor];
        const other = stage !== "dW" ? W : tensor === "x" ? dout : x;
        const least = limit / 2 / count / this.of(other.data).largest;
        return (from, to) => this.#exceeds(data, from, to, least);
      });
      this.#huge.set(stage, flags);
    }
    return flags;
  }
}

/** Of elements [from, end). Those of float32 are compared by their bits: without the sign, they ascend as the numbers do. */
function sizeOf(data: ComputeData, from: number, end: number): Size {
  if (data instanceof Float32Array) {
    const bits = new Int32Array(data.buffer, data.byteOffset, data.length);
    let most = 0;
    for (let i = from; i < end; i++) {
      const size = bits[i] & 0x7fffffff;
      if (size > most) most = size;
    }
    scratch[0] = most;
    if (most < INFINITE) return { largest: asFloat[0], special: false };
  }
  let [largest, special] = [0, false];
  for (let i = from; i < end; i++) {
    const size = Math.abs(data[i]);
    if (size > largest && size < Infinity) largest = size;
    else if (!(size <= largest)) special = true;
  }
  return { largest, special };
}

/** The bits of a float32. */
const scratch = new Int32Array(1);
const asFloat = new Float32Array(scratch.buffer);
/** Those of infinity; those of NaN are more. */
const INFINITE = 0x7f800000;
