import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Workbench, openWorkbench } from "../served/workbench.mjs";
import { notification, quickInput, root } from "./support";

describe("a workspace that is not trusted", () => {
  let folder: string;
  let vscode: Workbench;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "conv-trust-"));
    mkdirSync(join(folder, "mine"));
    const rings = join(root, "samples/rings.npy");
    cpSync(rings, join(folder, "mine/rings.npy"));
    writeFileSync(join(folder, "mine/inside.conv.json"), '{ "input": "rings.npy", "weight": [[1]] }');
    const outside = JSON.stringify({ input: rings, weight: [[1]] });
    writeFileSync(join(folder, "mine/outside.conv.json"), outside);
    vscode = await openWorkbench({ folder: join(folder, "mine"), trusted: false });
  });
  after(async () => {
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (name: string) => {
    const { page } = vscode;
    await page.keyboard.press("Control+P");
    await quickInput(page).box.fill(name);
    await quickInput(page).rows.filter({ hasText: name }).first().waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".tab.active", { hasText: name }).waitFor();
  };

  it("is shown as such", async () => {
    await vscode.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor();
  });

  it("runs layers whose files lie in its folder", async () => {
    await open("inside.conv.json");
    await vscode.command("Conv: Run Layer");
    await (await vscode.panel()).locator("canvas").first().waitFor();
  });

  it("reads nothing outside of it", async () => {
    await open("outside.conv.json");
    await vscode.command("Conv: Run Layer");
    await notification(vscode.page)
      .getByText(/the path leaves the folder/)
      .waitFor();
  });
});
