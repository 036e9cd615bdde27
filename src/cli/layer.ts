import { totalmem } from "node:os";
import { join } from "node:path";
import { ConvError } from "../base/errors";
import { nodeFiles } from "../base/nodeFiles";
import { sizeText } from "../base/text";
import type { RunInputs } from "../conv/run";
import { Engine } from "../engine/engine";
import { type Needs, needsOf } from "../engine/needs";
import { type Layer, type LoadOptions, loadLayer } from "../formats/loadLayer";
import { type EngineFlags, bytesOf, engineOptions } from "./options";

/** A layer file, or standard input for "-", whose paths are then relative to the current folder. */
export async function readLayer(
  path: string,
  set: readonly string[] = [],
  options: Pick<LoadOptions, "anyExpected" | "intermediates"> = {},
): Promise<Layer> {
  const files = nodeFiles();
  if (path !== "-") return loadLayer(files, path, { ...options, set });
  const name = "standard input";
  return loadLayer(files, name, { ...options, set, text: await standardInput(), folderOf: join(process.cwd(), name) });
}

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer); // no encoding is set, so chunks are buffers
  return Buffer.concat(chunks).toString("utf8");
}

/** What the engine takes of a layer. */
export function inputsOf({ geometry, x, W, b, dout }: Layer): RunInputs {
  return { geometry, x, W, b, dout };
}

/**
 * What the run will take. Refuses a layer that would take more memory than it may, before anything is computed. The budget is
 * half of the machine's memory unless --memory says otherwise. Throws ConvError `out-of-memory`, with the numbers.
 */
export function affordable(layer: Layer, flags: EngineFlags): Needs {
  const budget = bytesOf("--memory", flags.memory) ?? totalmem() / 2;
  const needs = needsOf(layer, engineOptions(flags));
  const { neededBytes, resultBytes } = needs;
  if (neededBytes <= budget) return needs;
  throw new ConvError({
    code: "out-of-memory",
    file: layer.file,
    what: `the run would take ${sizeText(neededBytes)} of memory, ${sizeText(resultBytes)} of it for its results`,
    expected: `at most ${sizeText(budget)}`,
    remedy: `Make the layer smaller, or allow it with --memory ${Math.ceil(neededBytes / 2 ** 30)}G`,
  });
}

/** Gives `use` an engine and lets go of it afterwards. Kernels and worker stand beside this bundle. */
export async function withEngine<T>(flags: EngineFlags, use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = new Engine({ assets: __dirname, ...engineOptions(flags) });
  try {
    return await use(engine);
  } finally {
    await engine.dispose();
  }
}
