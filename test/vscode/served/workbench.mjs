// A served VS Code with a browser on it, for tests that use the mouse and the keyboard, and for pictures.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { root } from "../../setup.mjs";
import { launchChromium } from "./browser.mjs";
import { startServer } from "./server.mjs";

/** Short names of the four kinds of theme. */
export const themes = {
  dark: "Dark Modern",
  light: "Light Modern",
  hc: "Default High Contrast",
  "hc-light": "Default High Contrast Light",
};

/**
 * Opens a copy of `folder` (the samples unless named) with the extension of this repository, as built, installed.
 *
 * @param {object} options
 * @param {string} [options.folder] copied, so that nothing in it changes
 * @param {string} [options.open] a file in the folder to open
 * @param {boolean} [options.run] run `open`, as `npm start` does
 * @param {keyof typeof themes} [options.theme]
 * @param {{ width: number, height: number }} [options.size]
 * @param {Record<string, unknown>} [options.settings]
 * @param {boolean} [options.trusted] false: in Restricted Mode
 * @param {readonly string[]} [options.others] folders of further extensions to install
 * @param {string} [options.extensionsDir] use what is installed there instead of this repository
 */
export async function openWorkbench(options = {}) {
  const { folder = join(root, "samples"), open, run, theme = "dark", size = { width: 1440, height: 900 } } = options;
  const temporary = mkdtempSync(join(tmpdir(), "served-workspace-"));
  const workspace = join(temporary, basename(folder));
  mkdirSync(workspace);
  cpSync(folder, workspace, { recursive: true });
  const server = await startServer({
    trusted: options.trusted,
    others: options.others,
    settings: { "workbench.colorTheme": themes[theme], ...options.settings },
    ...(options.extensionsDir ? { extensionsDir: options.extensionsDir } : { extension: root }),
    env: run ? { CONV_DEBUGGER_RUN: join(workspace, open) } : {},
  });
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: size });
  const payload = [["skipWelcome", "true"]];
  if (open) payload.push(["openFile", server.remote(join(workspace, open))]);
  await page.goto(server.address(workspace, payload));
  await page.locator(".monaco-workbench").waitFor({ timeout: 60_000 });
  // The status bar speaks for the extension host: it shows the remote authority once connected.
  await page.locator(".statusbar-item.remote-kind, #status\\.host").first().waitFor({ timeout: 60_000 });
  return {
    page,
    server,
    workspace,
    /** Runs a command by its title, through the palette. It may not be there yet, or not be enabled yet. */
    async command(title) {
      const input = page.locator(".quick-input-widget:visible input.input");
      const row = page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
      for (let tries = 1; ; tries++) {
        await page.keyboard.press("F1");
        try {
          // What opens meanwhile may take the focus, and the palette with it.
          await input.fill(`>${title}`, { timeout: 2000 });
          await row.waitFor({ timeout: 2000 });
          // A click waits for the row to be hit, where Enter would go to whatever has the focus by now: a late editor.
          await row.click({ timeout: 2000 });
          break;
        } catch (error) {
          if (tries === 10) throw error;
          await page.keyboard.press("Escape");
        }
      }
    },
    /** The document inside the webview that is in front, once it is there. */
    async panel(timeout = 30_000) {
      const outer = page.frameLocator("iframe.webview.ready").last();
      const inner = outer.locator("#active-frame");
      await inner.waitFor({ state: "attached", timeout });
      return await (await inner.elementHandle()).contentFrame();
    },
    async close() {
      await browser.close();
      server.close();
      rmSync(temporary, { recursive: true, force: true });
    },
  };
}
