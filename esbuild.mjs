// Builds everything under dist/: extension, CLI, worker, webview and the WASM kernels.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, context } from "esbuild";
import { buildKernels } from "./src/engine/kernels/build.mjs";

const watch = process.argv.includes("--watch");
const shared = {
  bundle: true,
  sourcemap: true,
  logLevel: "warning",
  target: "es2023",
  mainFields: ["module", "main"],
  minify: !watch,
  keepNames: true,
  absWorkingDir: import.meta.dirname,
  outdir: "dist",
};
const { version } = JSON.parse(await readFile(new URL("package.json", import.meta.url), "utf8"));
const host = {
  ...shared,
  platform: "node",
  format: "cjs",
  external: ["vscode"],
  define: { "process.env.CONV_VERSION": JSON.stringify(version) },
};
// Names would be kept by a call at each making of a function: too many of them in a frame.
const browser = { ...shared, platform: "browser", format: "esm", keepNames: false };

const worker = { ...host, entryPoints: { worker: "src/engine/worker.ts" } };
const bundles = [
  worker,
  { ...host, entryPoints: { extension: "src/extension.ts", cli: "src/cli.ts" } },
  {
    ...browser,
    entryPoints: { main: "webview/main.ts", compare: "webview/compare/main.ts", report: "webview/report/main.ts" },
    outdir: "dist/webview",
    loader: { ".ttf": "file" },
    tsconfig: "webview/tsconfig.json",
  },
];

/** What the engine needs to run from source: the kernels and the worker. */
export async function buildEngine() {
  await buildKernels(fileURLToPath(new URL("dist/kernels", import.meta.url)));
  await build(worker);
}

/** The schema of layer files, for the editor, from the source that checks them at run time. */
async function buildSchema() {
  const options = { ...host, format: "esm", entryPoints: ["src/formats/schema.ts"], sourcemap: false, write: false };
  const { outputFiles } = await build(options);
  const { layerJsonSchema } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`
  );
  await writeFile(new URL("dist/conv-layer.schema.json", import.meta.url), JSON.stringify(layerJsonSchema()));
}

async function buildAll() {
  await buildEngine();
  await buildSchema();
  if (watch) for (const bundle of bundles) await (await context(bundle)).watch();
  else await Promise.all(bundles.map((bundle) => build(bundle)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll();
