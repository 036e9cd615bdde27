// Sets up what the benchmark compares with, and runs it.   npm run bench -- [--quick] [--layers TEXT,…] [--peers NAME,…] [--threads N]
//   [--keep] [--report]: see bench.ts.
import { ensureDebianPackages, ensureDependencies, ensurePeers, run } from "../setup.mjs";

const args = process.argv.slice(2);
const flag = args.findIndex((word) => word === "--peers" || word.startsWith("--peers="));
const peers = flag < 0 ? undefined : (args[flag].split("=")[1] ?? args[flag + 1]);

ensureDependencies();
if (!args.includes("--report")) {
  ensurePeers();
  if (peers === undefined || /numpy|torch/.test(peers))
    ensureDebianPackages(["python3-numpy", "python3-torch", "libopenblas0-pthread"]);
}
run("npx", ["tsx", "test/bench/bench.ts", ...args]);
