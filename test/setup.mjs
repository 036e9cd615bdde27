// What a fresh machine needs before anything runs. Node's own modules only: this runs before there is a node_modules.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a command in the project's folder with its output shown; throws when it fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
    ...options,
  });
  if (error || status !== 0)
    throw new Error(`${command} ${args.join(" ")} failed${error ? `: ${error.message}` : ` with status ${status}`}`);
}

/** node_modules as package-lock.json says; npm is asked only where it is missing or older than the lock file. */
export function ensureDependencies() {
  if (isInstalled(root)) return;
  console.log("Installing the packages of package-lock.json …");
  // Not `npm ci`: it refuses a lock file that lacks an optional package of another platform, as registries sometimes make it.
  run("npm", ["install", "--no-save", "--no-audit", "--no-fund"]);
}

/** The engines to compare with, of test/bench/package-lock.json, which are none of the extension's packages. */
export function ensurePeers() {
  const folder = join(root, "test/bench");
  if (isInstalled(folder)) return;
  console.log("Installing the engines to compare with …");
  // Their scripts would fetch what runs on graphics cards, which is not on every network, nor wanted.
  run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: folder });
}

function isInstalled(folder) {
  const installed = join(folder, "node_modules", ".package-lock.json");
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(folder, "package-lock.json")).mtimeMs;
}

const chromiumNames = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** Path of a Chromium: CHROMIUM, or the first one on the PATH, or Debian's, installed here if this may be done. */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  ensureDebianPackages(["chromium"]);
  const installed = findChromium();
  if (!installed)
    throw new Error("No Chromium found. Install one (Debian: apt-get install chromium) or set CHROMIUM to its path.");
  return installed;
}

function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return chromiumNames.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/** Installs Debian packages that are missing; where that is not possible, says which. */
export function ensureDebianPackages(names) {
  const missing = names.filter((name) => spawnSync("dpkg", ["-s", name], { stdio: "ignore" }).status !== 0);
  if (missing.length === 0) return;
  const manual = `Install them first: apt-get install ${missing.join(" ")}`;
  if (spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status !== 0 || process.getuid?.() !== 0)
    throw new Error(`Missing: ${missing.join(", ")}. ${manual}`);
  console.log(`Installing Debian packages: ${missing.join(", ")} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  run("apt-get", ["update", "-qq"], { env });
  run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
}
