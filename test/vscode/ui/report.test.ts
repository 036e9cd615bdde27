import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { type Workbench, openWorkbench } from "../served/workbench.mjs";
import { openByName, reportSaying, root, shoot, shootFailure, stepIs } from "./support";

/** A kernel that shifts by one to the left; what comes in at the right was taken from the other side. */
const layer = `{
  "input": [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
  "weight": [[0, 0, 0], [0, 0, 1], [0, 0, 0]],
  "padding": 1,
  "expected": { "out": [[[[2, 3, 1], [5, 6, 4], [8, 9, 7]]]] }
}
`;

/** Somebody's im2col with its columns in the order (ky, kx, c), and what came of it; see the script beside the files. */
const staged = `{
  "input": "layers.npz#bare.x",
  "weight": "layers.npz#bare.W",
  "bias": "layers.npz#bare.b",
  "expected": { "col": "stages.npz#bare.col.col-nyx-klc", "out": "stages.npz#bare.out.weight-read-as-OHWI" }
}
`;

/** A col that was made with another padding mode. */
const reflected = `{
  "input": "layers.npz#plain.x",
  "weight": "layers.npz#plain.W",
  "padding": 1,
  "expected": { "col": "stages.npz#plain.col.padding-mode-reflect" }
}
`;

describe("a mismatch and gradients, explained in VS Code", () => {
  let vscode: Workbench;
  before(async () => {
    vscode = await openWorkbench({ size: { width: 1600, height: 1000 } });
    writeFileSync(join(vscode.workspace, "shift.conv.json"), layer);
    writeFileSync(join(vscode.workspace, "stages.conv.json"), staged);
    writeFileSync(join(vscode.workspace, "reflected.conv.json"), reflected);
    for (const file of ["layers.npz", "stages.npz"])
      copyFileSync(join(root, "test/fixtures/causes", file), join(vscode.workspace, file));
    await openByName(vscode, "shift.conv.json");
  });
  afterEach(function () {
    return shootFailure(this, vscode);
  });
  after(() => vscode.close());

  const lens = (text: string): Locator => vscode.page.locator(".codelens-decoration a", { hasText: text });
  const editor = () => vscode.page.locator(".editor-instance .view-lines");
  const said = (text: string) => reportSaying(vscode, text);

  it("names the cause beside the text, and leaves the focus where it was", async () => {
    await lens("Explain").click();
    const report = await said("The expected out was made with padding mode circular instead of zeros");
    await report.locator(".answer conv-heatmap canvas").nth(1).waitFor();
    await report
      .locator(".fixes code", { hasText: 'np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)), "constant")' })
      .waitFor();
    await shoot(vscode, "report");
  });

  it("goes to the worst element in the panel", async () => {
    const report = await said("The expected out was made with");
    await report.locator(".result .link", { hasText: "out[n 0, f 0, oy 2, ox 2]" }).click();
    await vscode.page.locator(".tab", { hasText: "Conv: shift" }).waitFor();
    const panel = await vscode.panel();
    await panel.locator("label.step input").waitFor();
    await stepIs(vscode, 81 + 80); // 9 rows of 9 taps in im2col, then the last tap of the last cell
    await shoot(vscode, "report-element");
  });

  it("applies the setting to the layer file, as one step of undo, and asks again", async () => {
    await vscode.page.locator(".tab", { hasText: "Explain: shift" }).click(); // the panel came to lie over it
    const report = await said("The expected out was made with");
    await report.locator("vscode-button", { hasText: "Apply to the layer file" }).click();
    await said("out is exactly as expected");
    await editor().getByText('"paddingMode": "circular"').waitFor();
    await shoot(vscode, "report-applied");
    await editor().click();
    await vscode.page.keyboard.press("Control+Z");
    await editor().getByText('"paddingMode"').waitFor({ state: "detached" });
    await vscode.command("File: Save");
  });

  it("names the first stage that differs, and goes to its worst element", async () => {
    await openByName(vscode, "stages.conv.json");
    await lens("Explain").click();
    const report = await said("col is the first stage that differs");
    await report.locator(".stage.first", { hasText: "col" }).waitFor();
    await report.locator(".answer", { hasText: "col laid out as (n, oy, ox) × (ky, kx, c)" }).first().waitFor();
    await report.locator("section[aria-label='Cause of col'] conv-heatmap canvas").nth(1).waitFor();
    await shoot(vscode, "report-stages");
    await report.locator(".result[aria-label=col] .link").click();
    await vscode.page.locator(".tab", { hasText: "Conv: stages" }).waitFor();
    const panel = await vscode.panel();
    await panel.locator("label.step input").waitFor();
    await stepIs(vscode, 5 * 16 + 6); // a step of im2col for each of the 16 taps of each row
    await vscode.page.locator(".tab", { hasText: "shift.conv.json" }).first().click();
  });

  it("applies the setting that a step was made with", async () => {
    await openByName(vscode, "reflected.conv.json");
    await lens("Explain").click();
    const report = await said("col is the first stage that differs");
    await report.locator(".adopt", { hasText: '"paddingMode": "reflect"' }).waitFor();
    await shoot(vscode, "report-step");
    await report.locator("vscode-button", { hasText: "Apply to the layer file" }).click();
    await said("No stage differs");
    await editor().getByText('"paddingMode": "reflect"').waitFor();
    await vscode.command("File: Save");
    await vscode.page.locator(".tab", { hasText: "shift.conv.json" }).first().click();
  });

  it("checks gradients from the layer file", async () => {
    await lens("Check gradients").click();
    const report = await said("dx, dW and db are right");
    assert.equal(await report.locator(".result").count(), 3);
  });

  it("comes back after a reload", async () => {
    await vscode.command("Developer: Reload Window");
    await vscode.page.locator(".tab", { hasText: "Gradients: shift" }).waitFor({ timeout: 60_000 });
    await said("dx, dW and db are right");
  });
});
