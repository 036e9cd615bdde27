// Bundles the measurement as the extension itself is bundled, and runs it.   npm run bench:debugger [-- PART …]: see debugger.ts.
import { build } from "esbuild";
import { join } from "node:path";
import { ensureDependencies, root, run } from "../setup.mjs";

ensureDependencies();
run("node", ["esbuild.mjs"]);
const outfile = join(root, "out/bench/debugger.cjs");
await build({
  entryPoints: [join(root, "test/bench/debugger.ts")],
  outfile,
  bundle: true,
  platform: "node",
  target: "node20",
  external: ["prettier"],
  logLevel: "warning",
});
run(process.execPath, [outfile, ...process.argv.slice(2)]);
