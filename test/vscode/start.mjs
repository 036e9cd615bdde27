// `npm start`: opens a real VS Code with this extension in it and one layer already run. Everything that is missing is
// installed first. The desktop VS Code if there is one, else one served to a browser at the address that is printed.
//   npm start -- [FOLDER] [--open FILE] [--browser] [--port N]
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ensureDependencies, root, run } from "../setup.mjs";
import { startServer } from "./served/server.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    open: { type: "string" },
    browser: { type: "boolean", default: false },
    port: { type: "string", default: "0" },
  },
});

ensureDependencies();
run("node", ["esbuild.mjs"]);

const temporary = mkdtempSync(join(tmpdir(), "conv-start-"));
process.once("exit", () => rmSync(temporary, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(0));

const folder = positionals[0] ? resolve(positionals[0]) : copyOfSamples();
const layer = join(folder, values.open ?? firstLayer(folder));
const env = { ...process.env, CONV_DEBUGGER_RUN: layer };
const desktop = values.browser ? undefined : desktopCode();
await (desktop ? openDesktop(desktop) : serve());

/** Played with, and thrown away afterwards. */
function copyOfSamples() {
  const copy = join(temporary, "samples");
  cpSync(join(root, "samples"), copy, { recursive: true });
  return copy;
}

function firstLayer(where) {
  const layers = readdirSync(where).filter((name) => name.endsWith(".conv.json"));
  const favourite = "colours.conv.json";
  return layers.includes(favourite) ? favourite : layers.sort()[0];
}

/** A `code` that can open a window here: not the one of a remote terminal, and not without a display. */
function desktopCode() {
  if (process.env.VSCODE_IPC_HOOK_CLI) return undefined;
  if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return undefined;
  const names = process.platform === "win32" ? ["code.cmd"] : ["code"];
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((at) => join(at, name))).find((path) => existsSync(path));
}

async function openDesktop(code) {
  const args = [
    ...["--new-window", "--wait", "--disable-workspace-trust", "--skip-welcome", "--skip-release-notes"],
    ...["--user-data-dir", join(temporary, "user"), "--extensions-dir", join(temporary, "extensions")],
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ...[`--extensionDevelopmentPath=${root}`, folder, layer],
  ];
  console.log("Opening VS Code. Ctrl+C here closes it.");
  const shell = process.platform === "win32";
  const window = spawn(shell ? `"${code}"` : code, args, { env, stdio: "ignore", shell, detached: !shell });
  process.once("exit", () => {
    if (window.exitCode === null) endDesktop(window.pid);
  });
  const status = await new Promise((closed) => window.once("close", closed).once("error", () => closed(-1)));
  if (status !== 0) {
    console.log("That did not work; serving one instead.");
    await serve();
  }
}

/** The command waits for a window that is no child of it; the window's process is named in its data folder. */
function endDesktop(pid) {
  if (process.platform === "win32")
    return spawnSync("taskkill", ["/pid", String(pid), "/t", "/f"], { stdio: "ignore" });
  const lock = join(temporary, "user/code.lock");
  for (const target of [-pid, existsSync(lock) ? Number(readFileSync(lock, "utf8")) : 0]) {
    try {
      if (target) process.kill(target, "SIGTERM");
    } catch {
      // already gone
    }
  }
}

async function serve() {
  const server = await startServer({ extension: root, env });
  const location = server.address(folder, [
    ["skipWelcome", "true"],
    ["openFile", server.remote(layer)],
  ]);
  // VS Code takes what to open from its address, which is long: a short one leads there.
  const door = createServer((_request, response) => response.writeHead(302, { location }).end());
  await new Promise((listening, failed) => {
    door.once("error", failed);
    door.listen(Number(values.port), "127.0.0.1", listening);
  });
  console.log(`
Conv Debugger is open, with a layer already run, at

    http://127.0.0.1:${door.address().port}/

Open this address in any browser on this machine. Ctrl+C here ends it.
`);
}
