import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { messageOf } from "../base/errors";
import { readTensor, splitKey } from "../formats/formats";
import { layerSelector } from "./layerDocuments";
import { fileNameAt, tensorText } from "./tensorText";
import { pathOf, uriOf, workspaceFiles } from "./workspaceFiles";

const SCHEME = "conv-tensor";
/** A file above this is not read only to be looked at. */
const MOST_BYTES = 2 ** 26;

/** "Go to Definition" on the name of a tensor's file opens what is in it, as a text that can be read. */
export class TensorDocuments implements Disposable, vscode.TextDocumentContentProvider, vscode.DefinitionProvider {
  readonly #stack = new DisposableStack();

  constructor() {
    this.#stack.add(vscode.workspace.registerTextDocumentContentProvider(SCHEME, this));
    this.#stack.add(vscode.languages.registerDefinitionProvider(layerSelector, this));
  }

  async provideDefinition(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.LocationLink[] | undefined> {
    const name = fileNameAt(document.getText(), document.offsetAt(position));
    if (name === null) return undefined;
    const { path, key } = splitKey(name.source);
    const files = workspaceFiles(document.uri);
    try {
      const file = await files.resolve(pathOf(document.uri), path);
      await files.stat(file);
      const range = new vscode.Range(document.positionAt(name.offset), document.positionAt(name.offset + name.length));
      const query = JSON.stringify({ layer: document.uri.toString(), file, key });
      const uri = vscode.Uri.from({
        scheme: SCHEME,
        path: `${uriOf(file).path}${key === undefined ? "" : `#${key}`}.txt`,
        query,
      });
      return [{ originSelectionRange: range, targetUri: uri, targetRange: new vscode.Range(0, 0, 0, 0) }];
    } catch {
      return undefined; // the diagnostics say what is wrong with it
    }
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { layer, file, key } = JSON.parse(uri.query) as { layer: string; file: string; key?: string }; // written above
    const files = workspaceFiles(vscode.Uri.parse(layer, true));
    const name = file.replace(/^.*[\\/]/, "") + (key === undefined ? "" : `#${key}`);
    try {
      const { size } = await files.stat(file);
      if (size > MOST_BYTES)
        return `${name} has ${size} bytes: too large to be written out. Run the layer to look at it.\n`;
      return tensorText(name, await readTensor(files, key === undefined ? file : `${file}#${key}`));
    } catch (error) {
      return `${messageOf(error)}\n`;
    }
  }

  dispose(): void {
    this.#stack.dispose();
  }
}
