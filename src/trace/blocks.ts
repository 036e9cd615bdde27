import type { Arithmetic } from "../conv/run";
import type { ComputeData } from "../tensor/dtype";
import { fma32, fma64 } from "./fma";

/** The inner loops of the arithmetic contract in conv/run.ts, in one kind of arithmetic. Running sums start at +0. */
export interface Kernels {
  /** Takes `count` products in order into a running sum, and leaves the sum after each of them in `sums`. */
  readonly running: (left: ComputeData, right: ComputeData, count: number, sums: Float64Array) => void;
  /**
   * The sums of `FOUR` blocks of `block` products, one block after the other in `left` and `right`. No sum waits for another, so that
   * four are done in the time of one.
   */
  readonly four: (left: ComputeData, right: ComputeData, block: number, sums: Float64Array) => void;
  /** Adds factor · right[from + i] to each of the first `count` sums. */
  readonly spread: (factor: number, right: ComputeData, from: number, count: number, sums: Float64Array) => void;
}

/** Blocks that are summed at the same time. */
export const FOUR = 4;

const fused32: Kernels = {
  running: (left, right, count, sums) => {
    for (let k = 0, sum = 0; k < count; k++) sums[k] = sum = fma32(left[k], right[k], sum);
  },
  // As fma32, but for the step that is hardly ever needed: where it is, all is done again with it.
  four: (left, right, block, sums) => {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let isRare = false;
    for (let i = 0, j = block, k = 2 * block, l = 3 * block; i < block; i++, j++, k++, l++) {
      const p = left[i] * right[i] + a;
      const q = left[j] * right[j] + b;
      const r = left[k] * right[k] + c;
      const s = left[l] * right[l] + d;
      a = Math.fround(p);
      b = Math.fround(q);
      c = Math.fround(r);
      d = Math.fround(s);
      // As far away from the double sum as the float32, on the other side: one as well only if the sum is in the middle.
      const p2 = p - a + p;
      const q2 = q - b + q;
      const r2 = r - c + r;
      const s2 = s - d + s;
      if (Math.fround(p2) === p2 && p2 !== p) isRare = true;
      if (Math.fround(q2) === q2 && q2 !== q) isRare = true;
      if (Math.fround(r2) === r2 && r2 !== r) isRare = true;
      if (Math.fround(s2) === s2 && s2 !== s) isRare = true;
    }
    if (isRare) fourBy(fma32, left, right, block, sums);
    else put(sums, a, b, c, d);
  },
  spread: (factor, right, from, count, sums) => {
    for (let i = 0; i < count; i++) sums[i] = fma32(factor, right[from + i], sums[i]);
  },
};

const plain32: Kernels = {
  running: (left, right, count, sums) => {
    for (let k = 0, sum = 0; k < count; k++) sums[k] = sum = Math.fround(sum + Math.fround(left[k] * right[k]));
  },
  four: (left, right, block, sums) => {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let i = 0, j = block, k = 2 * block, l = 3 * block; i < block; i++, j++, k++, l++) {
      a = Math.fround(a + Math.fround(left[i] * right[i]));
      b = Math.fround(b + Math.fround(left[j] * right[j]));
      c = Math.fround(c + Math.fround(left[k] * right[k]));
      d = Math.fround(d + Math.fround(left[l] * right[l]));
    }
    put(sums, a, b, c, d);
  },
  spread: (factor, right, from, count, sums) => {
    for (let i = 0; i < count; i++) sums[i] = Math.fround(sums[i] + Math.fround(factor * right[from + i]));
  },
};

const fused64: Kernels = {
  running: (left, right, count, sums) => {
    for (let k = 0, sum = 0; k < count; k++) sums[k] = sum = fma64(left[k], right[k], sum);
  },
  four: (left, right, block, sums) => {
    fourBy(fma64, left, right, block, sums);
  },
  spread: (factor, right, from, count, sums) => {
    for (let i = 0; i < count; i++) sums[i] = fma64(factor, right[from + i], sums[i]);
  },
};

const plain64: Kernels = {
  running: (left, right, count, sums) => {
    for (let k = 0, sum = 0; k < count; k++) sums[k] = sum = sum + left[k] * right[k];
  },
  four: (left, right, block, sums) => {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let i = 0, j = block, k = 2 * block, l = 3 * block; i < block; i++, j++, k++, l++) {
      a += left[i] * right[i];
      b += left[j] * right[j];
      c += left[k] * right[k];
      d += left[l] * right[l];
    }
    put(sums, a, b, c, d);
  },
  spread: (factor, right, from, count, sums) => {
    for (let i = 0; i < count; i++) sums[i] += factor * right[from + i];
  },
};

type Fma = (a: number, b: number, c: number) => number;

function fourBy(fma: Fma, left: ComputeData, right: ComputeData, block: number, sums: Float64Array): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0, j = block, k = 2 * block, l = 3 * block; i < block; i++, j++, k++, l++) {
    a = fma(left[i], right[i], a);
    b = fma(left[j], right[j], b);
    c = fma(left[k], right[k], c);
    d = fma(left[l], right[l], d);
  }
  put(sums, a, b, c, d);
}

function put(sums: Float64Array, a: number, b: number, c: number, d: number): void {
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
}

const kernels = {
  float32: { fused: fused32, plain: plain32 },
  float64: { fused: fused64, plain: plain64 },
} as const satisfies Record<Arithmetic["dtype"], Record<"fused" | "plain", Kernels>>;

export function kernelsOf(dtype: Arithmetic["dtype"], fused: boolean): Kernels {
  return kernels[dtype][fused ? "fused" : "plain"];
}
