import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { biasShape, outShape, weightShape, xShape } from "../../src/conv/geometry";
import { elementCount } from "../../src/tensor/tensor";
import type { RandomLayer } from "./randomLayers";

export const resultNames = ["out", "dx", "dW", "db"] as const;
export type ResultName = (typeof resultNames)[number];
export type Results = Readonly<Record<ResultName, Float64Array>>;

/** What PyTorch found in float64, and for real fills Σ|product| of every element. */
export interface Solution {
  readonly results: Results;
  readonly sizes: Results | null;
}

export const python = process.env.ORACLE_PYTHON ?? "/usr/bin/python3";
const help = "The random comparison needs Python with PyTorch and NumPy: apt-get install python3-torch python3-numpy";

/** One Python with PyTorch, kept for the whole comparison. */
export class Torch {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #folder = mkdtempSync(join(tmpdir(), "conv-oracle-"));
  #failure = "";

  constructor() {
    this.#process = spawn(python, [fileURLToPath(new URL("oracle.py", import.meta.url))]);
    this.#process.on("error", (error) => (this.#failure = error.message));
    this.#process.stdin.on("error", () => undefined); // said below, when no answer comes
    this.#process.stderr.setEncoding("utf8").on("data", (text: string) => (this.#failure += text));
    this.#lines = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
  }

  /** One exchange at a time. */
  async solve(layers: readonly RandomLayer[]): Promise<Solution[]> {
    writeFileSync(join(this.#folder, "layers.json"), JSON.stringify(layers.map(entryOf)));
    const parts = layers.flatMap(({ inputs: { x, W, b, dout } }) => [x, W, ...(b === null ? [] : [b]), dout]);
    const bytes = parts.map(({ data }) => new Uint8Array(Float64Array.from(data).buffer));
    writeFileSync(join(this.#folder, "inputs.bin"), Buffer.concat(bytes));
    this.#process.stdin.write(`${this.#folder}\n`);
    const answer = await this.#lines.next();
    if (answer.done === true) throw new Error(`${help}\n${this.#failure}`);
    if (answer.value !== "done") throw new Error(answer.value);
    return solutionsOf(layers, readFileSync(join(this.#folder, "results.bin")));
  }

  dispose(): void {
    this.#process.stdin.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A layer as oracle.py reads it. */
function entryOf({ fill, spec, inputs: { geometry } }: RandomLayer): object {
  return {
    ...spec,
    x: xShape(geometry),
    w: weightShape(geometry),
    out: outShape(geometry),
    bias: geometry.hasBias,
    sizes: fill !== "integer",
  };
}

function solutionsOf(layers: readonly RandomLayer[], bytes: Buffer): Solution[] {
  const all = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  let at = 0;
  const take = (shape: number[]) => all.subarray(at, (at += elementCount(shape)));
  const four = ({ inputs: { geometry: g } }: RandomLayer): Results => ({
    out: take(outShape(g)),
    dx: take(xShape(g)),
    dW: take(weightShape(g)),
    db: take(biasShape(g)),
  });
  const solutions = layers.map((layer) => ({
    results: four(layer),
    sizes: layer.fill === "integer" ? null : four(layer),
  }));
  if (at !== all.length) throw new Error(`PyTorch answered with ${all.length} numbers, expected ${at}`);
  return solutions;
}
