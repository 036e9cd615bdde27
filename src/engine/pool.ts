// The threads: started when first needed, asleep between runs, ended together.
import { resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { Turns } from "../base/turns";
import {
  type Control,
  canWait,
  currentEpoch,
  DONE,
  give,
  isDone,
  newControl,
  pulseOf,
  release,
  stop,
  takenOf,
  tell,
  whenDone,
  work,
} from "./control";
import type { Kernels } from "./kernels";
import { JOB_FORMAT, type Job } from "./job";
import type { ProgramName } from "./task";
import type { WorkerStart } from "./worker";

/** A thread died or went silent: the memory may hold anything, the pool must be disposed. */
export class PoolFailure extends Error {
  override readonly name = "PoolFailure";
}

/** Brings inputs in while the threads wake and work, and says through `tell` how far each is: see Workbench.need. */
export type Feed = (tell: (which: 0 | 1, amount: number) => void) => Promise<void>;

export interface PoolOptions {
  /** The folder of worker.js. */
  readonly assets: string;
  readonly memory: WebAssembly.Memory;
  readonly modules: readonly WebAssembly.Module[];
  /** After so many milliseconds without a sign of life, while there is work, the threads count as hung. */
  readonly patienceMs: number;
}

export interface Assignment {
  readonly job: Job;
  readonly program: ProgramName;
  /** Which of the modules. */
  readonly kernel: number;
  readonly threads: number;
  /** The same kernels on the host, if it is to be one of the threads, in turns. */
  readonly host?: Kernels;
  readonly feed?: Feed;
}

export class Pool {
  readonly #options: PoolOptions;
  readonly #control: Control = newControl();
  readonly #workers: Worker[] = [];
  #fail: ((failure: PoolFailure) => void) | undefined;
  #failure: PoolFailure | undefined;
  #disposed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** The live threads. Tests end them. */
  get workers(): readonly Worker[] {
    return this.#workers;
  }

  /** A thread has died or gone silent: the pool is of no more use. */
  get broken(): boolean {
    return this.#failure !== undefined;
  }

  /** Does the assignment. Rejects with PoolFailure if a thread dies or hangs. One call at a time. */
  async perform({ job, program, kernel, threads, host, feed }: Assignment): Promise<void> {
    const active = host === undefined ? threads : threads - 1;
    while (this.#workers.length < active) this.#start();
    const failed = new Promise<never>((_, reject) => (this.#fail = reject));
    // It is heard below, also if it comes before.
    failed.catch(() => undefined);
    for (const worker of this.#workers) worker.ref();
    const stopWatching = this.#watch();
    try {
      if (this.#failure !== undefined) throw this.#failure;
      const post = !canWait();
      const epoch = give(this.#control, { job, program, kernel, active, post });
      try {
        await feed?.((which, amount) => tell(this.#control, which, amount));
        if (host !== undefined) await this.#help(active, host);
      } catch (error) {
        // What is not brought in is not to be waited for, and no order given while threads are in this one.
        stop(this.#control);
        throw error;
      } finally {
        await Promise.race([post ? this.#posted(epoch) : whenDone(this.#control, epoch), failed]);
      }
      if (this.#disposed) throw new PoolFailure("the threads were ended");
    } finally {
      stopWatching();
      this.#fail = undefined;
      for (const worker of this.#workers) worker.unref();
    }
  }

  /** The host's own share in the order under way. */
  async #help(id: number, host: Kernels): Promise<void> {
    const turns = new Turns();
    for (let phase = 0; this.#failure === undefined;) {
      phase = work(this.#control, id, host, phase, turns);
      if (phase === DONE) return;
      await turns.next();
    }
  }

  /** The order under way ends early; what it wrote is not to be used. */
  stop(): void {
    stop(this.#control);
  }

  /** Items taken so far in a phase of the order under way. */
  taken(phase: number): number {
    return takenOf(this.#control, phase);
  }

  /** Ends all threads; resolves when none is left. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await Promise.all(this.#workers.splice(0).map((worker) => worker.terminate()));
    release(this.#control);
  }

  #start(): void {
    const { assets, memory, modules } = this.#options;
    const id = this.#workers.length;
    const start: WorkerStart = {
      format: JOB_FORMAT,
      id,
      epoch: currentEpoch(this.#control),
      control: this.#control.words.buffer,
      memory,
      modules,
    };
    // The host's own loaders and flags are not for this thread.
    const worker = new Worker(resolve(assets, "worker.js"), { workerData: start, execArgv: [], name: `conv ${id}` });
    worker.on("error", (error) => this.#broken(`thread ${id} failed: ${error.message}`));
    worker.on("exit", (code) => this.#broken(`thread ${id} ended with code ${code}`));
    this.#workers.push(worker);
  }

  #broken(what: string): void {
    if (this.#disposed) return;
    this.#failure ??= new PoolFailure(what);
    this.#fail?.(this.#failure);
  }

  /** Messages stand in for waitAsync: at each, one looks, and before the first. */
  #posted(epoch: number): Promise<void> {
    return new Promise((resolve) => {
      const heard = () => {
        if (!isDone(this.#control, epoch)) return;
        for (const worker of this.#workers) worker.off("message", heard);
        resolve();
      };
      for (const worker of this.#workers) worker.on("message", heard);
      heard();
    });
  }

  /** Counts checks, not time: a machine that slept has not hung. */
  #watch(): () => void {
    const checks = 8;
    let [seen, silent] = [-1, 0];
    const timer = setInterval(() => {
      const pulse = pulseOf(this.#control);
      silent = pulse === seen ? silent + 1 : 0;
      seen = pulse;
      if (silent >= checks) this.#broken(`no thread gave a sign of life for ${this.#options.patienceMs} ms`);
    }, this.#options.patienceMs / checks);
    return () => clearInterval(timer);
  }
}
