import assert from "node:assert/strict";
import { type Workbench, openWorkbench } from "../served/workbench.mjs";
import { shoot, shootFailure } from "./support";

describe("a filter in a source file, live", () => {
  let vscode: Workbench;
  before(async () => {
    // A save in the middle of a drag would end its undo step.
    const settings = { "files.autoSave": "off" };
    vscode = await openWorkbench({ open: "filters.cpp", settings, size: { width: 1600, height: 1000 } });
  });
  afterEach(function () {
    return shootFailure(this, vscode);
  });
  after(() => vscode.close());

  const row = (text: string) => vscode.page.locator(".view-line", { hasText: text });
  const change = async () => (await vscode.panel()).locator(".chip[aria-pressed]");

  it("shows its output, and what a number that is typed makes of it", async () => {
    const { page } = vscode;
    await page.locator(".codelens-decoration a", { hasText: "Debug filter" }).nth(1).click();
    const panel = await vscode.panel();
    await panel.locator(".chip[aria-current=step]", { hasText: "Wᵀ" }).waitFor();
    assert.equal(await (await change()).count(), 0);
    await row("{-1, 5, -1}").click();
    await page.keyboard.press("Home");
    for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowRight"); // behind the 5
    await page.keyboard.press("Backspace");
    await page.keyboard.type("6");
    await row("{-1, 6, -1}").waitFor();
    await (await change()).filter({ hasText: /Δ out\s+0 … \d/ }).waitFor();
    await shoot(vscode, "live-typed");
  });

  it("takes a weight that is dragged in the panel into its text, and undo takes the drag back at once", async () => {
    const { page } = vscode;
    const panel = await vscode.panel();
    const weights = panel.locator("conv-pane", { hasText: "Wᵀ" }).locator("conv-heatmap");
    const { x, y, width, height } = (await weights.boundingBox())!;
    const middle = { x: x + width / 2, y: y + height / 2 };
    await page.mouse.move(middle.x, middle.y);
    await weights.and(panel.locator(".draggable conv-heatmap")).waitFor();
    await page.mouse.down();
    for (let step = 1; step <= 3; step++) await page.mouse.move(middle.x, middle.y - 4 * step);
    await row("{-1, 9, -1}").waitFor();
    await page.mouse.up();
    await shoot(vscode, "live-dragged");
    await row("{-1, 9, -1}").click();
    await page.keyboard.press("Control+Z");
    await row("{-1, 6, -1}").waitFor();
  });
});
