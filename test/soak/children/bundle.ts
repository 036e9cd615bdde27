import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { assets } from "../../unit/engine/assets";

/** Bundles a program of this folder, runs it in a new process, and returns the lines of JSON that it printed. */
export async function runChild(program: "giant" | "overhead", ...args: string[]): Promise<unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), "conv-soak-"));
  try {
    const outfile = join(folder, `${program}.cjs`);
    const entry = fileURLToPath(new URL(`${program}.ts`, import.meta.url));
    await build({ entryPoints: [entry], outfile, bundle: true, platform: "node", format: "cjs", target: "node20" });
    const { status, stdout, stderr, signal } = spawnSync(process.execPath, [outfile, assets, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    if (status !== 0) throw new Error(`${program} ended with ${signal ?? status}: ${stderr}`);
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
