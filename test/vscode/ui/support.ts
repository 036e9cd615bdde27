import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import type { Workbench } from "../served/workbench.mjs";

export const root = join(__dirname, "../../..");

/** Kept to be looked at. */
export async function shoot({ page }: Workbench, name: string): Promise<void> {
  const folder = join(root, "out/screenshots");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `vscode-${name}.png`) });
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

export function notification(page: Page): Locator {
  return page.locator(".notification-toast .notification-list-item").first();
}
