import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Workbench, openWorkbench } from "../served/workbench.mjs";
import { answerFileDialog, openByName, shoot, shootFailure } from "./support";

// x 1…9 under [[1, 2], [3, 5]]; what is expected was made by hand with the kernel flipped: 5·a + 3·b + 2·c + 1·d.
const layer = `{
  "input": [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
  "weight": [[1, 2], [3, 5]],
  "expected": { "out": [[24, 35], [57, 68]] }
}
`;

describe("Conv: Export a Minimal Failing Case", () => {
  let vscode: Workbench;
  before(async () => {
    vscode = await openWorkbench();
  });
  afterEach(function () {
    return shootFailure(this, vscode);
  });
  after(() => vscode.close());

  it("makes a folder beside the layer, and opens its test", async () => {
    const { page, workspace } = vscode;
    writeFileSync(join(workspace, "wrong.conv.json"), layer);
    await openByName(vscode, "wrong.conv.json");
    await vscode.command("Conv: Export a Minimal Failing Case…");
    await answerFileDialog(page, "wrong-case", `${workspace}/`);
    await page.locator(".tab.active", { hasText: "test_case.py" }).waitFor();
    await shoot(vscode, "failing-case");
    const folder = join(workspace, "wrong-case");
    for (const name of ["README.md", "wrong.conv.json", "x.npy", "W.npy", "expected-out.npy", "test_case_torch.py"])
      assert.ok(existsSync(join(folder, name)), name);
    assert.match(readFileSync(join(folder, "README.md"), "utf8"), /^Cause: the kernel flipped on both axes/m);
  });
});
