// The real-VS-Code suite, by @vscode/test-electron: in a desktop VS Code where one can be had, else in the served one. Then
// the tests that use mouse and keyboard, which always take the served one. dist/ must be built.
//   VSCODE_EXECUTABLE  a VS Code of your own      node test/vscode/run.mjs [--suite] [--ui] [grep]
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { downloadAndUnzipVSCode, runTests } from "@vscode/test-electron";
import { root } from "../setup.mjs";

const named = process.argv.slice(2);
const only = named.filter((word) => word.startsWith("--"));
const grep = named.find((word) => !word.startsWith("--"));
const wants = (part) => only.length === 0 || only.includes(part);

let failed = false;
if (wants("--suite")) failed = !(await suite());
if (wants("--ui")) failed = !ui() || failed;
process.exitCode = failed ? 1 : 0;

/** Inside VS Code: test/vscode/suite, on a copy of the samples. */
async function suite() {
  const here = join(root, "test/vscode/suite");
  const out = join(root, "out/test/vscode");
  rmSync(out, { recursive: true, force: true });
  await build({
    entryPoints: readdirSync(here).map((name) => join(here, name)),
    outdir: out,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "es2023",
    mainFields: ["module", "main"],
    sourcemap: "inline",
    external: ["vscode", "mocha"],
    logLevel: "warning",
  });
  const workspace = mkdtempSync(join(tmpdir(), "conv-suite-"));
  cpSync(join(root, "samples"), workspace, { recursive: true });
  try {
    await runTests({
      vscodeExecutablePath: await executable(),
      extensionDevelopmentPath: root,
      extensionTestsPath: join(out, "index.js"),
      launchArgs: [workspace, "--disable-extensions"],
      extensionTestsEnv: { CONV_TEST_GREP: grep ?? "" },
    });
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

/** A desktop VS Code: named, or downloaded where the network and a display allow it. Else the served one. */
async function executable() {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  const served = join(root, "test/vscode/served-code");
  const blind = process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
  if (blind || !(await isReachable("https://update.code.visualstudio.com/api/releases/stable"))) return served;
  return downloadAndUnzipVSCode({ cachePath: join(root, ".vscode-test"), timeout: 30_000 }).catch(() => served);
}

async function isReachable(address) {
  try {
    return (await fetch(address, { signal: AbortSignal.timeout(3000) })).ok;
  } catch {
    return false;
  }
}

function ui() {
  const options = ["--no-config", "--require", "tsx", "--timeout", "180000", "--forbid-only", "--forbid-pending"];
  const args = ["mocha", ...options, ...(grep ? ["--grep", grep] : []), "test/vscode/ui/**/*.test.ts"];
  return spawnSync("npx", args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" }).status === 0;
}
