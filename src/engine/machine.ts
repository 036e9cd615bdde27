// The engine's view of the machine it runs on.
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { ConvError, messageOf } from "../base/errors";
import { type ComputeData, type ComputeDtype, computeArray } from "../tensor/dtype";

/** One thread for each core, but no more than help. */
export function defaultThreads(): number {
  return Math.min(availableParallelism(), 8);
}

/** Compiles assets/kernels/<name>.wasm. null if the host does not know its instructions; throws `not-found` without the file. */
export async function loadModule(assets: string, name: string): Promise<WebAssembly.Module | null> {
  const file = join(assets, "kernels", `${name}.wasm`);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const remedy = "Install the extension again, or build it with npm run build";
    throw new ConvError({ code: "not-found", what: "a kernel of the engine is missing", file, remedy }, { cause });
  }
  if (!WebAssembly.validate(bytes) && !(name.endsWith("relaxed") && validWithFlag(bytes))) return null;
  return WebAssembly.compile(bytes);
}

/**
 * Node 20 has the relaxed instructions behind a flag, which takes effect also while it runs, and for its threads. Asked at
 * once and not by a compilation in the background: V8 ends the process if the flag changes while one is about to fail.
 */
function validWithFlag(bytes: Uint8Array): boolean {
  setFlagsFromString("--experimental-wasm-relaxed-simd");
  return WebAssembly.validate(bytes);
}

/** The engine's memory could not grow. */
export function outOfMemory(bytes: number, cause: unknown): ConvError {
  return new ConvError(
    {
      code: "out-of-memory",
      what: `the engine's memory cannot grow to ${bytes} bytes (${messageOf(cause)})`,
      remedy: "Close other programs, or allow the engine less memory: it then computes the layer in tiles",
    },
    { cause },
  );
}

/** From here on arrays come from the system, which has cleared them. */
const CLEARED_BYTES = 2 ** 25;

/** An array that may hold anything: whoever fills it need not have it cleared first. Throws ConvError `out-of-memory`. */
export function unfilledArray(dtype: ComputeDtype, length: number): ComputeData {
  const bytes = length * (dtype === "float32" ? 4 : 8);
  if (bytes >= CLEARED_BYTES) return computeArray(dtype, length);
  const { buffer } = Buffer.allocUnsafeSlow(bytes);
  return dtype === "float32" ? new Float32Array(buffer, 0, length) : new Float64Array(buffer, 0, length);
}
