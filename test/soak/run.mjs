// Each file in a process of its own: what one leaves in memory is not the next one's.   node test/soak/run.mjs [name …]
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const named = process.argv.slice(2);
const files = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".test.ts"))
  .filter((file) => named.length === 0 || named.includes(file.slice(0, -".test.ts".length)));
const options = ["--no-config", "--require", "tsx", "--forbid-only", "--forbid-pending", "--timeout", "1800000"];
for (const file of files) {
  const mocha = ["mocha", ...options, join(import.meta.dirname, file)];
  const { status } = spawnSync("npx", mocha, { stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) process.exitCode = 1;
}
if (files.length === 0) process.exitCode = 2;
