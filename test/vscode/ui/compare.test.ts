import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { npyBytes } from "../../../src/formats/npy";
import { waves } from "../../webview/compareTensors";
import { type Workbench, openWorkbench } from "../served/workbench.mjs";
import { quickInput, shoot, shootFailure } from "./support";

describe("two tensors side by side in VS Code", () => {
  let vscode: Workbench;
  before(async () => {
    // A file that opens late would be selected by itself.
    const settings = { "explorer.autoReveal": false };
    vscode = await openWorkbench({ open: "colours.conv.json", size: { width: 1600, height: 1000 }, settings });
    const { left, right } = waves();
    writeFileSync(join(vscode.workspace, "mine.npy"), npyBytes(left));
    writeFileSync(join(vscode.workspace, "torch.npy"), npyBytes(right));
    await vscode.page.locator(".tab.active", { hasText: "colours.conv.json" }).waitFor();
  });
  afterEach(function () {
    return shootFailure(this, vscode);
  });
  after(() => vscode.close());

  /** The page of the comparison, once it says this: there may be another page beside it. */
  const comparison = async (verdict: string): Promise<Frame> => {
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      for (const frame of vscode.page.frames())
        if (
          (await frame
            .locator(".verdict p", { hasText: verdict })
            .count()
            .catch(() => 0)) > 0
        )
          return frame;
      await vscode.page.waitForTimeout(100);
    }
    throw new Error(`no comparison says: ${verdict}`);
  };
  const file = (name: string) => vscode.page.locator(".explorer-folders-view .monaco-list-row", { hasText: name });

  it("compares two files that are selected in the explorer", async () => {
    const { page } = vscode;
    await vscode.command("File: Focus on Files Explorer");
    await file("mine.npy").click();
    await page.locator(".tab.active", { hasText: "mine.npy" }).waitFor();
    await file("torch.npy").click({ modifiers: ["Control"] });
    await page.locator(".explorer-folders-view .monaco-list-row.selected").nth(1).waitFor();
    await file("torch.npy").click({ button: "right" });
    // A menu that has just opened takes no click yet, but does take keys.
    const item = page.locator(".monaco-menu .action-item", { hasText: "Compare Tensors" });
    await item.hover();
    await page.locator(".monaco-menu .action-item.focused", { hasText: "Compare Tensors" }).waitFor();
    await page.keyboard.press("Enter");
    await item.waitFor({ state: "detached" });
    const compared = await comparison("9 of 6\u202f144 beyond tolerance");
    assert.equal(
      await page
        .locator(".tab.active")
        .innerText()
        .then((text) => text.trim()),
      "mine.npy ↔ torch.npy",
    );
    await compared.locator("conv-heatmap").nth(2).waitFor();
    await shoot(vscode, "compare");
    await compared.locator("body").press("n");
    await compared.locator("body").press("n");
    assert.equal(await compared.locator(".readout input").inputValue(), "0, 3, 12, 20");
  });

  it("comes back where it was after the window is reloaded", async () => {
    const { page } = vscode;
    const compared = await comparison("9 of 6\u202f144 beyond tolerance");
    await compared.getByLabel("atol").fill("0.7");
    await compared.getByLabel("atol").press("Enter");
    await comparison("6 of 6\u202f144 beyond tolerance");
    await page.waitForTimeout(1000); // the page puts away where it is
    await vscode.command("Developer: Reload Window");
    // A slow click on a file has opened a tab of its own for it.
    const tab = page.locator(".tab.active", { hasText: "mine.npy ↔ torch.npy" });
    await tab.waitFor({ state: "detached" });
    await tab.waitFor({ timeout: 60_000 });
    const again = await comparison("6 of 6\u202f144 beyond tolerance");
    assert.equal(await again.locator(".readout input").inputValue(), "0, 3, 12, 20");
  });

  it("asks for both, and takes tensors of the run: col against itself as a file has it", async () => {
    const { page } = vscode;
    const { box, rows } = quickInput(page);
    await page.locator(".tab", { hasText: "colours.conv.json" }).click();
    await vscode.command("Conv: Run Layer");
    await page.locator(".tab", { hasText: "Conv: colours" }).waitFor();
    const pick = async (side: string, label: string) => {
      await page.locator(".quick-input-title", { hasText: side }).waitFor();
      await box.fill(label);
      await rows.filter({ hasText: label }).first().click();
    };
    await vscode.command("Conv: Compare Tensors");
    await pick("(1/2)", "the windows of x");
    await pick("(2/2)", "gradient of col");
    await page.locator(".tab.active", { hasText: "col ↔ dcol" }).waitFor();
    const compared = await comparison("of 27\u202f648 beyond tolerance");
    await compared.locator(".worst [role=option]").first().waitFor();
    await page.waitForTimeout(1000); // pictures
    await shoot(vscode, "compare-run");
  });
});
