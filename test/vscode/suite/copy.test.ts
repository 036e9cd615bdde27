import assert from "node:assert/strict";
import * as vscode from "vscode";
import { api, closeAll, openSample, openText, until } from "./support";

/** Answers the pick of libraries with the one that has this name, and waits for its code on the clipboard. */
async function copied(label: string): Promise<string> {
  const { clipboard } = vscode.env;
  await clipboard.writeText("");
  const command = vscode.commands.executeCommand("conv.copyAs");
  const labels = ["NumPy", "PyTorch", "TensorFlow", "ONNX"];
  let moved = 0;
  const code = await until("the code", async () => {
    if (moved < labels.indexOf(label)) {
      await vscode.commands.executeCommand("workbench.action.quickOpenSelectNext");
      moved++;
      return false;
    }
    await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
    return (await clipboard.readText()) || false;
  });
  await command;
  return code;
}

describe("Conv: Copy As", () => {
  before(api);
  afterEach(closeAll);

  it("copies the layer file in front as it stands, without running it", async () => {
    const before = (await api()).runner.present;
    await openText("copied.conv.json", '{ "input": [[1, 2.5], [3, 4]], "weight": [[0.1]], "stride": 2 }');
    const code = await copied("NumPy");
    assert.match(code, /^# copied: x 1×1×2×2, W 1×1×1×1, stride \(2, 2\)/);
    assert.match(code, /x = np\.array\(\[\[\[\[ {2}1, 2\.5\],/);
    assert.equal((await api()).runner.present, before);
  });

  it("copies what has run, with the files that it reads", async () => {
    const { layer } = await openSample("digits.conv.json");
    await closeAll();
    const code = await copied("NumPy");
    assert.match(code, /^# digits: /);
    const { file, key } = layer.sources.x!;
    assert.ok(code.includes(`x = np.load(${JSON.stringify(file)})[${JSON.stringify(key)}]`), code);
    assert.match(code, /^b = np\.array\(\[/m);
  });
});
