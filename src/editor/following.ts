import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { messageOf } from "../base/errors";
import { Coalesced } from "./coalesced";
import type { Faults } from "./faults";
import { checkLayer } from "./layerShapes";
import { looksLikeNumbers } from "./numbersSelected";
import type { Present, Request, Runner } from "./runner";
import { setContext } from "./settings";
import { pathOf, uriOf, workspaceFiles } from "./workspaceFiles";

/** A layer that ran in less is run again by itself when its file is saved. */
const QUICK_MS = 2000;
/** And one that ran in less also while one types. */
export const LIVE_MS = 300;

/**
 * Keeps the present run in step with its files: typing in its layer file, or saving it, runs it again, at the same place; where that
 * would take long, or the file is not complete, or a tensor of it has changed on disk, the run before stays, marked as stale.
 */
export class Following implements Disposable {
  readonly #stack = new DisposableStack();
  readonly #typed = new Coalesced(() => this.#follow());
  #watching = new DisposableStack();
  /** The document is not complete, so the run is not of what it says. */
  #isStale = false;

  /** `isLive`: whether what is typed may run by itself. */
  constructor(
    readonly runner: Runner,
    readonly faults: Faults,
    readonly isLive: () => boolean,
  ) {
    const { workspace, window } = vscode;
    this.#stack.add(workspace.onDidSaveTextDocument((document) => this.#saved(document)));
    this.#stack.add(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const isSource = document.uri.toString() === runner.present?.source?.toString();
        if (isSource && contentChanges.length > 0) void this.#typed.ask();
      }),
    );
    this.#stack.add(
      runner.onDidRun((present) => {
        this.#isStale = false;
        this.#watch(present);
      }),
    );
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

  /** Runs what the document says now, if it can be run. */
  async #follow(): Promise<void> {
    const { present, running } = this.runner;
    if (present?.source === undefined || running || !this.isLive()) return;
    const request = again(present);
    const { text } = request;
    if (text === undefined || (text === present.text && !this.#isStale)) return;
    const { forwardMs, backwardMs } = present.run.timing;
    if (forwardMs + backwardMs > LIVE_MS) return;
    const { problems } = await checkLayer(workspaceFiles(present.base), pathOf(present.base), text);
    // Somebody else runs meanwhile, or typed on, which asks again.
    if (this.runner.present !== present || this.runner.running || again(present).text !== text) return;
    if (problems.length > 0) {
      this.#isStale = true;
      this.runner.markStale(vscode.l10n.t("The layer file is not complete: this is the run before."));
    } else await this.runner.run(request).catch((error: unknown) => this.faults.log.warn(messageOf(error)));
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

/** The same layer once more, as its document or its file is now, at the same place. */
export function again({ title, base, text, source, set }: Present): Request {
  if (source === undefined) return { title, base, text, set, at: "same" };
  const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === source.toString());
  return { title, base, text: open?.getText(), source, set, at: "same" };
}
