import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Frame, Locator, Page } from "playwright-core";
import type { Workbench } from "../served/workbench.mjs";

export const root = join(__dirname, "../../..");

/** Kept to be looked at. */
export async function shoot({ page }: Workbench, name: string): Promise<void> {
  const folder = join(root, "out/screenshots");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `vscode-${name}.png`) });
}

/** For `afterEach`: what the window looked like when a test failed. */
export async function shootFailure({ currentTest }: Mocha.Context, vscode: Workbench): Promise<void> {
  if (currentTest?.state === "failed")
    await shoot(vscode, `failed-${currentTest.title.replace(/\W+/g, "-").slice(0, 40)}`);
}

/** The panel's field for the step. */
export async function stepField(vscode: Workbench): Promise<Locator> {
  return (await vscode.panel()).locator("label.step input");
}

/** Until the panel says so: it hears of moves, it does not make them. */
export async function stepIs(vscode: Workbench, wanted: number): Promise<void> {
  const step = async () => Number((await (await stepField(vscode)).inputValue()).replace(/\D/g, ""));
  const end = Date.now() + 20_000;
  while ((await step()) !== wanted) {
    if (Date.now() > end) assert.equal(await step(), wanted);
    await vscode.page.waitForTimeout(50);
  }
}

/** F5 on the layer file in front, which stops at the first step and shows the listing. */
export async function startDebugging({ page }: Workbench): Promise<void> {
  await page.keyboard.press("F5");
  await page.locator(".debug-toolbar").waitFor();
  await page.locator(".monaco-editor .debug-top-stack-frame-line").first().waitFor();
}

/** The quick input that is open. */
export function quickInput(page: Page): { box: Locator; message: Locator; title: Locator; rows: Locator } {
  const widget = page.locator(".quick-input-widget:visible");
  return {
    box: widget.locator("input.input"),
    message: widget.locator(".quick-input-message"),
    title: widget.locator(".quick-input-title"),
    rows: widget.locator(".quick-input-list .monaco-list-row"),
  };
}

/** To a line, "43", or a line and column, "43:56", of the editor in front. */
export async function goToLine({ page }: Workbench, place: string): Promise<void> {
  const { box } = quickInput(page);
  for (let tries = 1; ; tries++) {
    await page.keyboard.press("Control+g");
    try {
      // What opens meanwhile may take the focus, and the box with it.
      await box.fill(`:${place}`, { timeout: 2000 });
      await box.press("Enter", { timeout: 2000 });
      break;
    } catch (error) {
      if (tries === 10) throw error;
    }
  }
  await box.waitFor({ state: "hidden" });
}

/** A file of the workspace, by VS Code's own search, which may not know of a new one at once. */
export async function openByName({ page }: Workbench, name: string): Promise<void> {
  await page.keyboard.press("Control+P");
  const { box, rows } = quickInput(page);
  await box.fill(name);
  await rows.filter({ hasText: name }).first().click();
  await page.locator(".tab.active", { hasText: name }).waitFor();
}

export function notification(page: Page): Locator {
  return page.locator(".notification-toast .notification-list-item").first();
}

/** Gives a path to VS Code's own file dialog. It fills in a path of its own first, and looks at ours before it takes Enter. */
export async function answerFileDialog(page: Page, title: string, path: string): Promise<void> {
  const { box } = quickInput(page);
  const dialog = page.locator(".quick-input-title", { hasText: title });
  await dialog.waitFor();
  for (let tries = 0; tries < 20 && (await dialog.isVisible()); tries++) {
    const value = await box.inputValue();
    if (value === path) await page.keyboard.press("Enter");
    else if (value !== "") await box.fill(path);
    await page.waitForTimeout(500);
  }
}

/** The page of reports, when its headline is this one: the panel may be in view as well. */
export async function reportSaying({ page }: Workbench, text: string): Promise<Frame> {
  const end = Date.now() + 30_000;
  while (Date.now() < end) {
    for (const frame of page.frames()) {
      const heads = await frame
        .locator("main.report h1", { hasText: text })
        .count()
        .catch(() => 0); // it may just have gone
      if (heads > 0) return frame;
    }
    await page.waitForTimeout(100);
  }
  throw new Error(`no report says: ${text}`);
}
