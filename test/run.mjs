// Runs test suites one after the other, shows their output, adds up what they counted, and fails if anything failed,
// was skipped, or did not run at all.   node test/run.mjs [suite …] [--keep]      (no suite: the ones of every day)
//   --keep adds to the counts of the run before, so that one closing line covers both.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureChromium, ensureDebianPackages, ensureDependencies, ensurePeers, root, run } from "./setup.mjs";

const python = ["python3-numpy", "python3-torch", "python3-pil"];
const debuggers = ["python3-debugpy", "python3-numpy"];
const mocha = (spec, ...more) => [
  "npx",
  "mocha",
  "--no-config",
  "--require",
  "tsx",
  "--forbid-only",
  "--forbid-pending",
  ...more,
  spec,
];

/** What each suite needs and how it is run. A suite's own closing lines are counted: "12 passing", "3 passed, 0 failed". */
const suites = {
  unit: { command: mocha("test/unit/**/*.test.ts", "--reporter", "dot", "--timeout", "120000") },
  webview: { needs: ensureChromium, command: mocha("test/webview/**/*.test.ts", "--timeout", "120000") },
  dap: { command: mocha("test/dap/**/*.test.ts", "--timeout", "120000") },
  vscode: {
    needs: () => {
      ensureChromium();
      ensureDebianPackages(debuggers);
    },
    command: ["node", "test/vscode/run.mjs"],
  },
  paused: {
    needs: () => ensureDebianPackages([...debuggers, "python3-torch", "lldb", "g++"]),
    command: mocha("test/paused/**/*.test.ts", "--timeout", "120000"),
  },
  check: { command: ["npm", "run", "--silent", "check"], whole: true },
  oracle: {
    needs: () => {
      ensureDebianPackages(python);
      ensurePeers(); // ONNX Runtime
    },
    command: mocha("test/oracle/**/*.test.ts", "--timeout", "1800000"),
  },
  exact: { command: mocha("test/exact/**/*.test.ts", "--timeout", "1800000", "--parallel", "--jobs", "2") },
  soak: { command: ["node", "test/soak/run.mjs"] },
  sequences: { command: mocha("test/dap/sequences.ts", "--timeout", "1800000") },
  fuzz: { command: ["npx", "tsx", "test/fuzz/formats.fuzz.ts", "--seconds", "20"] },
};
/** How many characters of what a failed suite said are said again at the end. */
const SAID = 4000;
const everyDay = ["unit", "dap", "webview", "vscode"];

/** Runs a suite; the counts are read off its output, which is passed through. */
async function count(name) {
  const { needs, command, whole } = suites[name];
  console.log(`\n── ${name} ${"─".repeat(Math.max(0, 70 - name.length))}`);
  needs?.();
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    shell: process.platform === "win32",
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
    process.stdout.write(chunk);
  });
  const status = await new Promise((resolve) => child.on("close", resolve).on("error", () => resolve(1)));
  if (whole) return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, said: text.slice(-SAID) };
  const sum = (pattern) => [...text.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
  const passed = sum(/^\s*(\d+) passing\b/gm) + sum(/^(\d+) passed, \d+ failed$/gm);
  let failed = sum(/^\s*(\d+) failing\b/gm) + sum(/^\d+ passed, (\d+) failed$/gm);
  const skipped = sum(/^\s*(\d+) pending\b/gm);
  if (skipped > 0) console.log(`${name}: ${skipped} skipped tests count as failed`);
  failed += skipped;
  if (failed === 0 && (status !== 0 || passed === 0)) {
    console.log(`${name}: ${passed === 0 ? "no test ran" : "ended"} with status ${status}`);
    failed = 1;
  }
  // Mocha's list of what failed stands at its end.
  const said = failed > 0 ? text.slice(Math.max(text.search(/^\s*\d+ failing\b/m), text.length - SAID)) : "";
  return { passed, failed, said };
}

const keep = process.argv.includes("--keep");
const named = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const unknown = named.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`No such suite: ${unknown.join(", ")}. There are: ${Object.keys(suites).join(", ")}.`);
  process.exit(2);
}

const tally = join(root, "out", "tally.json");
const total =
  keep && existsSync(tally)
    ? { said: [], ...JSON.parse(readFileSync(tally, "utf8")) }
    : { passed: 0, failed: 0, said: [] };
ensureDependencies();
run("node", ["esbuild.mjs"]);
for (const name of named.length > 0 ? named : everyDay) {
  let result;
  try {
    result = await count(name);
  } catch (error) {
    console.error(`${name}: ${error.message}`);
    result = { passed: 0, failed: 1, said: error.message };
  }
  total.passed += result.passed;
  total.failed += result.failed;
  if (result.failed > 0) total.said.push(`── failed in ${name}\n${result.said}`);
}
mkdirSync(join(root, "out"), { recursive: true });
writeFileSync(tally, JSON.stringify(total));
for (const said of total.said) console.log(`\n${said}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
