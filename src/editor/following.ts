import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { messageOf } from "../base/errors";
import type { Faults } from "./faults";
import { checkLayer } from "./layerShapes";
import { Live, type LiveView } from "./live";
import { looksLikeNumbers } from "../literals/selected";
import type { Present, Request, Runner } from "./runner";
import { setContext } from "./settings";
import { pathOf, uriOf, workspaceFiles } from "./workspaceFiles";

/** A layer that ran in less is run again by itself when its file is saved. */
const QUICK_MS = 2000;

/**
 * Keeps the present run in step with its files: typing in its layer file, or saving it, runs it again, at the same place; where that
 * would take long, or the file is not complete, or a tensor of it has changed on disk, the run before stays, marked as stale.
 */
export class Following implements Disposable {
  readonly #stack = new DisposableStack();
  readonly #live: Live;
  #watching = new DisposableStack();

  /** `view`: where it is looked at. */
  constructor(
    readonly runner: Runner,
    readonly faults: Faults,
    view: LiveView,
  ) {
    const { workspace, window } = vscode;
    this.#live = this.#stack.add(new Live(runner, faults, view, layerAsTyped));
    this.#stack.add(workspace.onDidSaveTextDocument((document) => this.#saved(document)));
    this.#stack.add(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const isSource = document.uri.toString() === runner.present?.source?.toString();
        if (isSource && contentChanges.length > 0) this.#live.ask();
      }),
    );
    this.#stack.add(runner.onDidRun((present) => this.#watch(present)));
    let selected = false;
    this.#stack.add(
      window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
        const now = !selections[0].isEmpty && looksLikeNumbers(textEditor.document.getText(selections[0]));
        if (now !== selected) setContext("numbersSelected", (selected = now));
      }),
    );
  }

  dispose(): void {
    this.#watching.dispose();
    this.#stack.dispose();
  }

  #saved(document: vscode.TextDocument): void {
    const { present } = this.runner;
    if (present?.source?.toString() !== document.uri.toString()) return;
    const text = document.getText();
    if (text === present.text) return;
    const { forwardMs, backwardMs } = present.run.timing;
    if (forwardMs + backwardMs > QUICK_MS) this.runner.markStale(vscode.l10n.t("The layer file has changed."));
    // Half-written files are saved, too: what is wrong stands in the panel and under Problems, and needs no message of its own.
    else void this.runner.run(again(present)).catch((error: unknown) => this.faults.log.warn(messageOf(error)));
  }

  #watch({ layer }: Present): void {
    this.#watching.dispose();
    this.#watching = new DisposableStack();
    const files = Object.values(layer.sources).flatMap(({ file }) => (file === undefined ? [] : [file]));
    for (const file of new Set(files)) {
      const uri = uriOf(file);
      const name = uri.path.replace(/^.*\//, "");
      const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, ".."), name);
      const watcher = this.#watching.add(vscode.workspace.createFileSystemWatcher(pattern, true));
      const changed = () => this.runner.markStale(vscode.l10n.t("{0} has changed.", name));
      this.#watching.add(watcher.onDidChange(changed));
      this.#watching.add(watcher.onDidDelete(changed));
    }
  }
}

/** The layer file that ran, as its document is now; a word if it is not complete, null if it is somebody else's turn. */
async function layerAsTyped(present: Present): Promise<Request | string | null> {
  const request = again(present);
  const { base, text } = request;
  if (present.source === undefined || text === undefined) return null;
  const { problems } = await checkLayer(workspaceFiles(base), pathOf(base), text);
  return problems.length === 0 ? request : vscode.l10n.t("The layer file is not complete.");
}

/** The same layer once more, as its document or its file is now, at the same place. */
export function again({ title, base, text, source, set }: Present): Request {
  if (source === undefined) return { title, base, text, set, at: "same" };
  const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === source.toString());
  return { title, base, text: open?.getText(), source, set, at: "same" };
}
