import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Workbench, openWorkbench } from "../served/workbench.mjs";
import {
  answerFileDialog,
  goToLine,
  notification,
  openByName,
  quickInput,
  reportSaying,
  root,
  shoot,
  shootFailure,
} from "./support";

/** A program that computes the layer of colours.conv.json in NumPy's own way: sums over windows. */
const python = `import numpy as np
rng = np.random.RandomState(5)
x = rng.randn(32, 32, 1, 3).astype("float32").transpose(2, 3, 0, 1)
weight = rng.randn(16, 3, 3, 3).astype(">f4")
bias = rng.randn(16).astype("float32")
padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (2, 3))
out = np.einsum("ncyxij,fcij->nfyx", windows, weight) + bias[:, None, None]
breakpoint()
print(weight.sum())
`;
const javascript = `const row = Float32Array.from({ length: 3 * 8 * 8 }, (_, i) => i / 100);
const filters = { data: new Float32Array(4 * 3 * 3 * 3).fill(1), shape: [4, 3, 3, 3] };
debugger;
console.log(row.length, filters.shape);
`;
const configurations = [
  { name: "The Python Program", type: "debugpy", request: "launch", program: "${workspaceFolder}/train.py" },
  { name: "The JavaScript Program", type: "node", request: "launch", program: "${workspaceFolder}/filters.js" },
];

describe("Conv: Open Tensor", () => {
  let vscode: Workbench;
  before(async () => {
    vscode = await openWorkbench({
      open: "colours.conv.json",
      run: true,
      size: { width: 1600, height: 1000 },
      others: [join(root, "test/vscode/debugpy")],
    });
    mkdirSync(join(vscode.workspace, ".vscode"));
    writeFileSync(join(vscode.workspace, ".vscode/launch.json"), JSON.stringify({ version: "0.2.0", configurations }));
    writeFileSync(join(vscode.workspace, "train.py"), python);
    writeFileSync(join(vscode.workspace, "filters.js"), javascript);
    await (await vscode.panel()).locator("label.step input").waitFor();
  });
  afterEach(function () {
    return shootFailure(this, vscode);
  });
  after(() => vscode.close());

  const tab = (title: string) => vscode.page.locator(".tab", { hasText: title });
  const asked = (text: string) => vscode.page.locator(".quick-input-title", { hasText: text }).waitFor();
  /** Starts a program and waits until it stands still. */
  const pauseIn = async (configuration: string) => {
    await vscode.command("Debug: Select and Start Debugging");
    await quickInput(vscode.page).rows.filter({ hasText: configuration }).first().click();
    await vscode.page.locator(".monaco-editor .debug-top-stack-frame-line").first().waitFor({ timeout: 60_000 });
  };
  const stop = async () => {
    await vscode.command("Debug: Stop");
    await vscode.page.locator(".debug-toolbar").waitFor({ state: "hidden" });
  };
  /** From a context menu that is open. */
  const openTensor = async () => {
    const item = vscode.page.locator(".monaco-menu .action-item", { hasText: "Open Tensor" }).first();
    await item.waitFor();
    await item.hover();
    await vscode.page.keyboard.press("Enter");
  };
  /** From the palette, which asks for the expression. */
  const openByPalette = async (expression: string) => {
    await vscode.command("Conv: Open Tensor");
    await asked("Conv: Open Tensor");
    await vscode.page.locator(".quick-input-message", { hasText: "An expression" }).waitFor();
    await quickInput(vscode.page).box.fill(expression);
    await vscode.page.keyboard.press("Enter");
  };
  const takeAs = async (role: string, says: string) => {
    const row = quickInput(vscode.page).rows.filter({ hasText: role }).filter({ hasText: says }).first();
    await row.waitFor();
    await shoot(vscode, `open-tensor-${role.replace(/\W+/g, "-")}`);
    await row.click();
    await row.waitFor({ state: "hidden" });
  };

  it("says so when no program is paused", async () => {
    await vscode.command("Conv: Open Tensor");
    await notification(vscode.page).filter({ hasText: "no program is being debugged" }).waitFor();
    await vscode.command("Notifications: Clear All Notifications");
  });

  it("takes tensors of a paused Python program as input, weight and bias of the layer that has run", async () => {
    await openByName(vscode, "train.py");
    await pauseIn("The Python Program");
    await vscode.command("Run and Debug: Focus on Variables View");
    const variable = vscode.page.locator(".debug-variables .monaco-list-row, .debug-view-content .monaco-list-row");
    await variable.filter({ hasText: /^Locals/ }).click();
    await variable.filter({ hasText: /^x\b/ }).first().click({ button: "right" });
    await openTensor();
    await takeAs("Input x", "x 1×3×32×32 → out 1×16×32×32");
    // In the editor, by what the cursor stands in.
    await vscode.page.locator(".editor-instance .monaco-editor").first().click();
    await goToLine(vscode, "4:3");
    await vscode.page.keyboard.press("Shift+F10");
    await openTensor();
    await takeAs("Weight W", "x 1×3×32×32 → out 1×16×32×32");
    await openByPalette("bias");
    await takeAs("Bias b", "out 1×16×32×32");
  });

  it("compares with the program's own result, which is the same", async () => {
    await openByPalette("out");
    await takeAs("Expected out", "as 1×16×32×32");
    const panel = await vscode.panel();
    await panel.getByText("out is as expected").first().waitFor();
    await shoot(vscode, "open-tensor-expected");
  });

  it("holds the program's own im2col against this one", async () => {
    await openByPalette("windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, 27)");
    await takeAs("Step in between", "");
    // dcol has the same shape.
    await takeAs("col", "1024×27 · the windows of x");
    await vscode.page.locator(".tab", { hasText: "Explain: " }).waitFor();
    const report = await reportSaying(vscode, "No stage differs");
    await report.locator(".stage.good", { hasText: "col" }).waitFor();
  });

  it("says in one line what is no tensor", async () => {
    await openByPalette("rng");
    await notification(vscode.page).filter({ hasText: "rng is not a tensor of numbers" }).waitFor();
    await vscode.command("Notifications: Clear All Notifications");
    await stop();
  });

  it("takes tensors of a paused JavaScript program, in a shape that is given, as a new layer", async () => {
    await pauseIn("The JavaScript Program");
    await openByPalette("row");
    await quickInput(vscode.page).rows.filter({ hasText: "Take as another shape" }).click();
    await quickInput(vscode.page).message.filter({ hasText: "Shape of row" }).waitFor();
    await quickInput(vscode.page).box.fill("3 8 8");
    await quickInput(vscode.page).message.filter({ hasText: "float32 3×8×8, 768 bytes" }).waitFor();
    await vscode.page.keyboard.press("Enter");
    await takeAs("Input of a new layer", "");
    await asked("(1/5)");
    await quickInput(vscode.page).rows.filter({ hasText: "Random" }).click();
    await quickInput(vscode.page).message.filter({ hasText: "Number of filters" }).waitFor();
    await vscode.page.keyboard.press("Enter");
    for (const question of ["(2/5)", "(3/5)", "(4/5)", "(5/5)"]) {
      await asked(question);
      await vscode.page.keyboard.press("Enter");
    }
    await tab("row.npy · 16 random 3×3").waitFor();
    await openByPalette("filters");
    await takeAs("Weight W", "x 1×3×8×8 → out 1×4×8×8");
    await tab("row.npy · filters.npy").waitFor();
    await shoot(vscode, "open-tensor-javascript");
    await stop();
  });

  it("saves that layer with its tensors beside it", async () => {
    await vscode.command("Conv: Save as Layer File");
    await answerFileDialog(vscode.page, "Save as Layer File", join(vscode.workspace, "own.conv.json"));
    await tab("own.conv.json").waitFor();
    const saved = JSON.parse(readFileSync(join(vscode.workspace, "own.conv.json"), "utf8")) as Record<string, unknown>;
    assert.deepEqual([saved.input, saved.weight], ["row.npy", "filters.npy"]);
    // A .npy file: its header is 128 bytes long.
    assert.equal(readFileSync(join(vscode.workspace, "row.npy")).length, 128 + 4 * 3 * 8 * 8);
    assert.equal(readFileSync(join(vscode.workspace, "filters.npy")).length, 128 + 4 * 4 * 3 * 3 * 3);
  });
});
