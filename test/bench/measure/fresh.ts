// What must be measured in processes that have done nothing before: scripts bundled like the product, each run alone.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { assets } from "../../unit/engine/assets";
import { benchLayers, smallestLayer } from "../layers";
import { median } from "../statistics";
import type { MemoryRecord } from "./memory";

const here = fileURLToPath(new URL(".", import.meta.url));

async function bundled(name: string, folder: string): Promise<string> {
  const outfile = join(folder, `${name}.cjs`);
  const entryPoints = [join(here, `${name}.ts`)];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "cjs", logLevel: "warning" });
  return outfile;
}

function outputOf(script: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, assets, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout;
}

/** Median milliseconds from `new Engine()` to the first result of the smallest layer. */
export async function measureColdStart(folder: string, threads: number, processes: number): Promise<number> {
  const script = await bundled("cold", folder);
  return median(Array.from({ length: processes }, () => Number(outputOf(script, String(threads)))));
}

/** Peak memory for each layer; none where the system does not tell it (other than Linux). */
export async function measureMemory(
  folder: string,
  threads: number,
  names: readonly string[],
): Promise<Readonly<Record<string, MemoryRecord>>> {
  if (process.platform !== "linux") return {};
  const script = await bundled("memory", folder);
  const measured = [smallestLayer, ...benchLayers].filter(({ name }) => names.includes(name));
  // What the script prints is a MemoryRecord.
  const record = (name: string) => JSON.parse(outputOf(script, String(threads), name)) as MemoryRecord;
  return Object.fromEntries(measured.map(({ name }) => [name, record(name)]));
}
