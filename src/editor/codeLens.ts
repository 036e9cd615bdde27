import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { LAYER_LANGUAGE } from "./layerDocuments";
import { settings } from "./settings";

/** "Run" above the first line of a layer file. The setting `conv.codeLens` takes it away. */
export class RunLenses implements vscode.CodeLensProvider, Disposable {
  readonly #stack = new DisposableStack();
  readonly #changed = this.#stack.add(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor() {
    const selector: vscode.DocumentSelector = [{ language: LAYER_LANGUAGE }, { pattern: "**/*.conv.json" }];
    this.#stack.add(vscode.languages.registerCodeLensProvider(selector, this));
    this.#stack.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("conv.codeLens")) this.#changed.fire();
      }),
    );
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!settings().codeLens) return [];
    const brace = /^[^\S\n]*\{/m.exec(document.getText());
    const line = document.positionAt(brace?.index ?? 0);
    const command = { title: `$(play) ${vscode.l10n.t("Run")}`, command: "conv.runLayer", arguments: [document.uri] };
    return [new vscode.CodeLens(new vscode.Range(line, line), command)];
  }

  dispose(): void {
    this.#stack.dispose();
  }
}
