import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type ContestantName, contestants, environment } from "./contestants";
import { busyMs } from "./measure/disturbance";
import type { Command, Hello } from "./protocol";

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** The engines in JavaScript run bundled, as products do. From here as from its source the project's folder is three up. */
const served = file("../../out/bench/peers/serve.mjs");
export async function bundlePeers(): Promise<void> {
  await build({
    entryPoints: [file("peers/serve.ts")],
    outdir: dirname(served),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    logLevel: "warning",
  });
}

const python = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

/** The process of one engine. It is asked one thing at a time. */
export class Child {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    readonly name: ContestantName,
    process: ChildProcess,
  ) {
    this.#process = process;
    this.#lines = createInterface({ input: process.stdout! })[Symbol.asyncIterator]();
  }

  static async start(
    name: ContestantName,
    threads: number,
  ): Promise<{ readonly child: Child; readonly version: string }> {
    const [command, ...args] =
      contestants[name].language === "python"
        ? [python, file("peers/serve.py")]
        : [process.execPath, "--expose-gc", served];
    const options = { env: { ...process.env, ...environment(threads) }, stdio: ["pipe", "pipe", "pipe"] as const };
    const started = spawn(command, [...args, name, String(threads)], { ...options, stdio: [...options.stdio] });
    // Libraries greet and warn here; what matters comes as an error's answer.
    started.stderr.resume();
    const child = new Child(name, started);
    return { child, version: (await child.#answer<Hello>()).version };
  }

  /** Of the process. */
  get id(): number {
    return this.#process.pid!;
  }

  ask<T>(command: Command): Promise<T> {
    this.#process.stdin!.write(`${JSON.stringify(command)}\n`);
    return this.#answer<T>();
  }

  /** Resolves when the process has come to rest: threads that wait for work have stopped spinning. At most 200 ms. */
  async rest(): Promise<void> {
    const pause = 4;
    let before = busyMs(this.id);
    for (let waited = 0; waited < 200; waited += pause) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      const now = busyMs(this.id);
      // Where the system does not tell, a pause that is long enough for all of them.
      if (before === undefined || now === undefined) {
        if (waited >= 20) return;
      } else if (now - before < pause / 10) return;
      before = now;
    }
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    if (this.#process.exitCode !== null) return;
    this.#process.stdin!.end();
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), 2000);
    await ended;
    clearTimeout(timer);
  }

  async #answer<T>(): Promise<T> {
    for (;;) {
      const line = await this.#lines.next();
      if (line.done === true) throw new Error(`${this.name}: its process has ended`);
      if (!line.value.startsWith("{")) continue;
      // The answers of peers/serve.ts and serve.py.
      const answer = JSON.parse(line.value) as T | { readonly error: string };
      if (answer instanceof Object && "error" in answer) throw new Error(`${this.name}: ${answer.error}`);
      return answer;
    }
  }
}
