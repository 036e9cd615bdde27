import { ConvError } from "../base/errors";
import { Turns } from "../base/turns";
import type { ComputeDtype } from "../tensor/dtype";
import type { Crew } from "./compute";
import { type Kernels, type Variant, instantiate, kernelName, probeFused } from "./kernels";
import { loadModule, outOfMemory } from "./machine";
import { Pool } from "./pool";
import { scalarKernels } from "./scalar";
import { itemsOf, programs, runPhase } from "./task";

export interface BackendOptions {
  readonly assets: string;
  readonly patienceMs: number;
  /** Computes in TypeScript on the host even where WASM could. */
  readonly scalar: boolean;
}

/** The kernels chosen for a run: what they are, and whether their multiply-add rounds once. */
export interface Choice {
  readonly dtype: ComputeDtype;
  readonly variant: Variant;
  readonly fused: boolean;
}

const PAGE = 65_536;
const modules = [
  kernelName("float32", "relaxed"),
  kernelName("float32", "simd"),
  kernelName("float64", "relaxed"),
  kernelName("float64", "simd"),
] as const;

/** Memory, kernels and threads of one engine. After a thread's failure it is disposed, and a new one takes its place. */
export class Backend {
  readonly #options: BackendOptions;
  readonly #modules = new Map<string, Promise<WebAssembly.Module | null>>();
  readonly #instances = new Map<string, Kernels>();
  readonly #fused = new Map<ComputeDtype, Promise<boolean>>();
  #memory: WebAssembly.Memory | undefined;
  #scalarBuffer = new ArrayBuffer(0);
  #pool: Pool | undefined;

  constructor(options: BackendOptions) {
    this.#options = options;
  }

  get pool(): Pool | undefined {
    return this.#pool;
  }

  /** "fast" is fused where a probe shows that the host's relaxed multiply-add is; "reproducible" never is. */
  async choose(dtype: ComputeDtype, arithmetic: "fast" | "reproducible"): Promise<Choice> {
    if (this.#options.scalar || typeof SharedArrayBuffer === "undefined")
      return { dtype, variant: "scalar", fused: false };
    if (arithmetic === "fast" && (await this.#isFused(dtype))) return { dtype, variant: "relaxed", fused: true };
    const module = await this.#module(kernelName(dtype, "simd"));
    return { dtype, variant: module === null ? "scalar" : "simd", fused: false };
  }

  /** At least `bytes` of memory. Throws ConvError `out-of-memory`. */
  reserve(bytes: number, choice: Choice): ArrayBufferLike {
    try {
      if (choice.variant === "scalar") {
        if (this.#scalarBuffer.byteLength < bytes) this.#scalarBuffer = new ArrayBuffer(Math.ceil(bytes / 8) * 8);
        return this.#scalarBuffer;
      }
      const memory = this.#wasmMemory();
      const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
      if (missing > 0) memory.grow(missing);
      return memory.buffer;
    } catch (cause) {
      throw outOfMemory(bytes, cause);
    }
  }

  get reserved(): number {
    return Math.max(this.#memory?.buffer.byteLength ?? 0, this.#scalarBuffer.byteLength);
  }

  /** The host itself, for layers so small that waking threads would take longer, and for the scalar kernels. */
  async hostCrew(choice: Choice, stopped: () => boolean): Promise<Crew> {
    const kernels = await this.#hostKernels(choice);
    return {
      // The scalar kernels are slow: in small items, between which the host does other things.
      parts: choice.variant === "scalar" ? 64 : 1,
      threads: 1,
      async perform(job, program, progress, feed) {
        await feed?.(() => undefined);
        const bench = { kernels, scratch: job.scratch, pulse: stopped, need: () => undefined };
        const turns = new Turns();
        for (const phase of programs[program]) {
          const total = itemsOf(job, phase);
          for (let item = 0; item < total;) {
            runPhase(job, phase, bench, () => (stopped() || turns.over ? -1 : item++));
            if (stopped()) return;
            progress(Math.min(1, item / total));
            if (turns.over) await turns.next();
          }
        }
      },
    };
  }

  /** Threads on the shared memory. The host may be one of them. */
  async threadCrew(choice: Choice, threads: number, withHost: boolean): Promise<Crew> {
    const compiled = await Promise.all(modules.map((name) => this.#module(name)));
    const kernel = modules.indexOf(nameOf(choice));
    this.#pool ??= new Pool({
      assets: this.#options.assets,
      patienceMs: this.#options.patienceMs,
      memory: this.#wasmMemory(),
      // Missing ones are never chosen; their place keeps the numbers of the others.
      modules: compiled.map((module) => module ?? compiled.find((other) => other !== null)!),
    });
    const pool = this.#pool;
    // One thread alone is not the host: it has others to serve.
    const host = withHost && threads > 1 ? await this.#hostKernels(choice) : undefined;
    return {
      parts: threads,
      threads,
      async perform(job, program, progress, feed) {
        const phase = programs[program].length - 1;
        const total = itemsOf(job, programs[program][phase]);
        // What the caller throws when it is told ends its own run, not the process.
        let thrown: { readonly error: unknown } | undefined;
        const tell = () => {
          try {
            progress(Math.min(1, pool.taken(phase) / total));
          } catch (error) {
            thrown = { error };
            pool.stop();
          }
        };
        const timer = setInterval(tell, 100);
        try {
          await pool.perform({ job, program, kernel, threads, host, feed });
        } finally {
          clearInterval(timer);
        }
        if (thrown !== undefined) throw thrown.error;
        progress(1);
      },
    };
  }

  async dispose(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    this.#memory = undefined;
    this.#instances.clear();
    this.#scalarBuffer = new ArrayBuffer(0);
    await pool?.dispose();
  }

  #wasmMemory(): WebAssembly.Memory {
    return (this.#memory ??= new WebAssembly.Memory({ initial: 16, maximum: PAGE, shared: true }));
  }

  #module(name: string): Promise<WebAssembly.Module | null> {
    const known = this.#modules.get(name) ?? loadModule(this.#options.assets, name);
    this.#modules.set(name, known);
    return known;
  }

  async #hostKernels(choice: Choice): Promise<Kernels> {
    if (choice.variant === "scalar") return scalarKernels(choice.dtype, this.#scalarBuffer);
    const name = nameOf(choice);
    const known = this.#instances.get(name);
    if (known !== undefined) return known;
    const module = await this.#module(name);
    if (module === null) throw new ConvError({ code: "unsupported", what: `this host cannot run ${name}` });
    const kernels = instantiate(module, this.#wasmMemory());
    this.#instances.set(name, kernels);
    return kernels;
  }

  /** Asked once: the answer is the host's. */
  #isFused(dtype: ComputeDtype): Promise<boolean> {
    const known = this.#fused.get(dtype) ?? this.#probe(dtype);
    this.#fused.set(dtype, known);
    return known;
  }

  async #probe(dtype: ComputeDtype): Promise<boolean> {
    const module = await this.#module(kernelName(dtype, "relaxed"));
    if (module === null) return false;
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    return probeFused(dtype, instantiate(module, memory), memory);
  }
}

function nameOf({ dtype, variant }: Choice) {
  return kernelName(dtype, variant === "relaxed" ? "relaxed" : "simd");
}
