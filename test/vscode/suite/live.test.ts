import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Activity, Present } from "../../../src/editor/runner";
import { api, closeAll, openText, replaceAll, until } from "./support";

/** Replaces the only place at which the document says so. */
async function replace(editor: vscode.TextEditor, from: string, to: string): Promise<void> {
  const { document } = editor;
  const start = document.getText().indexOf(from);
  const range = new vscode.Range(document.positionAt(start), document.positionAt(start + from.length));
  assert.ok(await editor.edit((edit) => edit.replace(range, to)));
}

/** The first nine weights of the run that is shown, once they are these. */
async function weightsBecome(...wanted: number[]): Promise<Present> {
  const { runner } = await api();
  return until(`weights ${wanted.join(" ")}`, () => {
    const { present } = runner;
    return present !== undefined && String([...present.run.tensors.W.data]) === String(wanted) && present;
  });
}

async function stale(act: () => Promise<unknown>): Promise<string> {
  const { runner } = await api();
  const said: Activity[] = [];
  const listening = runner.onDidChangeActivity((activity) => activity && said.push(activity));
  try {
    await act();
    return await until("a word", () => said.flatMap((one) => (one.kind === "stale" ? [one.reason] : [])).at(0));
  } finally {
    listening.dispose();
  }
}

describe("live", () => {
  before(api);
  afterEach(closeAll);

  it("a filter in a source file runs again as it is typed, at the same step, wherever it is moved", async () => {
    const editor = await openText("live.py", "import numpy as np\n\nk = np.array([[1, 2], [3, 4]]) / 2\n");
    const offset = editor.document.getText().indexOf("[[");
    await vscode.commands.executeCommand("conv.debugFilter", editor.document.uri, offset);
    const { session, run } = await weightsBecome(0.5, 1, 1.5, 2);
    const { start, count } = session.trace.steps.spans.gemm;
    assert.equal(session.step, start + count - 1); // where out is complete
    session.seek(1234);
    await replace(editor, "[3, 4]", "[3, 40]");
    const after = await weightsBecome(0.5, 1, 1.5, 20);
    assert.equal(after.session, session);
    assert.equal(after.before, run); // what the change of out is the change from
    assert.equal(session.step, 1234);
    await replace(editor, "import", "# [[9, 9], [9, 9]]\nother = [[9, 9], [9, 9]]\nimport");
    await replace(editor, "/ 2", "/ 4");
    await weightsBecome(0.25, 0.5, 0.75, 10);
    assert.equal(session.step, 1234);
  });

  it("a filter that is not complete keeps the run before, and says so; complete again, it runs", async () => {
    const editor = await openText("half.c", "int k[2][2] = {{1, 2}, {3, 4}};\n");
    await vscode.commands.executeCommand("conv.debugFilter", editor.document.uri, 14);
    await weightsBecome(1, 2, 3, 4);
    assert.match(await stale(() => replace(editor, "3, 4", "3, ")), /not complete/);
    await weightsBecome(1, 2, 3, 4);
    await replace(editor, "3, ", "3, 5");
    await weightsBecome(1, 2, 3, 5);
  });

  it("the numbers of a layer file run again as they are typed, and what is half written keeps the run before", async () => {
    const editor = await openText("live.conv.json", '{ "input": [[1, 2], [3, 4]], "weight": [[1]] }');
    await vscode.commands.executeCommand("conv.runLayer");
    const { session } = await weightsBecome(1);
    session.seek(3);
    await replace(editor, "[[1]]", "[[7]]");
    await weightsBecome(7);
    assert.equal(session.step, 3);
    assert.match(await stale(() => replace(editor, "[[7]]", "[[7")), /not complete/);
    await weightsBecome(7);
    await replaceAll(editor, '{ "input": [[1, 2], [3, 4]], "weight": [[8]] }');
    const { session: last } = await weightsBecome(8);
    assert.equal(last, session);
    await editor.document.save();
  });

  it("what is typed while another run is under way is run after it", async () => {
    const layer = (stride: number) =>
      `{ "input": {"random": [1,8,96,96], "seed": 1}, "weight": {"random": [32,8,5,5], "seed": 2}, "stride": ${stride} }`;
    const editor = await openText("busy.conv.json", layer(1));
    const { runner } = await api();
    const running = vscode.commands.executeCommand("conv.runLayer");
    await until("a run", () => runner.running);
    await replaceAll(editor, layer(2));
    await running;
    await until("the stride that was typed", () => runner.present?.run.geometry.y.stride === 2);
    await editor.document.save();
  });

  it("with the panel closed nothing runs by itself, and a hover says that its numbers are older than the text", async () => {
    const editor = await openText("older.conv.json", '{ "input": [[1, 2], [3, 4]], "weight": [[5]] }');
    await vscode.commands.executeCommand("conv.runLayer");
    const present = await weightsBecome(5);
    const panels = await until("the panel", () => {
      const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
      const found = tabs.filter(({ input }) => input instanceof vscode.TabInputWebview);
      return found.length > 0 && found;
    });
    await vscode.window.tabGroups.close(panels);
    await replace(editor, "[[5]]", "[[6]]");
    const at = editor.document.positionAt(editor.document.getText().indexOf("6"));
    const said = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      editor.document.uri,
      at,
    );
    const text = said.flatMap(({ contents }) => contents.map((part) => (part as vscode.MarkdownString).value)).join();
    assert.match(text, /W\[0, 0, 0, 0\]\*\* = 6[^]*dW\[0, 0, 0, 0\] = 10,[^]*before the text was changed/);
    assert.equal((await api()).runner.present, present);
    await editor.document.save();
  });
});
