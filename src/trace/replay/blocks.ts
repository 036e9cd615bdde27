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
  /**
   * The sums of `FOUR` columns that lie side by side: of left[from + i] · right[at + i·width + j], i = 0 … count − 1, put into `sums` from
   * `into` on, j = 0, 1, 2, 3.
   */
  readonly beside: (
    left: ComputeData,
    from: number,
    count: number,
    right: ComputeData,
    at: number,
    width: number,
    tame: boolean,
    sums: Float64Array,
    into: number,
  ) => void;
}

/** Blocks, or columns, that are summed at the same time. */
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
    if (isRare) fourWithCare(left, right, from, block, sums, into);
    else put(sums, into, a, b, c, d);
  },
  beside: (left, from, count, right, at, width, tame, sums, into) => {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let isRare = !tame;
    const end = tame ? from + count : from;
    for (let i = from, j = at; i < end; i++, j += width) {
      const factor = left[i];
      const p = factor * right[j] + a;
      const q = factor * right[j + 1] + b;
      const r = factor * right[j + 2] + c;
      const s = factor * right[j + 3] + d;
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
    if (isRare) besideWithCare(left, from, count, right, at, width, sums, into);
    else put(sums, into, a, b, c, d);
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
  beside: (left, from, count, right, at, width, _tame, sums, into) => {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let i = from, j = at; i < from + count; i++, j += width) {
      const factor = left[i];
      a = Math.fround(a + Math.fround(factor * right[j]));
      b = Math.fround(b + Math.fround(factor * right[j + 1]));
      c = Math.fround(c + Math.fround(factor * right[j + 2]));
      d = Math.fround(d + Math.fround(factor * right[j + 3]));
    }
    put(sums, into, a, b, c, d);
  },
};

const fused64: Kernels = {
  running: (left, right, count, sums) => {
    for (let k = 0, sum = 0; k < count; k++) sums[k] = sum = fma64(left[k], right[k], sum);
  },
  // Two at a time: more would not be inlined.
  four: (left, right, from, block, _tame, sums, into) => {
    for (let two = 0; two < FOUR; two += 2) {
      let a = 0;
      let b = 0;
      for (let i = from + two * block, j = i + block, end = j; i < end; i++, j++) {
        a = fma64(left[i], right[i], a);
        b = fma64(left[j], right[j], b);
      }
      sums[into + two] = a;
      sums[into + two + 1] = b;
    }
  },
  beside: (left, from, count, right, at, width, _tame, sums, into) => {
    for (let two = 0; two < FOUR; two += 2) {
      let a = 0;
      let b = 0;
      for (let i = from, j = at + two; i < from + count; i++, j += width) {
        a = fma64(left[i], right[j], a);
        b = fma64(left[i], right[j + 1], b);
      }
      sums[into + two] = a;
      sums[into + two + 1] = b;
    }
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
  beside: (left, from, count, right, at, width, _tame, sums, into) => {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let i = from, j = at; i < from + count; i++, j += width) {
      const factor = left[i];
      a += factor * right[j];
      b += factor * right[j + 1];
      c += factor * right[j + 2];
      d += factor * right[j + 3];
    }
    put(sums, into, a, b, c, d);
  },
};

function fourWithCare(
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
    a = fma32(left[i], right[i], a);
    b = fma32(left[j], right[j], b);
    c = fma32(left[k], right[k], c);
    d = fma32(left[l], right[l], d);
  }
  put(sums, into, a, b, c, d);
}

function besideWithCare(
  left: ComputeData,
  from: number,
  count: number,
  right: ComputeData,
  at: number,
  width: number,
  sums: Float64Array,
  into: number,
): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = from, j = at; i < from + count; i++, j += width) {
    a = fma32(left[i], right[j], a);
    b = fma32(left[i], right[j + 1], b);
    c = fma32(left[i], right[j + 2], c);
    d = fma32(left[i], right[j + 3], d);
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
