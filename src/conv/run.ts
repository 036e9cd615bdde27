import type { ComputeData, ComputeDtype } from "../tensor/dtype";
import type { ComputeTensor } from "../tensor/tensor";
import type { Geometry } from "./geometry";

/** The tensors of the textbook algorithm, under their textbook names. */
export type TensorName = "x" | "W" | "b" | "col" | "out" | "dout" | "dcol" | "dW" | "db" | "dx";

/** The tensors that are held in memory. col and dcol are index maps and sums, worked out where they are looked at. */
export type StoredName = Exclude<TensorName, "col" | "dcol">;

/**
 * How sums were rounded: the contract between the engine, which computes, and the trace, which shows.
 *
 * An element of out, dW, dcol or db is a sum over k = 0 … K−1. It is cut into blocks of `block` products. Inside a block
 * one running sum starts at +0 and takes the products in increasing k, each by one fused multiply-add (`fused`) or
 * by a multiplication and then an addition, both rounded to `dtype`. The first block's sum is the total; each further
 * block's sum is added to it, in order. The bias is added last. db adds elements of dout: the same blocks, no products.
 * dx has no blocks: each cell starts at +0 and takes the elements of dcol in the order (oy, ox, ky, kx).
 */
export interface Arithmetic {
  readonly dtype: ComputeDtype;
  readonly fused: boolean;
  readonly block: number;
}

/** Which arithmetic, by the name that asks for it, and what it does. Unfused sums have the same bits on every machine. */
export function arithmeticText({ fused }: Arithmetic): string {
  return fused ? "fast: fused multiply-add" : "reproducible: multiply, add";
}

/**
 * Products in one block. |error| stays within 16·u·Σ|x·w| up to K = 16 384, also where no product is negative: of 300 000 sums
 * for each of eight K, the worst was 0.87 of that; it was 1.16 with blocks of 256 and 0.98 with 64.
 */
export const BLOCK = 128;

/** Rows from one milestone of the sums over rows to the next. */
export const MILESTONE = 256 * BLOCK;

/**
 * What the sums over rows, dW and db, have come to after the first MILESTONE rows, after twice as many, and so on: that many times the
 * tensor, one after the other. A partial sum is worked out from the milestone before it, not from the first row.
 */
export interface Milestones {
  readonly dW: ComputeData;
  readonly db: ComputeData;
}

export interface Timing {
  readonly forwardMs: number;
  readonly backwardMs: number;
  readonly threads: number;
  /** dtype, operation, tile and instruction set of the kernel that ran: "f32-gemm-6x8-relaxed". */
  readonly kernel: string;
}

/** One run of a layer, forward and backward. What the engine made and the trace shows. */
export interface Run {
  readonly geometry: Geometry;
  readonly arithmetic: Arithmetic;
  readonly tensors: RunTensors;
  /** Absent where none were kept. */
  readonly milestones?: Milestones;
  readonly timing: Timing;
}

/** Shapes: x, dx [N, C, H, W]; W, dW [F, C/groups, kH, kW]; b, db [F]; out, dout [N, F, oH, oW]. b is null without bias. */
export interface RunTensors {
  readonly x: ComputeTensor;
  readonly W: ComputeTensor;
  readonly b: ComputeTensor | null;
  readonly out: ComputeTensor;
  readonly dout: ComputeTensor;
  readonly dW: ComputeTensor;
  readonly db: ComputeTensor;
  readonly dx: ComputeTensor;
}

/** What a run starts from. All of one dtype. dout null: ones. */
export interface RunInputs {
  readonly geometry: Geometry;
  readonly x: ComputeTensor;
  readonly W: ComputeTensor;
  readonly b: ComputeTensor | null;
  readonly dout: ComputeTensor | null;
}
