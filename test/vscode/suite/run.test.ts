import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Present } from "../../../src/editor/runner";
import { api, closeAll, openSample, openText, presentOf, replaceAll, until, workspaceUri } from "./support";

/** Enter, again and again, until a run other than `before` is there. */
async function acceptUntilRun(before: Present | undefined): Promise<Present> {
  const { runner } = await api();
  return until("a run", async () => {
    await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
    await new Promise((later) => setTimeout(later, 100));
    return runner.present !== before && runner.present;
  });
}

async function selectIn(name: string, from: string, to: string): Promise<void> {
  const editor = await vscode.window.showTextDocument(workspaceUri(name));
  const text = editor.document.getText();
  const start = text.indexOf(from);
  const end = text.indexOf(to, start) + to.length;
  assert.ok(start >= 0 && end > start);
  editor.selection = new vscode.Selection(editor.document.positionAt(start), editor.document.positionAt(end));
}

describe("Conv: Run Layer", () => {
  afterEach(closeAll);

  it("runs the layer file in front, as it stands, saved or not", async () => {
    const text = '{ "input": [[1, 2], [3, 4]], "weight": [[1]] }';
    const editor = await openText("front.conv.json", text);
    await vscode.commands.executeCommand("conv.runLayer");
    assert.deepEqual([...(await presentOf("front")).run.tensors.out.data], [1, 2, 3, 4]);
    await replaceAll(editor, text.replace("[[1]]", "[[10]]"));
    await vscode.commands.executeCommand("conv.runLayer");
    assert.deepEqual([...(await presentOf("front")).run.tensors.out.data], [10, 20, 30, 40]);
  });

  it("runs the file that it is given", async () => {
    await vscode.commands.executeCommand("conv.runLayer", workspaceUri("depthwise.conv.json"));
    await presentOf("depthwise");
  });

  for (const [name, from, to, values] of [
    ["filters.py", "sobel_x", "dtype=np.float32)", [-1, 0, 1, -2, 0, 2, -1, 0, 1]],
    ["filters.py", "laplacian", "])", [0, 1, 0, 1, -4, 1, 0, 1, 0]],
    ["filters.cpp", "static const float kScharrX", "};", [-3, 0, 3, -10, 0, 10, -3, 0, 3]],
  ] as const)
    it(`takes the filter from a selection in ${name}: ${from}`, async () => {
      const { runner } = await api();
      const before = runner.present;
      await selectIn(name, from, to);
      const command = vscode.commands.executeCommand("conv.runLayer");
      const { run } = await acceptUntilRun(before);
      await command;
      const { x, W } = run.tensors;
      // The first input offered is random, of three channels: each is filtered on its own.
      assert.deepEqual(x.shape, [1, 3, 32, 32]);
      assert.deepEqual(W.shape, [3, 1, 3, 3]);
      assert.deepEqual([...W.data], [...values, ...values, ...values]);
    });

  it("puts a layer together by questions, with Enter alone", async () => {
    const { runner } = await api();
    const before = runner.present;
    const command = vscode.commands.executeCommand("conv.runLayer");
    const { run, title, text } = await acceptUntilRun(before);
    await command;
    assert.equal(title, "random 1×3×32×32 · Sobel");
    assert.deepEqual(run.tensors.out.shape, [1, 6, 32, 32]);
    assert.deepEqual(run.geometry.groups, 3);
    assert.ok(text?.includes('"padding": "same"'));
  });

  it("takes a tensor of the explorer as input, and one as weight", async () => {
    const { runner } = await api();
    for (const [command, file] of [
      ["conv.useAsInput", "rings.npy"],
      ["conv.useAsInput", "photo.png"],
      ["conv.useAsWeight", "bank.npz"],
    ] as const) {
      const before = runner.present;
      const running = vscode.commands.executeCommand(command, workspaceUri(file));
      const { title } = await acceptUntilRun(before);
      await running;
      assert.ok(title.includes(file), title);
    }
  });

  it("runs again when its file is saved, and stays where it was", async () => {
    const editor = await openText("again.conv.json", '{ "input": [[1, 2], [3, 4]], "weight": [[1]] }');
    await vscode.commands.executeCommand("conv.runLayer");
    const before = await presentOf("again");
    before.session.seek(5);
    await replaceAll(editor, '{ "input": [[1, 2], [3, 4]], "weight": [[2]] }');
    await until("it is saved", async () => (await editor.document.save()) || !editor.document.isDirty);
    const { runner } = await api();
    const after = await until("another run", () => runner.present !== before && runner.present);
    assert.deepEqual([...after.run.tensors.out.data], [2, 4, 6, 8]);
    assert.equal(after.session.step, 5);
  });

  it("says that it is stale when a tensor of it changes on disk", async () => {
    const { runner } = await api();
    await vscode.workspace.fs.copy(workspaceUri("rings.npy"), workspaceUri("mine.npy"), { overwrite: true });
    await openText("mine.conv.json", '{ "input": "mine.npy", "weight": [[1]] }');
    await vscode.commands.executeCommand("conv.runLayer");
    await presentOf("mine");
    let reason: string | undefined;
    const listening = runner.onDidChangeActivity((activity) => {
      if (activity?.kind === "stale") reason = activity.reason;
    });
    await new Promise((later) => setTimeout(later, 500)); // until the watcher watches
    const bytes = await vscode.workspace.fs.readFile(workspaceUri("mine.npy"));
    await vscode.workspace.fs.writeFile(workspaceUri("mine.npy"), bytes);
    assert.equal(await until("stale", () => reason), "mine.npy has changed.");
    listening.dispose();
  });

  it("keeps the run before when a layer cannot run, and leads to the place", async () => {
    const before = await openSample("edges.conv.json");
    await openText("broken.conv.json", '{ "input": "nowhere.npy",\n  "weight": [[1]] }');
    // The message waits for an answer; the command does not.
    await vscode.commands.executeCommand("conv.runLayer");
    assert.equal((await api()).runner.present, before);
  });

  it("is cancelled by another run, which wins", async () => {
    const { runner } = await api();
    const large = '{ "input": {"random": [4, 64, 96, 96]}, "weight": {"random": [64, 64, 3, 3]}, "padding": 1 }';
    await openText("large.conv.json", large);
    const first = vscode.commands.executeCommand("conv.runLayer");
    await until("running", () => runner.running);
    await vscode.commands.executeCommand("conv.runLayer", workspaceUri("edges.conv.json"));
    await presentOf("edges");
    await first;
    await presentOf("edges");
    assert.equal(runner.running, false);
  });

  it("is cancelled by its command", async () => {
    const { runner } = await api();
    const before = runner.present;
    await openText("large.conv.json", '{ "input": {"random": [4, 64, 96, 96]}, "weight": {"random": [64, 64, 3, 3]} }');
    const running = vscode.commands.executeCommand("conv.runLayer");
    await until("running", () => runner.running);
    await vscode.commands.executeCommand("conv.cancel");
    await running;
    assert.equal(runner.running, false);
    assert.equal(runner.present, before);
  });
});
