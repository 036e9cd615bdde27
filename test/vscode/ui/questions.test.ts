import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Workbench, openWorkbench } from "../served/workbench.mjs";
import { answerFileDialog, notification, openByName, quickInput, shoot, shootFailure } from "./support";

describe("Conv: Run Layer by the keyboard", () => {
  let vscode: Workbench;
  before(async () => {
    vscode = await openWorkbench();
  });
  afterEach(function () {
    return shootFailure(this, vscode);
  });
  after(() => vscode.close());

  it("opens nothing by itself", async () => {
    assert.equal(await vscode.page.locator(".tabs-container .tab").count(), 0);
    assert.equal(await notification(vscode.page).count(), 0);
  });

  it("asks six questions, shows the output's shape while one types, goes back, and runs", async () => {
    const { page } = vscode;
    const { box, message, title, rows } = quickInput(page);
    const asked = async (text: string) => {
      await page.locator(".quick-input-title", { hasText: text }).waitFor();
    };
    const says = async (text: string) => message.filter({ hasText: text }).waitFor();

    await vscode.command("Conv: Run Layer");
    await asked("(1/6)");
    await box.fill("photo");
    await rows.filter({ hasText: "photo.png" }).waitFor();
    await page.keyboard.press("Enter");
    await asked("(2/6)");
    await box.fill("Sobel");
    await rows.filter({ hasText: "Sobel" }).waitFor();
    await page.keyboard.press("Enter");
    await asked("(3/6)");
    await says("x 1×1×120×160 → out 1×2×120×160");
    await box.fill("2");
    await says("out 1×2×60×80");
    await box.fill("none");
    await says("stride cannot be this");
    await page.keyboard.press("Enter");
    await asked("(3/6)"); // what is wrong is not taken
    await box.fill("2, 1");
    await says("out 1×2×60×160");
    await shoot(vscode, "question-stride");
    await page.keyboard.press("Enter");
    await asked("(4/6)");
    await page.locator(".quick-input-titlebar .codicon-quick-input-back").click();
    await asked("(3/6)");
    assert.equal(await box.inputValue(), "2, 1"); // the answer is still there
    await page.keyboard.press("Enter");
    await asked("(4/6)");
    await box.fill("valid");
    await says("out 1×2×59×158");
    await page.keyboard.press("Enter");
    await asked("(5/6)");
    await box.fill("60");
    await says("the kernel is larger than the padded input");
    await box.fill("1");
    await page.keyboard.press("Enter");
    await asked("(6/6)");
    assert.match((await title.innerText()).trim(), /^Conv: Run Layer/);
    await page.keyboard.press("Enter");
    await vscode.command("Conv: Show Log");
    await page
      .locator(".view-line", { hasText: /photo\.png.*Sobel/ })
      .first()
      .waitFor();
  });

  it("saves that layer as a file, whose paths still lead to the same places", async () => {
    const { page } = vscode;
    await vscode.command("Conv: Save as Layer File");
    mkdirSync(join(vscode.workspace, "deep"));
    await answerFileDialog(page, "Save as Layer File", join(vscode.workspace, "deep", "own.conv.json"));
    await page.locator(".tab", { hasText: "own.conv.json" }).waitFor();
    const saved = JSON.parse(readFileSync(join(vscode.workspace, "deep", "own.conv.json"), "utf8")) as Record<
      string,
      unknown
    >;
    assert.deepEqual(saved.input, { image: "../photo.png", channels: "gray" });
    assert.deepEqual(saved.stride, [2, 1]);
    assert.equal(saved.padding, "valid");
  });

  it("exports the tensors, which are read again", async () => {
    const { page } = vscode;
    const path = join(vscode.workspace, "result.npz");
    await vscode.command("Conv: Export All Tensors as .npz");
    await answerFileDialog(page, "Export", path);
    await page.locator(".statusbar-item", { hasText: "result.npz written" }).waitFor();
    assert.equal(readFileSync(path).subarray(0, 2).toString(), "PK");
  });

  it("leaves nothing behind when one gives up", async () => {
    const { page } = vscode;
    await vscode.command("View: Close All Editors"); // a layer file in front would run
    await vscode.command("Conv: Run Layer");
    await page.locator(".quick-input-title", { hasText: "(1/6)" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".quick-input-widget:visible").waitFor({ state: "detached" });
    assert.equal(await notification(page).count(), 0);
  });

  it("says in one line what is wrong with a layer, and leads to its place", async () => {
    const { page } = vscode;
    writeFileSync(join(vscode.workspace, "bad.conv.json"), '{\n  "input": "nowhere.npy",\n  "weight": [[1]]\n}\n');
    await openByName(vscode, "bad.conv.json");
    await vscode.command("Conv: Run Layer");
    const toast = notification(page);
    await toast.waitFor();
    assert.match(
      await toast.innerText(),
      /^nowhere\.npy: there is no such file \(named in bad\.conv\.json, 2:12, input\)\.$/m,
    );
    await shoot(vscode, "error");
    await toast.getByText("Open File").click();
    await page.locator(".statusbar-item", { hasText: "Ln 2, Col 12" }).waitFor();
  });
});
