// One served VS Code: starts it on a free port with folders of its own, and ends all of it.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installServed } from "./install.mjs";

/** What every served VS Code is quiet about. */
const calm = {
  "chat.disableAIFeatures": true,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "update.mode": "none",
  "window.commandCenter": false,
  "window.restoreWindows": "preserve", // after a reload also what was open beside the file of the address
  "workbench.enableExperiments": false,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

const restricted = {
  "security.workspace.trust.enabled": true,
  "security.workspace.trust.startupPrompt": "never",
};

/** No extension gallery: code-server would ask one on the internet. */
const offline = { EXTENSIONS_GALLERY: "{}" };

/**
 * @param {object} options
 * @param {Record<string, unknown>} [options.settings] on top of `calm`
 * @param {string} [options.extension] a folder to load as an installed extension
 * @param {readonly string[]} [options.others] folders of further ones
 * @param {string} [options.extensionsDir] a folder of installed extensions, instead
 * @param {boolean} [options.development] accept extensionDevelopmentPath and extensionTestsPath in the address
 * @param {Record<string, string | undefined>} [options.env] for the extension host
 * @param {boolean} [options.trusted] false: folders open in Restricted Mode, without a question
 * @param {number} [options.port] 0: any free one
 */
export async function startServer({
  settings,
  extension,
  others = [],
  extensionsDir,
  development,
  env,
  trusted = true,
  port = 0,
} = {}) {
  const { node, main } = installServed();
  const home = mkdtempSync(join(tmpdir(), "served-vscode-"));
  const extensions = extensionsDir ?? join(home, "extensions");
  const machine = join(home, "server/data/Machine");
  mkdirSync(extensions, { recursive: true });
  mkdirSync(machine, { recursive: true });
  writeFileSync(
    join(machine, "settings.json"),
    JSON.stringify({ ...calm, ...(trusted ? {} : restricted), ...settings }, null, 2),
  );
  if (extension) symlinkSync(extension, join(extensions, "extension-under-test"), "junction");
  for (const [i, other] of others.entries()) symlinkSync(other, join(extensions, `other-${i}`), "junction");

  const args = [
    ...["--host", "127.0.0.1", "--port", String(port), "--without-connection-token", "--accept-server-license-terms"],
    ...["--telemetry-level", "off", ...(trusted ? ["--disable-workspace-trust"] : [])],
    ...["--server-data-dir", join(home, "server"), "--extensions-dir", extensions],
    ...(development ? ["--enable-smoke-test-driver"] : []),
  ];
  // Its own process group, so that extension hosts end with it.
  const server = spawn(node, [main, ...args], {
    detached: true,
    env: { ...process.env, ...offline, ...env },
    stdio: "pipe",
  });
  let log = "";
  const end = () => {
    try {
      process.kill(-server.pid, "SIGKILL");
    } catch {
      // already gone
    }
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  process.once("exit", end);
  const bound = await new Promise((resolve, reject) => {
    const hear = (chunk) => {
      log = (log + chunk).slice(-20_000);
      const found = /Extension host agent listening on (\d+)/.exec(log);
      if (found) resolve(Number(found[1]));
    };
    server.stdout.on("data", hear);
    server.stderr.on("data", hear);
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`VS Code's server ended with ${code}:\n${log}`)));
    setTimeout(() => reject(new Error(`VS Code's server did not start within 60 s:\n${log}`)), 60_000).unref();
  });
  const authority = `127.0.0.1:${bound}`;
  return {
    home,
    authority,
    log: () => log,
    /** The address of a workspace folder; `payload` are pairs that VS Code takes from its address. */
    address: (folder, payload = []) =>
      `http://${authority}/?folder=${encodeURI(folder)}` +
      (payload.length > 0 ? `&payload=${encodeURIComponent(JSON.stringify(payload))}` : ""),
    remote: (path) => `vscode-remote://${authority}${encodeURI(path)}`,
    close() {
      process.off("exit", end);
      end();
    },
  };
}
