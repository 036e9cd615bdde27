import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { geometryOf } from "../../../src/conv/geometry";
import { defaultSpec } from "../../../src/conv/spec";
import { listingOf } from "../../../src/trace/listing/listing";
import { Steps } from "../../../src/trace/order/steps";
import { type Workbench, openWorkbench } from "../served/workbench.mjs";
import { goToLine, stepIs as panelStepIs, shoot, shootFailure, startDebugging } from "./support";

// The sample's steps: x 1×3×32×32, W 16×3×3×3, padding 1. im2col has 1024 · 27, gemm 1024 · 16 · 27, db 16 · 1024.
const GEMM = 27_648;
const DW = 486_400;

describe("F5 on a layer file, by the keyboard", () => {
  let vscode: Workbench;
  before(async () => {
    vscode = await openWorkbench({ open: "colours.conv.json", size: { width: 1600, height: 1000 } });
    // The lens says that the extension is there. Before, F5 is a key of VS Code's own: it opens the side bar.
    await vscode.page.locator(".codelens-decoration", { hasText: "Debug" }).waitFor();
  });
  afterEach(function () {
    return shootFailure(this, vscode);
  });
  after(() => vscode.close());

  const toolbar = () => vscode.page.locator(".debug-toolbar");
  /** VS Code has no keys for going back. */
  const button = (name: string) => toolbar().locator(`[aria-label^="${name}"]`).first();
  const press = (key: string) => vscode.page.keyboard.press(key);
  const stepIs = (wanted: number) => panelStepIs(vscode, wanted);

  it("stops at the first step, with the listing in front and the panel at the same step", async () => {
    await vscode.page.locator(".editor-instance .monaco-editor").first().click();
    await startDebugging(vscode);
    await vscode.page.locator(".tab.active", { hasText: "colours.conv.json.py" }).waitFor();
    await stepIs(0);
  });

  it("steps over, in, out and back, and the panel follows", async () => {
    await press("F10"); // im2col is done
    await stepIs(GEMM - 1);
    await press("F11"); // the first cell of out
    await stepIs(GEMM + 26);
    await press("F11"); // the first product of the next one
    await stepIs(GEMM + 27);
    await button("Step Back").click();
    await stepIs(GEMM + 26);
    await shoot(vscode, "debugging");
  });

  it("stops at a breakpoint of the listing", async () => {
    await vscode.page.locator(".tab", { hasText: "colours.conv.json.py" }).click();
    await goToLine(vscode, "10"); // dW = grad_W(dout, col)
    await press("F9");
    await vscode.page.locator(".codicon-debug-breakpoint").first().waitFor();
    await press("F5");
    await stepIs(DW);
    await shoot(vscode, "breakpoint"); // media/readme/debugger.png
    await button("Reverse").click();
    await stepIs(0);
  });

  it("keeps a breakpoint on its statement when other settings change the listing's lines", async () => {
    const [x, W] = [
      [1, 3, 32, 32],
      [16, 3, 3, 3],
    ];
    const stepsWith = (padding: number) => new Steps(geometryOf(x, W, [16], { ...defaultSpec, padding }));
    await goToLine(vscode, String(listingOf(stepsWith(1)).lineOf("col2im", "tap")));
    await press("F9");
    await vscode.page
      .locator(".debug-breakpoints .monaco-list-row", { hasText: "colours.conv.json.py" })
      .nth(1)
      .waitFor();
    // Without padding nothing is outside of x, and the line's `if` is gone.
    const layer = { input: { image: "roof.png", channels: "rgb" }, weight: "bank.npz#W", bias: "bank.npz#b" };
    writeFileSync(join(vscode.workspace, "colours.conv.json"), JSON.stringify(layer));
    await vscode.page.locator(".tab", { hasText: /^colours.conv.json$/ }).click();
    await vscode.command("Revert File");
    await vscode.page.locator(".view-lines", { hasText: '"input":{"image"' }).waitFor(); // the hint of the shape stands behind the brace
    await press("Control+Shift+F5");
    await vscode.page.locator(".view-lines", { hasText: "900×27" }).first().waitFor(); // the new listing, where it has stopped
    await stepIs(0);
    const { dW, col2im } = stepsWith(0).spans;
    await press("F5");
    await stepIs(dW.start);
    // The panel hears of it before VS Code does, whose keys mean something else until then.
    await vscode.page.locator(".debug-call-stack .monaco-list-row", { hasText: "10:5" }).waitFor();
    await press("F5");
    await stepIs(col2im.start);
    await shoot(vscode, "followed-breakpoint");
    await button("Reverse").click();
    await stepIs(dW.start);
    await button("Reverse").click();
    await stepIs(0);
  });

  it("ends by Shift+F5, and the panel stays", async () => {
    await press("Shift+F5");
    await toolbar().waitFor({ state: "hidden" });
    await stepIs(0);
  });
});
