import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { type Workbench, openWorkbench } from "../served/workbench.mjs";
import { openByName, stepIs as panelStepIs, shoot, shootFailure, stepField } from "./support";

// The pinned layer of the step numbers: x 1×3×32×32, W 16×3×3×3, padding 1.
const LAST = 1_398_783;

describe("the panel in VS Code", () => {
  let vscode: Workbench;
  before(async () => {
    vscode = await openWorkbench({ open: "colours.conv.json", size: { width: 1600, height: 1000 } });
    await vscode.page.locator(".tab.active", { hasText: "colours.conv.json" }).waitFor();
  });
  afterEach(function () {
    return shootFailure(this, vscode);
  });
  after(() => vscode.close());

  const field = () => stepField(vscode);
  const stepIs = (wanted: number) => panelStepIs(vscode, wanted);
  const press = async (key: string) => {
    const panel: Frame = await vscode.panel();
    await panel.locator("body").press(key);
  };

  it("is not there until a layer runs", async () => {
    assert.equal(await vscode.page.locator("iframe.webview").count(), 0);
  });

  it("opens beside the editor, at the end of the run, and leaves the focus where it was", async () => {
    await vscode.command("Conv: Run Layer");
    await stepIs(LAST);
    const tabs = await vscode.page.locator(".tab").allInnerTexts();
    assert.deepEqual(
      tabs.map((text) => text.replace(/\s*\n\s*/g, "")),
      ["colours.conv.json", "Conv: colours"],
    );
    assert.equal(await vscode.page.locator("iframe:focus").count(), 0);
  });

  it("goes to a step that is typed, and steps by the keys of a debugger both ways", async () => {
    const input = await field();
    await input.fill("187123");
    await input.press("Enter");
    await stepIs(187_123);
    await press("F10");
    await stepIs(187_124);
    await press("Shift+F10");
    await stepIs(187_123);
    await press("Shift+F11"); // out of the taps: the cell is done
    await stepIs(187_136);
    await press("Home");
    await stepIs(0);
    await press("End");
    await stepIs(LAST);
  });

  it("follows the commands, and the shapes follow the panel", async () => {
    await vscode.command("Debug: Focus on Conv Shapes");
    const view = vscode.page.locator(".pane", { hasText: "Conv Shapes" });
    await view.getByText(`col2im · step ${LAST} of ${LAST}`).waitFor();
    await vscode.command("Conv: Go to the Start");
    await stepIs(0);
    await view.getByText(`im2col · step 0 of ${LAST}`).waitFor();
    await view.locator(".monaco-list-row", { hasText: "out" }).first().getByText("not yet written").waitFor();
    await vscode.command("Conv: Next Stage");
    await stepIs(27_648);
    await shoot(vscode, "shapes");
  });

  it("shows a tensor that is clicked in the shapes", async () => {
    const view = vscode.page.locator(".pane", { hasText: "Conv Shapes" });
    await vscode.page.locator(".pane-header", { hasText: /^Run$/ }).click(); // makes room below
    await view.locator(".monaco-list-row", { hasText: "dW" }).first().click();
    const panel = await vscode.panel();
    await panel
      .getByText(/^dW\b.*16×3×3×3/i)
      .first()
      .waitFor();
    await shoot(vscode, "tensor");
  });

  it("offers what was assumed otherwise: one click writes it into the layer file and runs it again", async () => {
    const { page } = vscode;
    const text =
      '{\n  // either way round\n  "input": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]],\n  "weight": [[[[1]], [[10]]]]\n}\n';
    writeFileSync(join(vscode.workspace, "assumed.conv.json"), text);
    await page.locator(".tab", { hasText: "colours.conv.json" }).click(); // beside the panel, not over it
    await openByName(vscode, "assumed.conv.json");
    await vscode.command("Conv: Run Layer");
    const assumed = (await vscode.panel()).getByRole("list", { name: "Assumed" });
    await assumed.getByText("CHW, x is 1×2×2×2").waitFor();
    await shoot(vscode, "assumed");
    await assumed.getByRole("button", { name: "NHWC" }).click();
    await assumed.getByText("HWC, x is 1×2×2×2").waitFor();
    const editor = page.locator(".editor-instance", { hasText: "either way round" });
    const line = (text: string) => editor.locator(".view-line", { hasText: text });
    await line('"layout": { "input": "NHWC" },').waitFor();
    await line('"weight": [[[[1]], [[10]]]]').waitFor();
    await shoot(vscode, "assumed-otherwise");
    await assumed.getByRole("button", { name: "NCHW" }).waitFor();
    await editor.locator(".view-lines").click();
    await page.keyboard.press("Control+Z");
    await editor.getByText('"NHWC"').waitFor({ state: "detached" });
    await vscode.command("File: Revert File");
    await vscode.command("View: Close Editor");
    await openByName(vscode, "colours.conv.json");
    await vscode.command("Conv: Run Layer");
    await stepIs(LAST);
  });

  it("comes back where it was after the window is reloaded", async () => {
    const input = await field();
    await input.fill("187123");
    await input.press("Enter");
    await stepIs(187_123);
    await vscode.page.waitForTimeout(1000); // the page puts away where it is
    await vscode.command("Developer: Reload Window");
    await vscode.page.locator(".tab", { hasText: "Conv: colours" }).waitFor({ state: "detached" });
    await vscode.page.locator(".tab", { hasText: "Conv: colours" }).waitFor({ timeout: 60_000 });
    await stepIs(187_123);
    await shoot(vscode, "reloaded");
  });

  it("can be closed, and shown again", async () => {
    await vscode.page.locator(".tab", { hasText: "Conv: colours" }).click();
    await vscode.command("View: Close Editor");
    await vscode.page.locator(".tab", { hasText: "Conv: colours" }).waitFor({ state: "detached" });
    await vscode.command("Conv: Show Panel");
    await stepIs(187_123);
  });
});

for (const theme of ["dark", "light", "hc", "hc-light"] as const)
  describe(`the panel in the ${theme} theme`, () => {
    let vscode: Workbench;
    after(() => vscode.close());

    it("opens with a run, without an error of its own", async () => {
      vscode = await openWorkbench({ open: "digits.conv.json", run: true, theme, size: { width: 1600, height: 1000 } });
      const errors: string[] = [];
      vscode.page.on("console", (message) => {
        if (
          message.type() === "error" &&
          /dist\/webview|Content Security Policy/.test(message.location().url + message.text())
        )
          errors.push(message.text());
      });
      const panel = await vscode.panel();
      await panel.locator("canvas").first().waitFor();
      await vscode.page.waitForTimeout(1000);
      await shoot(vscode, `theme-${theme}`);
      assert.deepEqual(errors, []);
    });
  });
