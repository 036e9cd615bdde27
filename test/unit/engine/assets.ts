// The built engine that the tests run: dist/worker.js and dist/kernels, built anew if a source is newer.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const sources = ["base", "tensor", "conv", "engine", "engine/kernels"].map((room) => join(root, "src", room));

export const assets = join(root, "dist");

const newest = (folder: string) =>
  Math.max(
    0,
    ...readdirSync(folder, { withFileTypes: true }).map((entry) =>
      entry.isFile() ? modified(join(folder, entry.name)) : 0,
    ),
  );
const modified = (file: string) => (existsSync(file) ? statSync(file).mtimeMs : 0);

export function buildIfStale(): void {
  const kernels = join(assets, "kernels");
  const built = Math.min(modified(join(assets, "worker.js")), existsSync(kernels) ? newest(kernels) : 0);
  if (built >= Math.max(...sources.map(newest))) return;
  const script = `import { buildEngine } from ${JSON.stringify(join(root, "esbuild.mjs"))}; await buildEngine();`;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the engine does not build: ${stderr}`);
}
