// Run as a process of its own by loading.test.ts: many engines load their kernels at once, in a process that never did.
import { loadModule } from "../../../src/engine/machine";
import { assets } from "./assets";

const names = ["f32-gemm-6x8-relaxed", "f64-gemm-6x4-relaxed", "f32-gemm-6x8-simd"];

async function loadAfter(ms: number): Promise<boolean[]> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  const modules = await Promise.all(names.map((name) => loadModule(assets, name)));
  return modules.map((module) => module !== null);
}

void Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(loadAfter)).then((loaded) => {
  // All engines of one process must find the same kernels.
  process.exitCode = loaded.every((one) => one.join() === loaded[0].join()) ? 0 : 3;
});
