// A stand-in for worker.js that is the real one, but for one thread, which fails at a chosen point of the threads' protocol.
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assets } from "../unit/engine/assets";

/** sleep, spin: hangs with an idle and with a busy core. */
export const failures = ["sleep", "spin", "throw", "exit"] as const;
export type Failure = (typeof failures)[number];

export interface Trap {
  readonly failure: Failure;
  /** Operations on the shared words (loads, waits, additions …) that the thread is allowed before. */
  readonly after: number;
  /** Which of the threads, counted as they start; a thread that replaces another counts on. */
  readonly thread: number;
}

const standIn = `
const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { failure, after, thread } = JSON.parse(readFileSync(join(__dirname, "trap.json"), "utf8"));
const taken = (number) => {
  try {
    mkdirSync(join(__dirname, "thread-" + number));
    return false;
  } catch {
    return true;
  }
};
let mine = 0;
while (taken(mine)) mine++;
const real = { ...Object.fromEntries(["add", "load", "store", "wait", "notify"].map((name) => [name, Atomics[name]])) };
const fail = {
  sleep: () => real.wait.call(Atomics, new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  spin: () => { for (;;); },
  throw: () => { throw new Error("trapped"); },
  exit: () => process.exit(7),
};
let left = after;
if (mine === thread)
  for (const [name, operation] of Object.entries(real))
    Atomics[name] = (...operands) => {
      if (left-- === 0) {
        writeFileSync(join(__dirname, "sprung"), "");
        fail[failure]();
      }
      return operation.apply(Atomics, operands);
    };
require("./real.js");
`;

/** A folder to give to an engine as its assets. */
export class Trapped {
  readonly folder = mkdtempSync(join(tmpdir(), "conv-trap-"));

  constructor(trap: Trap) {
    cpSync(join(assets, "kernels"), join(this.folder, "kernels"), { recursive: true });
    cpSync(join(assets, "worker.js"), join(this.folder, "real.js"));
    writeFileSync(join(this.folder, "worker.js"), standIn);
    writeFileSync(join(this.folder, "trap.json"), JSON.stringify(trap));
  }
  /** Whether the thread came to the point. */
  get sprung(): boolean {
    return existsSync(join(this.folder, "sprung"));
  }
  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}
