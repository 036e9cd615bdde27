// A real VS Code without a desktop: the one inside code-server, installed from npm under .vscode-test/, with the Node that
// it needs. Uses nothing but Node, so it also runs before `npm install`.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../../setup.mjs";
import { nativeWatchdog, spdlog } from "./stubs.mjs";

const codeServer = "4.139.1"; // holds VS Code 1.139.1
const nodeVersion = "24.21.0"; // what that VS Code is built for
const packages = [`code-server@${codeServer}`, `node-${process.platform}-${process.arch}@${nodeVersion}`];

/**
 * Installs once, about 20 s and 800 MB, and answers where things are: `node`, the server's `main` file and its folder.
 * Safe to call from two processes at once: each installs beside, the first to finish wins.
 */
export function installServed() {
  const home = join(root, ".vscode-test", `served-${codeServer}`);
  if (!existsSync(home)) install(home);
  const vscode = join(home, "node_modules/code-server/lib/vscode");
  return {
    node: join(home, "node_modules", `node-${process.platform}-${process.arch}`, "bin/node"),
    main: join(vscode, "out/server-main.js"),
    folder: vscode,
  };
}

function install(home) {
  console.log(`Installing VS Code 1.139.1 (code-server ${codeServer}) under .vscode-test, once …`);
  mkdirSync(dirname(home), { recursive: true });
  const draft = mkdtempSync(`${home}.`);
  try {
    // A package.json of its own keeps npm from walking up to the extension's.
    writeFileSync(join(draft, "package.json"), '{"private":true}\n');
    npm(draft, ["install", ...packages]);
    const vscode = join(draft, "node_modules/code-server/lib/vscode");
    npm(vscode, ["install", "--omit=dev"]);
    // The two native modules that it cannot do without would need a compiler: plain JavaScript does the same work.
    writeFileSync(join(vscode, "node_modules/@vscode/native-watchdog/index.js"), nativeWatchdog);
    writeFileSync(join(vscode, "node_modules/@vscode/spdlog/index.js"), spdlog);
    chmodSync(join(draft, "node_modules", `node-${process.platform}-${process.arch}`, "bin/node"), 0o755);
    if (!existsSync(home)) renameSync(draft, home);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Install scripts stay off: they insist on Node 24 and on native builds. */
function npm(folder, args) {
  const command = process.platform === "win32" ? "npm.cmd" : "npm";
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", folder];
  const done = spawnSync(command, [...args, ...quiet], { cwd: folder, encoding: "utf8", env: withoutOurNpm() });
  if (done.status !== 0)
    throw new Error(`npm ${args.join(" ")} failed: ${done.error?.message ?? (done.stderr || done.stdout).trim()}`);
}

/** `npm start` hands its own settings down as npm_…; an install elsewhere must not inherit them. */
function withoutOurNpm() {
  const mine = /^npm_(package|lifecycle|command)|^npm_config_(local_prefix|prefix)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !mine.test(name)));
}
