// Sets up what the benchmark compares with, and runs it.   npm run bench -- [--quick] [--layers TEXT,…] [--peers NAME,…] [--threads N]
//   [--keep] [--report]: see bench.ts.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { ensureDebianPackages, ensureDependencies, root, run } from "../setup.mjs";

const args = process.argv.slice(2);
const flag = args.findIndex((word) => word === "--peers" || word.startsWith("--peers="));
const peers = flag < 0 ? undefined : (args[flag].split("=")[1] ?? args[flag + 1]);

/** The packages of test/bench/package-lock.json, which are none of the extension's. */
function ensurePeers() {
  const folder = join(root, "test/bench");
  const installed = join(folder, "node_modules/.package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(folder, "package-lock.json")).mtimeMs)
    return;
  console.log("Installing the engines to compare with …");
  run("npm", ["install", "--no-save"], { cwd: folder });
}

ensureDependencies();
if (!args.includes("--report")) {
  ensurePeers();
  if (peers === undefined || /numpy|torch/.test(peers))
    ensureDebianPackages(["python3-numpy", "python3-torch", "libopenblas0-pthread"]);
}
run("npx", ["tsx", "test/bench/bench.ts", ...args]);
