import type { Arithmetic } from "../../conv/run";
import type { ComputeData } from "../../tensor/dtype";
import { fma32, fma64 } from "./fma";

/** The inner loops of the arithmetic contract in conv/run.ts, in one kind of arithmetic. Running sums start at +0. */
export interface Kernels {
  /** Takes `count` products in order into a running sum, and leaves the sum after each of them in `sums`. */
  readonly running: (left: ComputeData, right: ComputeData, count: number, sums: Float64Array) => void;
  /**
   * The sums of `FOUR` blocks of `block` products, one block after the other in `left` and `right` from `from` on, put into `sums` from
   * `into` on. No sum waits for another, so that four are done in the time of one. `tame`: whether the factors are: see tame.ts.
   */
  readonly four: (
    left: ComputeData,
    right: ComputeData,
    from: number,
    block: number,
    tame: boolean,
    sums: Float64Array,
    into: number,
  ) => void;
  /** Adds factor · right[from + i] to each of the first `count` sums. */
  readonly spread: (
    factor: number,
    right: ComputeData,
    from: number,
    count: number,
    tame: boolean,
    sums: Float64Array,
  ) => void;
}

/** Blocks that are summed at the same time. */
export const FOUR = 4;

const doubles = new Float64Array(FOUR);
const words = new Int32Array(doubles.buffer);
/** The word of a double that holds its last bits. */
const LOW = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;
/**
 * A double has 29 bits more than a float32. In the middle between two float32 it lies if they are 1 and then 0, that is, shifted to the
 * top of a word, this number. (Below 2⁻¹²⁶ float32 lie further apart, and others are in the middle.)
 */
const MIDDLE = -(2 ** 31);

const fused32: Kernels = {
  running: (left, right, count, sums) => {
    for (let k = 0, sum = 0; k < count; k++) sums[k] = sum = fma32(left[k], right[k], sum);
  },
  // As fma32, but for what hardly ever happens: where a double sum lies in the middle, all is done again.
  four: (left, right, from, block, tame, sums, into) => {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let isRare = !tame;
    const end = tame ? from + block : from;
    for (let i = from, j = i + block, k = j + block, l = k + block; i < end; i++, j++, k++, l++) {
      const p = left[i] * right[i] + a;
      const q = left[j] * right[j] + b;
      const r = left[k] * right[k] + c;
      const s = left[l] * right[l] + d;
      doubles[0] = p;
      doubles[1] = q;
      doubles[2] = r;
      doubles[3] = s;
      a = Math.fround(p);
      b = Math.fround(q);
      c = Math.fround(r);
      d = Math.fround(s);
      if (words[LOW] << 3 === MIDDLE) isRare = true;
      if (words[LOW + 2] << 3 === MIDDLE) isRare = true;
      if (words[LOW + 4] << 3 === MIDDLE) isRare = true;
      if (words[LOW + 6] << 3 === MIDDLE) isRare = true;
    }
    if (isRare) fourBy(fma32, left, right, from, block, sums, into);
    else put(sums, into, a, b, c, d);
  },
  spread: (factor, right, from, count, tame, sums) => {
    if (!tame) {
      for (let i = 0; i < count; i++) sums[i] = fma32(factor, right[from + i], sums[i]);
      return;
    }
    for (let i = 0; i < count; i++) {
      const sum = factor * right[from + i] + sums[i];
      doubles[0] = sum;
      sums[i] = words[LOW] << 3 === MIDDLE ? fma32(factor, right[from + i], sums[i]) : Math.fround(sum);
    }
  },
};

const plain32: Kernels = {
  running: (left, right, count, sums) => {
    for (let k = 0, sum = 0; k < count; k++) sums[k] = sum = Math.fround(sum + Math.fround(left[k] * right[k]));
  },
  four: (left, right, from, block, _tame, sums, into) => {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let i = from, j = i + block, k = j + block, l = k + block; i < from + block; i++, j++, k++, l++) {
      a = Math.fround(a + Math.fround(left[i] * right[i]));
      b = Math.fround(b + Math.fround(left[j] * right[j]));
      c = Math.fround(c + Math.fround(left[k] * right[k]));
      d = Math.fround(d + Math.fround(left[l] * right[l]));
    }
    put(sums, into, a, b, c, d);
  },
  spread: (factor, right, from, count, _tame, sums) => {
    for (let i = 0; i < count; i++) sums[i] = Math.fround(sums[i] + Math.fround(factor * right[from + i]));
  },
};

const fused64: Kernels = {
  running: (left, right, count, sums) => {
    for (let k = 0, sum = 0; k < count; k++) sums[k] = sum = fma64(left[k], right[k], sum);
  },
  four: (left, right, from, block, _tame, sums, into) => {
    fourBy(fma64, left, right, from, block, sums, into);
  },
  spread: (factor, right, from, count, _tame, sums) => {
    for (let i = 0; i < count; i++) sums[i] = fma64(factor, right[from + i], sums[i]);
  },
};

const plain64: Kernels = {
  running: (left, right, count, sums) => {
    for (let k = 0, sum = 0; k < count; k++) sums[k] = sum = sum + left[k] * right[k];
  },
  four: (left, right, from, block, _tame, sums, into) => {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let i = from, j = i + block, k = j + block, l = k + block; i < from + block; i++, j++, k++, l++) {
      a += left[i] * right[i];
      b += left[j] * right[j];
      c += left[k] * right[k];
      d += left[l] * right[l];
    }
    put(sums, into, a, b, c, d);
  },
  spread: (factor, right, from, count, _tame, sums) => {
    for (let i = 0; i < count; i++) sums[i] += factor * right[from + i];
  },
};

type Fma = (a: number, b: number, c: number) => number;

function fourBy(
  fma: Fma,
  left: ComputeData,
  right: ComputeData,
  from: number,
  block: number,
  sums: Float64Array,
  into: number,
): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = from, j = i + block, k = j + block, l = k + block; i < from + block; i++, j++, k++, l++) {
    a = fma(left[i], right[i], a);
    b = fma(left[j], right[j], b);
    c = fma(left[k], right[k], c);
    d = fma(left[l], right[l], d);
  }
  put(sums, into, a, b, c, d);
}

function put(sums: Float64Array, into: number, a: number, b: number, c: number, d: number): void {
  sums[into] = a;
  sums[into + 1] = b;
  sums[into + 2] = c;
  sums[into + 3] = d;
}

const kernels = {
  float32: { fused: fused32, plain: plain32 },
  float64: { fused: fused64, plain: plain64 },
} as const satisfies Record<Arithmetic["dtype"], Record<"fused" | "plain", Kernels>>;

export function kernelsOf(dtype: Arithmetic["dtype"], fused: boolean): Kernels {
  return kernels[dtype][fused ? "fused" : "plain"];
}
