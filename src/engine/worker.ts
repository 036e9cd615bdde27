// The thread: a shell around `serve`. It sleeps in shared memory between orders and never returns to its event loop.
import { parentPort, workerData } from "node:worker_threads";
import { controlOn, serve } from "./control";
import { JOB_FORMAT } from "./job";
import { type Kernels, instantiate } from "./kernels";

/** What the pool gives a thread at its start. */
export interface WorkerStart {
  readonly format: string;
  readonly id: number;
  readonly epoch: number;
  readonly control: SharedArrayBuffer;
  readonly memory: WebAssembly.Memory;
  readonly modules: readonly WebAssembly.Module[];
}

// Only pool.ts starts this file, and gives it a WorkerStart.
const start = workerData as WorkerStart;
if (start.format !== JOB_FORMAT) throw new Error("worker.js is of another build than the engine: build both anew");
const instances: Kernels[] = [];
serve(
  controlOn(start.control),
  start.id,
  start.epoch,
  (kernel) => (instances[kernel] ??= instantiate(start.modules[kernel], start.memory)),
  () => parentPort?.postMessage("done"),
);
