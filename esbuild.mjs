// Builds everything under dist/: extension, CLI, worker, webview and the WASM kernels.
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
};
const host = { ...shared, platform: "node", format: "cjs", external: ["vscode"] };
const browser = { ...shared, platform: "browser", format: "esm" };

const bundles = [
  {
    ...host,
    entryPoints: { extension: "src/extension.ts", cli: "src/cli.ts", worker: "src/engine/worker.ts" },
    outdir: "dist",
  },
  {
    ...browser,
    entryPoints: { webview: "webview/main.ts" },
    outdir: "dist",
    loader: { ".ttf": "file" },
    tsconfig: "webview/tsconfig.json",
  },
];

await buildKernels("dist/kernels");
if (watch) for (const bundle of bundles) await (await context(bundle)).watch();
else await Promise.all(bundles.map((bundle) => build(bundle)));
