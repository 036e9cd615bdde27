// A stand-in for worker.js that is the real one, but for one point of the threads' protocol, where one thread fails once.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assets } from "../unit/engine/assets";

/** sleep, spin: hangs with an idle and with a busy core. */
export const failures = ["sleep", "spin", "throw", "exit"] as const;
export type Failure = (typeof failures)[number];

const statements: Readonly<Record<Failure, string>> = {
  sleep: "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
  spin: "for (;;);",
  throw: 'throw new Error("trapped")',
  exit: "process.exit(7)",
};

export interface Trap {
  readonly failure: Failure;
  /** Which of `protocolPoints`. */
  readonly point: number;
  /** The thread fails that is the first to come to the point for the so-manieth time; 0: the first that comes there at all. */
  readonly visits: number;
}

const operations = /\bAtomics\./g;
const realWorker = () => readFileSync(join(assets, "worker.js"), "utf8");

/** Where threads act on shared words (sleep, look, count themselves in …), as the text of worker.js has them one after the other. */
export function protocolPoints(): readonly string[] {
  const text = realWorker();
  return [...text.matchAll(operations)].map(({ index }) => text.slice(index, index + 40));
}

/** A folder to give to an engine as its assets. */
export class Trapped {
  readonly folder = mkdtempSync(join(tmpdir(), "conv-trap-"));
  /** Made by the one thread that fails: nobody can make a folder that is there. */
  readonly #mark = join(this.folder, "sprung");

  constructor({ failure, point, visits }: Trap) {
    cpSync(join(assets, "kernels"), join(this.folder, "kernels"), { recursive: true });
    let passed = 0;
    const trapped = realWorker().replace(operations, (operation) => (passed++ === point ? "trapped()." : operation));
    const trap = `"use strict";
let visits = 0;
function trapped() {
  if (visits++ === ${visits} && isFirst()) ${statements[failure]};
  return Atomics;
}
function isFirst() {
  try {
    require("node:fs").mkdirSync(${JSON.stringify(this.#mark)});
    return true;
  } catch {
    return false;
  }
}
`;
    writeFileSync(join(this.folder, "worker.js"), trap + trapped);
  }
  /** Whether a thread has failed. */
  get sprung(): boolean {
    return existsSync(this.#mark);
  }
  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}
