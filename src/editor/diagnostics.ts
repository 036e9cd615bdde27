import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { type ConvError } from "../base/errors";
import type { LayerProblem } from "../formats/layerFile";
import { checkLayer } from "./layerShapes";
import { isLayer } from "./layerDocuments";
import { inputFiles } from "./tensorFiles";
import { pathOf, workspaceFiles } from "./workspaceFiles";

const SOURCE = "Conv";
/** Milliseconds after the last key stroke. */
const PAUSE = 300;

/**
 * Problems of layer files at the exact place, from the first character to a filter that does not fit its input, as the file
 * is typed. What the JSON editor underlines already is not said twice.
 */
export class LayerDiagnostics implements Disposable {
  readonly #stack = new DisposableStack();
  readonly #collection = this.#stack.add(vscode.languages.createDiagnosticCollection("conv"));
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** What was found, for each open layer file. */
  readonly #found = new Map<string, readonly vscode.Diagnostic[]>();

  constructor(readonly log: vscode.LogOutputChannel) {
    const { workspace } = vscode;
    this.#stack.add(workspace.onDidOpenTextDocument((document) => this.#soon(document, 0)));
    this.#stack.add(workspace.onDidChangeTextDocument(({ document }) => this.#soon(document, PAUSE)));
    this.#stack.add(workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri)));
    // A tensor beside the layer may have come, gone or changed its shape.
    const tensors = this.#stack.add(workspace.createFileSystemWatcher(`**/*.{${inputFiles.join(",")}}`));
    for (const event of [tensors.onDidCreate, tensors.onDidChange, tensors.onDidDelete])
      this.#stack.add(event(() => this.#all(PAUSE)));
    this.#stack.add(workspace.onDidGrantWorkspaceTrust(() => this.#all()));
    this.#stack.add(
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        for (const uri of uris) if (this.#found.has(uri.toString())) this.#publish(uri);
      }),
    );
    this.#all();
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#stack.dispose();
  }

  #all(delay = 0): void {
    for (const document of vscode.workspace.textDocuments) this.#soon(document, delay);
  }

  #soon(document: vscode.TextDocument, delay: number): void {
    if (!isLayer(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => {
        this.#timers.delete(key);
        void this.#check(document).catch((error: unknown) => this.log.error(String(error)));
      }, delay),
    );
  }

  async #check(document: vscode.TextDocument): Promise<void> {
    const { version, uri } = document;
    const { problems } = await checkLayer(workspaceFiles(uri), pathOf(uri), document.getText());
    // Typed on, or closed, meanwhile: another check comes, or none is wanted.
    if (document.version !== version || document.isClosed) return;
    const diagnostics = problems.map((problem) => diagnosticOf(document, problem));
    this.#found.set(uri.toString(), diagnostics);
    this.#publish(uri);
  }

  #publish(uri: vscode.Uri): void {
    const others = vscode.languages.getDiagnostics(uri).filter(({ source }) => source !== SOURCE);
    const said = (range: vscode.Range) => others.some((other) => other.range.intersection(range) !== undefined);
    const shown = (this.#found.get(uri.toString()) ?? []).filter(({ range }) => !said(range));
    // Publishing is itself a change that we hear of: nothing new is not published.
    const before = this.#collection.get(uri) ?? [];
    if (shown.length !== before.length || shown.some((diagnostic, i) => diagnostic !== before[i]))
      this.#collection.set(uri, shown);
  }

  #forget(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#found.delete(key);
    this.#collection.delete(uri);
  }
}

function diagnosticOf(document: vscode.TextDocument, { error, range }: LayerProblem): vscode.Diagnostic {
  const start = document.positionAt(range.offset);
  const end = document.positionAt(range.offset + Math.max(1, range.length));
  const diagnostic = new vscode.Diagnostic(new vscode.Range(start, end), saying(error));
  diagnostic.source = SOURCE;
  diagnostic.code = error.code;
  return diagnostic;
}

/** The fault without its place, which the underline shows: "groups 3 does not divide 16 filters. Use 1, 2, 4, 8, 16." */
function saying({ fault }: ConvError): string {
  const { what, expected, found, remedy } = fault;
  const details = [
    expected === undefined ? [] : [`expected ${expected}`],
    found === undefined ? [] : [`found ${found}`],
  ].flat();
  const sentence = details.length === 0 ? what : `${what}: ${details.join(", ")}`;
  return `${sentence}.${remedy === undefined ? "" : ` ${remedy}.`}`;
}
