import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, openText, replaceAll, until, workspaceUri } from "./support";

const layer = (settings: string) =>
  `{\n  "input": { "random": [1, 16, 8, 8] },\n  "weight": { "random": [16, 16, 3, 3] },\n  ${settings}\n}\n`;

/** What is wrong, the text that is underlined, and a part of what is said. */
const mistakes: [string, string, string, RegExp][] = [
  ["groups", layer('"groups": 3'), "3", /groups 3 does not divide 16 filters.*Use 1, 2, 4, 8, 16/],
  [
    "kernel",
    layer('"dilation": [4, 1]'),
    "[4, 1]",
    /the kernel is larger than the padded input: height 8 \+ 0 \+ 0 = 8/,
  ],
  ["file", layer('"bias": "nowhere.npy"'), '"nowhere.npy"', /there is no such file/],
  ["key", layer('"strde": 2'), '"strde"', /strde/],
  ["value", layer('"stride": 0'), "0", /minimum|at least 1/i],
  ["ragged", layer('"bias": [[1, 2], [3]]'), "[3]", /ragged/],
];

describe("diagnostics of a layer file", () => {
  afterEach(closeAll);

  for (const [name, text, underlined, message] of mistakes)
    it(`underline ${name}, once, and go away when it is right`, async () => {
      const editor = await openText(`wrong-${name}.conv.json`, text);
      const { document } = editor;
      const found = await until("a diagnostic", () => {
        const now = vscode.languages.getDiagnostics(document.uri);
        return now.length > 0 && now;
      });
      assert.equal(document.getText(found[0].range), underlined);
      assert.match(found[0].message, message);
      // Long enough for everybody who might say it again.
      await new Promise((later) => setTimeout(later, 1000));
      assert.equal(vscode.languages.getDiagnostics(document.uri).length, 1);
      await replaceAll(editor, layer('"groups": 1'));
      await until("none", () => vscode.languages.getDiagnostics(document.uri).length === 0);
    });

  it("notice that a file is there now", async () => {
    const { document } = await openText("soon.conv.json", '{ "input": "soon.npy", "weight": [[1]] }');
    await until("a diagnostic", () => vscode.languages.getDiagnostics(document.uri).length > 0);
    await vscode.workspace.fs.copy(workspaceUri("rings.npy"), workspaceUri("soon.npy"));
    await until("none", () => vscode.languages.getDiagnostics(document.uri).length === 0);
  });

  it("take comments and trailing commas", async () => {
    const { document } = await openText("fine.conv.json", layer('"groups": 1, // one\n /* two */'));
    await new Promise((later) => setTimeout(later, 1500));
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
    assert.equal(document.languageId, "conv-layer");
  });

  it("come with completions from the schema", async () => {
    const { document } = await openText("complete.conv.json", '{\n  "input": "rings.npy",\n  ""\n}\n');
    const list = await until("completions", async () => {
      const found = await vscode.commands.executeCommand<vscode.CompletionList>(
        "vscode.executeCompletionItemProvider",
        document.uri,
        new vscode.Position(2, 3),
      );
      const labels = found.items.map(({ label }) => (typeof label === "string" ? label : label.label));
      return labels.some((label) => label.includes("paddingMode")) && labels;
    });
    for (const key of ["weight", "stride", "padding", "dilation", "groups", "dout", "expected"])
      assert.ok(
        list.some((label) => label.includes(key)),
        `${key} in ${list.join(", ")}`,
      );
  });
});
