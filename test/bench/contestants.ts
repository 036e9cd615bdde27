/** An engine that takes part. */
export interface Contestant {
  readonly title: string;
  readonly language: "node" | "python";
  readonly passes: readonly Pass[];
  /** Not made for it. */
  readonly depthwise: boolean;
  /** So slow that a few turns must do. */
  readonly slow?: true;
}
export type Pass = "forward" | "backward";

const both = ["forward", "backward"] as const;
const forward = ["forward"] as const;

/** Everything that is measured, by the name that its process is started with. The order is that of the tables. */
export const contestants = {
  engine: { title: "this engine", language: "node", passes: both, depthwise: true },
  reproducible: { title: "this engine, reproducible", language: "node", passes: both, depthwise: true },
  engine64: { title: "this engine, float64", language: "node", passes: both, depthwise: true },
  microKernel: { title: "micro-kernel × threads", language: "node", passes: [], depthwise: true },
  ortWeb: { title: "onnxruntime-web", language: "node", passes: forward, depthwise: true },
  tfjs: { title: "tfjs WASM", language: "node", passes: forward, depthwise: true },
  numpy: { title: "NumPy float32", language: "python", passes: both, depthwise: false },
  numpyFastest: { title: "NumPy float32, fastest spelling", language: "python", passes: both, depthwise: false },
  numpy64: { title: "NumPy float64", language: "python", passes: both, depthwise: false },
  numpyFastest64: { title: "NumPy float64, fastest spelling", language: "python", passes: both, depthwise: false },
  ortNode: { title: "onnxruntime-node", language: "node", passes: forward, depthwise: true },
  torch: { title: "PyTorch", language: "python", passes: both, depthwise: true },
  plain: { title: "plain loops", language: "node", passes: both, depthwise: true, slow: true },
} as const satisfies Readonly<Record<string, Contestant>>;

export type ContestantName = keyof typeof contestants;
// The keys of a constant are its names.
export const contestantNames = Object.keys(contestants) as readonly ContestantName[];

/**
 * Threads that wait for work spin, each library in its own way and time; they are let spin, as their makers have them, but OpenBLAS
 * only for some 6 ms (2²⁴ cycles) instead of 26. The next turn starts when the last engine's process has come to rest.
 */
export const environment = (threads: number) => ({
  OPENBLAS_NUM_THREADS: String(threads),
  OPENBLAS_THREAD_TIMEOUT: "24",
  OMP_NUM_THREADS: String(threads),
  PYTHONUNBUFFERED: "1",
});
