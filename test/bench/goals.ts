import type { Geometry } from "../../src/conv/geometry";
import type { ContestantName, Pass } from "./contestants";

/** How much faster than another engine ours has to be: `ours` divided by `against`. */
export interface Goal {
  readonly ours: "engine" | "engine64";
  readonly against: ContestantName;
  readonly pass: Pass;
  /** Geometric mean over the layers. */
  readonly mean?: number;
  /** On every layer. */
  readonly least?: number;
  readonly layers: "all" | "long sums" | "depthwise";
}

export const layerKinds: Readonly<Record<Goal["layers"], (g: Geometry) => boolean>> = {
  all: () => true,
  /** Dense, with at least 256 products to an output: what a GEMM is made for. */
  "long sums": (g) => g.groups === 1 && g.groupTaps >= 256,
  depthwise: (g) => g.groups > 1,
};

export const goals: readonly Goal[] = [
  { ours: "engine", against: "ortWeb", pass: "forward", mean: 1.6, least: 1, layers: "all" },
  { ours: "engine", against: "tfjs", pass: "forward", mean: 2.2, layers: "all" },
  { ours: "engine", against: "tfjs", pass: "forward", least: 1.5, layers: "depthwise" },
  { ours: "engine", against: "numpy", pass: "forward", mean: 1.2, least: 0.9, layers: "all" },
  { ours: "engine", against: "numpy", pass: "backward", mean: 1.2, least: 0.9, layers: "all" },
  { ours: "engine", against: "numpy64", pass: "forward", mean: 2.5, layers: "all" },
  { ours: "engine", against: "numpy64", pass: "backward", mean: 2.5, layers: "all" },
  { ours: "engine64", against: "numpy64", pass: "forward", mean: 1.1, layers: "all" },
  { ours: "engine64", against: "numpy64", pass: "backward", mean: 1.1, layers: "all" },
  // The goals are those against the layer as the textbook writes it; how the fastest spelling fares is told beside them.
  { ours: "engine", against: "numpyFastest", pass: "forward", layers: "all" },
  { ours: "engine", against: "numpyFastest", pass: "backward", layers: "all" },
  { ours: "engine", against: "numpyFastest64", pass: "forward", layers: "all" },
  { ours: "engine", against: "numpyFastest64", pass: "backward", layers: "all" },
  { ours: "engine64", against: "numpyFastest64", pass: "forward", layers: "all" },
  { ours: "engine64", against: "numpyFastest64", pass: "backward", layers: "all" },
  { ours: "engine", against: "microKernel", pass: "forward", least: 0.85, layers: "long sums" },
  { ours: "engine", against: "microKernel", pass: "backward", least: 0.75, layers: "long sums" },
  { ours: "engine", against: "ortNode", pass: "forward", least: 0.2, layers: "all" },
  { ours: "engine", against: "torch", pass: "forward", least: 0.2, layers: "all" },
  { ours: "engine", against: "torch", pass: "backward", least: 0.2, layers: "all" },
  { ours: "engine", against: "plain", pass: "forward", layers: "all" },
  { ours: "engine", against: "plain", pass: "backward", layers: "all" },
];

/** The smallest layer, warm, and from `new Engine()` to its first result. Milliseconds. */
export const smallGoals = { warmMs: 0.2, coldStartMs: 60 };

/** Bytes beyond the tensors that a run may take at its peak: a share of them, and a constant. */
export const memoryGoal = { share: 0.2, constant: 16 * 2 ** 20 };
