import { ConvError } from "../base/errors";
import { shapeText } from "../tensor/tensor";
import { type Geometry, biasShape, outShape, weightShape, xShape } from "../conv/geometry";
import { BLOCK, type Run, type RunInputs } from "../conv/run";
import { Backend, type Choice } from "./backend";
import { type Crew, computeLayer, emptyLayer, ones } from "./compute";
import { kernelName } from "./kernels";
import { defaultThreads } from "./machine";
import { DEFAULT_LIMIT, TILE_BYTES, estimate } from "./memory";
import { PoolFailure } from "./pool";

export type ArithmeticKind = "fast" | "reproducible";

export interface EngineOptions {
  /** The folder that holds worker.js and kernels/*.wasm. */
  readonly assets: string;
  /** Default: one for each core, at most 8. */
  readonly threads?: number;
  /** "fast" (default): fused multiply-add where the host has it. "reproducible": the same bits on every machine. */
  readonly arithmetic?: ArithmeticKind;
  /** Bytes of working memory that may be taken. A large layer is computed in tiles anyway. Default 2 GiB, at most 4. */
  readonly memoryLimit?: number;
  /** "scalar" computes in plain TypeScript, as hosts without SIMD or shared memory must. */
  readonly kernels?: "wasm" | "scalar";
  /** How long the threads may show no sign of life before they count as hung. Default 16 s. */
  readonly patienceMs?: number;
  /** Layers of fewer products are computed by the host itself. Default 2²¹; 0: always by threads. */
  readonly smallLayer?: number;
  /** Layers of as many products are left to the threads; in smaller ones the host is one of them. Default 2³⁰; 0: never. */
  readonly largeLayer?: number;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly arithmetic?: ArithmeticKind;
  readonly threads?: number;
  /** Told the finished fraction, 0 to 1, ascending; now and then. */
  readonly onProgress?: (fraction: number) => void;
}

/** Products of a layer that the host computes itself: it is the quicker one up to 2.3 million, threads from 3.7 (test/bench/RESULTS.md). */
const SMALL_LAYER = 2 ** 21;
/** Products of a layer that leaves the host's processor to others: it takes more than some 100 ms. */
const LARGE_LAYER = 2 ** 30;
const MOST_THREADS = 64;
/**
 * Computes layers, forward and backward, by the arithmetic contract of conv/run.ts. The bits of a result depend on the inputs
 * and on `Run.arithmetic` alone: not on threads, tiles or timing. Runs on one engine follow each other.
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #cancels = new Set<AbortController>();
  #disposed = false;
  #backend: Backend;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#backend = this.#newBackend();
  }

  /** For tests: the threads' own handle, if there are any. */
  get pool() {
    return this.#backend.pool;
  }

  /**
   * Tensors as RunInputs says, all of one dtype. Inputs are only read; results are new. Throws ConvError: `bad-dtype`,
   * `bad-shape`; `out-of-memory`; `cancelled`, at once when `signal` says so; `worker-failed` if threads die twice.
   */
  run(inputs: RunInputs, options: RunOptions = {}): Promise<Run> {
    const cancel = new AbortController();
    const abort = () => cancel.abort();
    if (this.#disposed || options.signal?.aborted === true) abort();
    options.signal?.addEventListener("abort", abort);
    this.#cancels.add(cancel);
    const run = this.#queue.then(() => this.#runNow(inputs, options, cancel.signal));
    // A cancelled run is reported at once; the next one waits until the threads have really left it.
    this.#queue = run
      .catch(() => undefined)
      .then(() => {
        options.signal?.removeEventListener("abort", abort);
        this.#cancels.delete(cancel);
      });
    return unlessCancelled(run, cancel.signal);
  }

  /** Cancels what is under way. Resolves when no thread is left. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const cancel of this.#cancels) cancel.abort();
    await this.#queue;
    await this.#backend.dispose();
  }

  async #runNow(inputs: RunInputs, options: RunOptions, signal: AbortSignal): Promise<Run> {
    throwIfCancelled(signal);
    const { geometry: g, x } = inputs;
    checkInputs(inputs);
    const choice = await this.#backend.choose(x.dtype, options.arithmetic ?? this.#options.arithmetic ?? "fast");
    const dout = inputs.dout ?? (await ones(g, x.dtype));
    const small = productsOf(g) < (this.#options.smallLayer ?? SMALL_LAYER);
    const threads =
      small || choice.variant === "scalar"
        ? 0
        : checkThreads(options.threads ?? this.#options.threads ?? defaultThreads());
    const onProgress = ascending(options.onProgress);
    const results =
      g.rows === 0 || g.channels === 0
        ? emptyLayer(g, x.dtype)
        : await this.#retrying(() => this.#compute({ ...inputs, dout }, choice, threads, onProgress, signal));
    const { forwardMs, backwardMs, milestones, ...made } = results;
    return {
      geometry: g,
      arithmetic: { dtype: x.dtype, fused: choice.fused, block: BLOCK },
      tensors: { x, W: inputs.W, b: inputs.b, dout, ...made },
      ...(milestones !== undefined && { milestones }),
      timing: { forwardMs, backwardMs, threads: Math.max(1, threads), kernel: nameOf(choice) },
    };
  }

  async #compute(
    inputs: Parameters<typeof computeLayer>[0],
    choice: Choice,
    threads: number,
    onProgress: (fraction: number) => void,
    signal: AbortSignal,
  ) {
    throwIfCancelled(signal);
    const backend = this.#backend;
    const { geometry: g, x } = inputs;
    const needs = estimate(g, x.dtype, Math.max(1, threads), this.#options.memoryLimit ?? DEFAULT_LIMIT);
    const buffer = backend.reserve(needs.bytes, choice);
    const crew = await (threads === 0
      ? backend.hostCrew(choice, () => signal.aborted)
      : backend.threadCrew(choice, threads, productsOf(g) < (this.#options.largeLayer ?? LARGE_LAYER)));
    const stop = () => backend.pool?.stop();
    signal.addEventListener("abort", stop);
    try {
      return await computeLayer(inputs, needs.plan, buffer, cancellable(crew, signal), onProgress);
    } finally {
      signal.removeEventListener("abort", stop);
      // An idle engine keeps a tile's worth of memory for the next run, not more.
      if (backend.reserved > 2 * TILE_BYTES) await this.#renew();
    }
  }

  /** A thread that dies or hangs costs one more try, on new threads and new memory. */
  async #retrying<T>(compute: () => Promise<T>): Promise<T> {
    // Threads that died while they had nothing to do are no failure of this run.
    if (this.#backend.pool?.broken === true) await this.#renew();
    for (let tries = 1; ; tries++) {
      try {
        return await compute();
      } catch (error) {
        if (!(error instanceof PoolFailure)) throw error;
        await this.#renew();
        if (tries < 2) continue;
        const remedy = "Run again; with fewer threads if it happens again";
        const what = `the engine's threads failed twice: ${error.message}`;
        throw new ConvError({ code: "worker-failed", what, remedy }, { cause: error });
      }
    }
  }

  async #renew(): Promise<void> {
    const old = this.#backend;
    this.#backend = this.#newBackend();
    await old.dispose();
  }

  #newBackend(): Backend {
    const { assets, kernels = "wasm", patienceMs = 16_000 } = this.#options;
    return new Backend({ assets, patienceMs, scalar: kernels === "scalar" });
  }
}

/** Multiply-adds of the forward pass; the backward pass has twice as many. */
function productsOf(g: Geometry): number {
  return g.rows * g.filters * g.groupTaps;
}

function checkThreads(wanted: number): number {
  if (Number.isSafeInteger(wanted) && wanted >= 1 && wanted <= MOST_THREADS) return wanted;
  throw new ConvError({
    code: "bad-value",
    what: `${wanted} threads are not possible`,
    expected: `a whole number from 1 to ${MOST_THREADS}`,
    found: String(wanted),
  });
}

/** A second try does not go back to the beginning. */
function ascending(onProgress: (fraction: number) => void = () => undefined): (fraction: number) => void {
  let told = 0;
  return (fraction) => {
    if (fraction <= told) return;
    told = fraction;
    onProgress(fraction);
  };
}

function nameOf({ dtype, variant }: Choice): string {
  if (variant === "scalar") return dtype === "float32" ? "f32-gemm-scalar" : "f64-gemm-scalar";
  return kernelName(dtype, variant);
}

function checkInputs({ geometry: g, x, W, b, dout }: RunInputs): void {
  const wanted = { x: xShape(g), W: weightShape(g), b: biasShape(g), dout: outShape(g) };
  for (const [name, tensor] of Object.entries({ x, W, b, dout })) {
    if (tensor === null) continue;
    if (tensor.dtype !== x.dtype)
      throw new ConvError({
        code: "bad-dtype",
        what: `${name} is not of x's type`,
        expected: x.dtype,
        found: tensor.dtype,
      });
    // The keys of the two records are the same.
    const shape = wanted[name as keyof typeof wanted];
    if (shapeText(tensor.shape) !== shapeText(shape))
      throw new ConvError({
        code: "bad-shape",
        what: `${name} does not fit the layer`,
        expected: shapeText(shape),
        found: shapeText(tensor.shape),
      });
  }
  if (g.hasBias !== (b !== null))
    throw new ConvError({ code: "bad-shape", what: g.hasBias ? "the layer's b is missing" : "the layer has no b" });
}

/** Work on a tile that was cut short must not be taken for done. */
function cancellable(crew: Crew, signal: AbortSignal): Crew {
  return {
    ...crew,
    async perform(job, program, progress, feed) {
      throwIfCancelled(signal);
      await crew.perform(job, program, progress, feed);
      throwIfCancelled(signal);
    },
  };
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}

function cancelled(): ConvError {
  return new ConvError({ code: "cancelled", what: "the run was cancelled" });
}

function unlessCancelled<T>(run: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(cancelled());
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    run.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
