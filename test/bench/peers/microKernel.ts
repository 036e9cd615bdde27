import { type Kernels, instantiate, kernelName, tileColumns, TILE_ROWS } from "../../../src/engine/kernels";
import { loadModule } from "../../../src/engine/machine";
import { assets } from "../../unit/engine/assets";
import type { Peer } from "./peer";

/** Panels of K = 256: two strips of each, 28 KiB with the cells. They stay in a first-level cache of 32. */
const K = 256;
const [ROWS, COLUMNS] = [2 * TILE_ROWS, 2 * tileColumns.float32];
const [A, B, C, SPARE] = [0x1_0000, 0x1_8000, 0x2_0000, 0x2_8000];
const CALLS = 2000;

/** What the inner loop alone does, on one thread, with nothing to fetch and nothing to pack: the ceiling of the engine. */
export async function microKernelPeer(): Promise<Peer> {
  const name = kernelName("float32", "relaxed");
  const module = await loadModule(assets, name);
  if (module === null) throw new Error(`this host cannot run ${name}`);
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 4, shared: true });
  new Float32Array(memory.buffer).fill(0.5);
  const kernels: Kernels = instantiate(module, memory);
  return {
    version: `${name}, K = ${K}`,
    load: () => Promise.resolve(),
    run() {
      const started = performance.now();
      for (let i = 0; i < CALLS; i++) kernels.gemm(A, 4, ROWS * 4, B, ROWS, COLUMNS, K, C, COLUMNS * 4, 0, 0, SPARE);
      return Promise.resolve({ gflops: (2 * ROWS * COLUMNS * K * CALLS) / 1e6 / (performance.now() - started) });
    },
    results: () => ({}),
  };
}
