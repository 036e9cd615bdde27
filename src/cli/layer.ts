import { join } from "node:path";
import { nodeFiles } from "../base/nodeFiles";
import type { RunInputs } from "../conv/run";
import { Engine } from "../engine/engine";
import { type Layer, loadLayer } from "../formats/loadLayer";
import { type EngineFlags, engineOptions } from "./options";

/** A layer file, or standard input for "-", whose paths are then relative to the current folder. */
export async function readLayer(path: string, set: readonly string[]): Promise<Layer> {
  const files = nodeFiles();
  if (path !== "-") return loadLayer(files, path, { set });
  return loadLayer(files, join(process.cwd(), "standard input"), { set, text: await standardInput() });
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

/** Gives `use` an engine and lets go of it afterwards. Kernels and worker stand beside this bundle. */
export async function withEngine<T>(flags: EngineFlags, use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = new Engine({ assets: __dirname, ...engineOptions(flags) });
  try {
    return await use(engine);
  } finally {
    await engine.dispose();
  }
}
