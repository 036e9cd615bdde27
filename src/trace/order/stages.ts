import type { TensorName } from "../../conv/run";

/** The six stages, in the order in which they run. */
export const stages = ["im2col", "gemm", "db", "dW", "dcol", "col2im"] as const;
export type Stage = (typeof stages)[number];

/** Loop indices: batch, output row and column, filter, input channel, kernel row and column. */
export const indexNames = ["n", "oy", "ox", "f", "c", "ky", "kx"] as const;
export type IndexName = (typeof indexNames)[number];

/** How far one move goes: a whole stage, one cell of what it writes, or one innermost turn. */
export const depths = ["stage", "cell", "tap"] as const;
export type Depth = (typeof depths)[number];

/** One stage's loops, outermost first. `cell` picks a unit of the result, `tap` goes through what is done for it. */
export interface Nest {
  readonly cell: readonly IndexName[];
  readonly tap: readonly IndexName[];
  /** The loop that runs over one group only; its digit counts from the group's first. */
  readonly grouped: "c" | "f" | null;
  readonly writes: TensorName;
  /** Whether a cell is a sum over its taps, kept as one running value. */
  readonly sums: boolean;
}

/**
 * A cell is a row of col (im2col), an output cell (gemm), an element of db, dW or dcol, or a window, that is a row of dcol
 * (col2im). In dcol the running index of one sum is the filter: it is the tap of that stage.
 */
export const nests: Readonly<Record<Stage, Nest>> = {
  im2col: { cell: ["n", "oy", "ox"], tap: ["c", "ky", "kx"], grouped: null, writes: "col", sums: false },
  gemm: { cell: ["n", "oy", "ox", "f"], tap: ["c", "ky", "kx"], grouped: "c", writes: "out", sums: true },
  db: { cell: ["f"], tap: ["n", "oy", "ox"], grouped: null, writes: "db", sums: true },
  dW: { cell: ["f", "c", "ky", "kx"], tap: ["n", "oy", "ox"], grouped: "c", writes: "dW", sums: true },
  dcol: { cell: ["n", "oy", "ox", "c", "ky", "kx"], tap: ["f"], grouped: "f", writes: "dcol", sums: true },
  col2im: { cell: ["n", "oy", "ox"], tap: ["c", "ky", "kx"], grouped: null, writes: "dx", sums: false },
};

/** Where each index stands among the digits of a stage; −1: it has no such loop. */
export type Slots = Readonly<Record<IndexName, number>>;
function slotsOf({ cell, tap }: Nest): Slots {
  const slots = { n: -1, oy: -1, ox: -1, f: -1, c: -1, ky: -1, kx: -1 };
  for (const [slot, name] of [...cell, ...tap].entries()) slots[name] = slot;
  return slots;
}
export const slotsIn: Readonly<Record<Stage, Slots>> = {
  im2col: slotsOf(nests.im2col),
  gemm: slotsOf(nests.gemm),
  db: slotsOf(nests.db),
  dW: slotsOf(nests.dW),
  dcol: slotsOf(nests.dcol),
  col2im: slotsOf(nests.col2im),
};

/** The stages whose cells are sums over k, by the arithmetic of conv/run.ts, and what each of them writes. */
export type SumStage = "gemm" | "db" | "dW" | "dcol";
export function isSumStage(stage: Stage): stage is SumStage {
  return nests[stage].sums;
}

/** The stage that writes a tensor; null for what is given before the run. */
export const writerOf = {
  x: null,
  W: null,
  b: null,
  dout: null,
  col: "im2col",
  out: "gemm",
  db: "db",
  dW: "dW",
  dcol: "dcol",
  dx: "col2im",
} as const satisfies Record<TensorName, Stage | null>;
