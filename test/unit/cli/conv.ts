import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npyBytes } from "../../../src/formats/npy";
import { tensor } from "../../../src/tensor/tensor";
import { type Values, readNpz } from "../golden/npz";

const cli = join(process.cwd(), "dist", "cli.js");

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `conv` and waits for its end. */
export function conv(args: readonly string[], { cwd, input = "" }: { cwd: string; input?: string }): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { cwd });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject).on("close", (status) => resolve({ status, stdout, stderr }));
    child.stdin.on("error", () => undefined).end(input); // a command that reads no input may be gone already
  });
}

/** A folder of its own for a group of tests, in which the command line runs. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), "conv-cli-"));

  write(name: string, contents: string | Uint8Array): void {
    writeFileSync(join(this.folder, name), contents);
  }

  layer(name: string, layer: object): void {
    this.write(name, JSON.stringify(layer));
  }

  npy(name: string, shape: number[], data: number[], dtype: "float32" | "float64" = "float32"): void {
    const array = dtype === "float32" ? Float32Array.from(data) : Float64Array.from(data);
    this.write(name, npyBytes(tensor(dtype, shape, array)));
  }

  npz(name: string): Record<string, Values> {
    return readNpz(readFileSync(join(this.folder, name)));
  }

  conv(args: readonly string[], input?: string): Promise<Outcome> {
    return conv(args, { cwd: this.folder, input });
  }

  /** A command that is expected to be done (0) or to find a difference (1): its one JSON object. */
  async json(args: readonly string[], status = 0, input = ""): Promise<Json> {
    const outcome = await this.conv([...args, "--json"], input);
    assert.equal(outcome.stderr, "");
    assert.equal(outcome.status, status, outcome.stdout);
    return new Json(JSON.parse(outcome.stdout));
  }

  /** A command that must refuse: status 2, nothing on standard output, one line on standard error. */
  async refused(args: readonly string[], input = ""): Promise<string> {
    const { status, stdout, stderr } = await this.conv(args, input);
    assert.equal(status, 2, stdout + stderr);
    assert.equal(stdout, "");
    assert.match(stderr, /^[^\n]+\n$/, "one line");
    return stderr;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A parsed JSON value, asked for by path: `get("tensors", "x", "shape")`. */
export class Json {
  constructor(readonly value: unknown) {}

  get(...path: (string | number)[]): unknown {
    let value = this.value;
    for (const key of path) {
      assert.ok(typeof value === "object" && value !== null && Object.hasOwn(value, key), `no ${path.join(".")}`);
      value = (value as Record<string | number, unknown>)[key]; // an object that has the key, as just asserted
    }
    return value;
  }

  keys(...path: (string | number)[]): string[] {
    const value = this.get(...path);
    assert.ok(typeof value === "object" && value !== null);
    return Object.keys(value);
  }
}
