import assert from "node:assert/strict";
import * as vscode from "vscode";
import { api, closeAll, openSample, openText, presentOf, replaceAll, until, workspaceUri } from "./support";

async function open(name: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(workspaceUri(name));
}

/** What all hovers at the first place of `mark` say, the JSON editor's among them. */
async function hovers(document: vscode.TextDocument, mark: string): Promise<string> {
  const position = document.positionAt(document.getText().indexOf(mark));
  const found = await vscode.commands.executeCommand<vscode.Hover[]>(
    "vscode.executeHoverProvider",
    document.uri,
    position,
  );
  const texts = found.flatMap(({ contents }) =>
    contents.map((part) => (part instanceof vscode.MarkdownString ? part.value : "")),
  );
  return texts.join("\n");
}

describe("a layer file in the editor", () => {
  before(api);
  afterEach(closeAll);

  it("explains a setting in its own numbers, beside its description", async () => {
    const { document } = await open("colours.conv.json");
    const said = await until("both", async () => {
      const text = await hovers(document, '"padding"');
      return text.includes("oH = floor((32 + 1 + 1 − 3) / 1) + 1 = 32") && text.includes("Cells added") && text;
    });
    assert.match(said, /x 32×32 becomes 34×34/);
  });

  it("explains a weight: uses, gradient, and its filter as a picture", async () => {
    const { run } = await openSample("edges.conv.json");
    const editor = await until("the layer", () =>
      vscode.window.visibleTextEditors.find(({ document }) => document.fileName.endsWith("edges.conv.json")),
    );
    const { document } = editor;
    const said = await hovers(document, "-2, 0, 2");
    assert.match(said, /W\[0, 0, 1, 0\]\*\* = -2/);
    assert.match(said, /1 · 120 · 160 = 19200 products/);
    const dW = run.tensors.dW.data[3];
    assert.ok(said.includes(`dW[0, 0, 1, 0] = ${Number(dW.toPrecision(6))}`.replace("-", "−")), said);
    assert.match(said, /data:image\/svg\+xml;base64,/);
    const before = document.getText();
    await replaceAll(editor, before.replace("-2, 0, 2", "-3, 0, 2"));
    // What is typed runs, and is what the hover is of.
    await until("the run of this text", async () => {
      const text = await hovers(document, "-3, 0, 2");
      return (
        /W\[0, 0, 1, 0\]\*\* = -3/.test(text) && text.includes("dW[") && !text.includes("before the text was changed")
      );
    });
    await replaceAll(editor, before);
  });

  it("shows the shapes that are not in its text", async () => {
    const { document } = await open("colours.conv.json");
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      "vscode.executeInlayHintProvider",
      document.uri,
      whole,
    );
    const shown = hints.map(({ position, label }) => [
      document.lineAt(position.line).text.slice(0, position.character),
      label,
    ]);
    assert.deepEqual(shown, [
      ["{", "out 1×16×32×32"],
      ['  "input": { "image": "roof.png", "channels": "rgb" }', "1×3×32×32"],
      ['  "weight": "bank.npz#W"', "16×3×3×3"],
      ['  "bias": "bank.npz#b"', "16"],
    ]);
  });

  it("offers what would put it right, and nearby files for one that is missing", async () => {
    const text = '{\n  "input": "ring.npy", // far\n  "weight": [[1]],\n  "strde": 2\n}\n';
    const editor = await openText("fixes.conv.json", text);
    const { document } = editor;
    const apply = async (mark: string, title: string) => {
      const at = document.positionAt(document.getText().indexOf(mark) + 1);
      const action = await until(title, async () => {
        const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
          "vscode.executeCodeActionProvider",
          document.uri,
          new vscode.Range(at, at),
          vscode.CodeActionKind.QuickFix.value,
        );
        return actions.find((each) => each.title === title);
      });
      assert.ok(await vscode.workspace.applyEdit(action.edit!));
    };
    await apply('"strde"', 'Change to "stride"');
    await apply('"ring.npy"', 'Change to "rings.npy"');
    assert.equal(document.getText(), text.replace("strde", "stride").replace("ring.npy", "rings.npy"));
    await until("none", () => vscode.languages.getDiagnostics(document.uri).length === 0);
  });

  it("is laid out with its matrices in columns", async () => {
    const text = '{\n"input": "rings.npy", // far\n  "weight": [\n[-1,0,1],\n[-20,0,20]]\n}\n';
    const { document } = await openText("layout.conv.json", text);
    await vscode.commands.executeCommand("editor.action.formatDocument");
    const { tabSize } = vscode.window.activeTextEditor!.options;
    const [one, two] = [" ".repeat(Number(tabSize)), " ".repeat(2 * Number(tabSize))];
    await until("the matrix", () => document.getText().includes("[ -1, 0,  1]"));
    assert.equal(
      document.getText(),
      `{\n${one}"input": "rings.npy", // far\n${one}"weight": [\n${two}[ -1, 0,  1],\n${two}[-20, 0, 20]]\n}\n`,
    );
  });

  it("leads from the name of a file to its numbers, and to an archive's tensor", async () => {
    const { document } = await open("colours.conv.json");
    const shown = async (mark: string) => {
      const at = document.positionAt(document.getText().indexOf(mark));
      const [link] = await vscode.commands.executeCommand<vscode.LocationLink[]>(
        "vscode.executeDefinitionProvider",
        document.uri,
        at,
      );
      return (await vscode.workspace.openTextDocument(link.targetUri)).getText();
    };
    const { run } = await openSample("colours.conv.json");
    const text = await shown("bank.npz#b");
    assert.match(text, /^bank\.npz#b: 16 float32, 16 elements\nmin /);
    const numbers = text
      .split("\n")[3]
      .trim()
      .split(/\s+/)
      .map((word) => Number(word.replace("−", "-")));
    assert.deepEqual(
      numbers,
      Array.from(run.tensors.b!.data, (value) => Number(value.toPrecision(6))),
    );
    assert.match(await shown("roof.png"), /^roof\.png: 1×3×32×32 float32/);
  });

  it("has its settings in the outline", async () => {
    const { document } = await open("colours.conv.json");
    const names = await until("symbols", async () => {
      const found = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
        "vscode.executeDocumentSymbolProvider",
        document.uri,
      );
      return found.length > 0 && found.map(({ name }) => name);
    });
    assert.deepEqual(names, ["input", "weight", "bias", "dout", "padding"]);
  });

  it("is visualized as it stands if it has run, and else run", async () => {
    const present = await openSample("nan.conv.json");
    await vscode.commands.executeCommand("conv.visualizeLayer", present.source);
    const { runner } = await api();
    assert.equal(runner.present, present);
    await vscode.commands.executeCommand("conv.visualizeLayer", workspaceUri("strides.conv.json"));
    await presentOf("strides");
  });
});
