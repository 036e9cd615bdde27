import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Frame, type Program } from "../../src/paused/program";
import { type PausedOptions, readPausedTensor } from "../../src/paused/readTensor";
import type { Tensor } from "../../src/tensor/tensor";
import { Adapter } from "./adapter";

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/paused/${name}`, import.meta.url));
const stopsHere = "the debugger stops here";

/** A program that stands still in the debugger that Debian has for it. */
export class Debuggee implements Program {
  /** Every request that was sent on behalf of a tensor. */
  readonly requests: { readonly command: string; readonly args: unknown }[] = [];

  private constructor(
    readonly adapter: Adapter,
    readonly frameId: number,
    readonly type: string,
  ) {}

  /** The program's process, where the adapter tells of it. */
  async pid(): Promise<number> {
    return ((await this.adapter.event("process")) as { systemProcessId: number }).systemProcessId;
  }

  /** A Python program of the fixtures, under debugpy. */
  static python(name: string): Promise<Debuggee> {
    const adapter = new Adapter("/usr/bin/python3", ["-m", "debugpy.adapter"]);
    const launch = { program: fixture(name), python: ["/usr/bin/python3"], console: "internalConsole" };
    return this.#start(adapter, "debugpy", fixture(name), launch);
  }

  /** A C++ program of the fixtures, compiled to `program`, under LLDB. */
  static cpp(name: string, program: string): Promise<Debuggee> {
    execFileSync("g++", ["-g", "-O0", "-std=c++17", "-o", program, fixture(name)], { stdio: "inherit" });
    return this.#start(new Adapter("lldb-vscode-14", []), "lldb", fixture(name), { program });
  }

  static async #start(adapter: Adapter, type: string, source: string, launch: object): Promise<Debuggee> {
    const line =
      readFileSync(source, "utf8")
        .split("\n")
        .findIndex((text) => text.includes(stopsHere)) + 1;
    await adapter.customRequest("initialize", { adapterID: type, linesStartAt1: true, pathFormat: "path" });
    const launched = adapter.customRequest("launch", launch);
    await adapter.event("initialized");
    await adapter.customRequest("setBreakpoints", { source: { path: source }, breakpoints: [{ line }] });
    await adapter.customRequest("configurationDone", {});
    await launched;
    const { threadId } = (await adapter.event("stopped")) as { threadId: number };
    const stack = (await adapter.customRequest("stackTrace", { threadId })) as { stackFrames: { id: number }[] };
    return new Debuggee(adapter, stack.stackFrames[0].id, type);
  }

  customRequest(command: string, args: unknown): Promise<unknown> {
    this.requests.push({ command, args });
    return this.adapter.customRequest(command, args);
  }

  frame(signal: AbortSignal = new AbortController().signal, type = this.type): Frame {
    return new Frame(this, this.frameId, type, signal);
  }

  read(expression: string, more: Partial<PausedOptions> = {}, frame = this.frame()): Promise<Tensor | undefined> {
    return readPausedTensor(frame, expression, { limit: 2 ** 26, askShape: () => Promise.resolve(undefined), ...more });
  }
}
