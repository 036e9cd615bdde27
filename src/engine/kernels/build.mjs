// Compiles the kernels: two element types, each with fused multiply-add (relaxed SIMD) and without.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const here = dirname(fileURLToPath(import.meta.url));
const variants = [
  { name: "f32-gemm-6x8-relaxed", entry: "f32.ts", relaxed: true },
  { name: "f32-gemm-6x8-simd", entry: "f32.ts", relaxed: false },
  { name: "f64-gemm-6x4-relaxed", entry: "f64.ts", relaxed: true },
  { name: "f64-gemm-6x4-simd", entry: "f64.ts", relaxed: false },
];

/** Writes `<outDir>/<name>.wasm` for every variant. All import one shared memory of at most 4 GiB as env.memory. */
export async function buildKernels(outDir) {
  await mkdir(outDir, { recursive: true });
  for (const variant of variants) await compile(variant, outDir);
}

async function compile({ name, entry, relaxed }, outDir) {
  const features = ["simd", "threads", ...(relaxed ? ["relaxed-simd"] : [])];
  let binary;
  const { error, stderr } = await asc.main(
    [
      relative(process.cwd(), join(here, entry)),
      ...["--outFile", "kernel.wasm", "--runtime", "stub", "--noAssert", "-O3", "--converge"],
      ...["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"],
      ...features.flatMap((feature) => ["--enable", feature]),
    ],
    { writeFile: (_name, contents) => void (binary = contents) },
  );
  if (error !== null || binary === undefined) throw new Error(`${entry}: ${stderr.toString()}`, { cause: error });
  await writeFile(join(outDir, `${name}.wasm`), binary);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels("dist/kernels");
