// The served VS Code behind a desktop one's command line: runs the suite that --extensionTestsPath names in Chromium,
// prints what it prints and ends with its exit code.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { launchChromium } from "./browser.mjs";
import { startServer } from "./server.mjs";

/** What VS Code's own window says meanwhile. */
const noise =
  /connection token|^Creating a socket|^\[reconnection|builtin extensions|^\[(AgentHost|AccountPolicy)|^\[?Service Worker|^Creation of workbench/;

const limitMs = 15 * 60_000;

export async function main(args) {
  let server, browser;
  const empty = mkdtempSync(join(tmpdir(), "served-empty-"));
  let code = 1;
  let over = false;
  const end = async () => {
    await browser?.close().catch(() => {});
    server?.close();
    rmSync(empty, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.once(signal, () => void end().then(() => process.exit(1)));
  try {
    const { values, positionals } = parseArgs({
      args,
      strict: false,
      allowPositionals: true,
      options: { extensionDevelopmentPath: { type: "string" }, extensionTestsPath: { type: "string" } },
    });
    const { extensionDevelopmentPath: extension, extensionTestsPath: tests } = values;
    if (!extension || !tests) throw new Error("needs --extensionDevelopmentPath and --extensionTestsPath");
    server = await startServer({ development: true });
    browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const done = new Promise((finish, fail) => {
      setTimeout(() => fail(new Error(`the suite did not end within ${limitMs / 60_000} minutes`)), limitMs).unref();
      page.once("crash", () => fail(new Error("the page crashed")));
      void page.exposeFunction("codeAutomationExit", (exit) => {
        over = true;
        finish(exit);
      });
      void page.exposeFunction("codeAutomationLog", (type, parts) => over || say(type, parts));
    });
    const payload = [
      ["extensionDevelopmentPath", server.remote(resolve(extension))],
      ["extensionTestsPath", server.remote(resolve(tests))],
      ["skipWelcome", "true"],
    ];
    await page.goto(server.address(resolve(positionals[0] ?? empty), payload));
    code = await done;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    if (server) console.error(server.log());
  }
  await end();
  process.exit(code);
}

function say(type, parts) {
  if (typeof parts[0] === "string" && noise.test(parts[0])) return;
  console[type === "error" ? "error" : "log"](...parts);
}
