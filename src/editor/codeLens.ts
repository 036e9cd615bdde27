import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { isLayer, layerSelector } from "./layerDocuments";
import { Turns } from "../base/turns";
import { searchLiterals } from "./literalFinder";
import { literalLanguages, syntaxOf } from "./literalSyntax";
import type { Literal } from "./literals";
import { settings } from "./settings";
import { shapeText } from "../tensor/tensor";

/** Filters of one file: where there are more, it is data, not code. */
const MOST_LENSES = 200;
/** A larger plane is a table, or an image, but no filter. */
const LARGEST_KERNEL = 31;

/** "Run", "Debug" and "Visualize" above a layer file, "Run" above arrays of numbers in source files. The setting `conv.codeLens` takes it away. */
export class RunLenses implements vscode.CodeLensProvider, Disposable {
  readonly #stack = new DisposableStack();
  readonly #changed = this.#stack.add(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor() {
    const selector = [...layerSelector, ...literalLanguages.map((language) => ({ language }))];
    this.#stack.add(vscode.languages.registerCodeLensProvider(selector, this));
    this.#stack.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("conv.codeLens")) this.#changed.fire();
      }),
    );
  }

  async provideCodeLenses(
    document: vscode.TextDocument,
    cancelled: vscode.CancellationToken,
  ): Promise<vscode.CodeLens[]> {
    if (!settings().codeLens) return [];
    return isLayer(document) ? layerLenses(document) : literalLenses(document, cancelled);
  }

  dispose(): void {
    this.#stack.dispose();
  }
}

function layerLenses(document: vscode.TextDocument): vscode.CodeLens[] {
  const brace = /^[^\S\n]*\{/m.exec(document.getText());
  const at = brace?.index ?? 0;
  return [
    lensAt(document, at, `$(play) ${vscode.l10n.t("Run")}`, "conv.runLayer", document.uri),
    lensAt(document, at, `$(debug-alt-small) ${vscode.l10n.t("Debug")}`, "conv.debugLayer", document.uri),
    lensAt(document, at, `$(eye) ${vscode.l10n.t("Visualize")}`, "conv.visualizeLayer", document.uri),
  ];
}

async function literalLenses(
  document: vscode.TextDocument,
  cancelled: vscode.CancellationToken,
): Promise<vscode.CodeLens[]> {
  const syntax = syntaxOf(document.languageId);
  const lenses: vscode.CodeLens[] = [];
  if (syntax === undefined) return lenses;
  const turns = new Turns();
  for (const literal of searchLiterals(document.getText(), syntax)) {
    if (turns.over) await turns.next();
    if (cancelled.isCancellationRequested || lenses.length >= 2 * MOST_LENSES) break;
    if (literal === null || !isKernel(literal)) continue;
    const { start, shape } = literal;
    const title = `$(debug-alt-small) ${vscode.l10n.t("Debug filter {0}", shapeText(shape))}`;
    lenses.push(lensAt(document, start, title, "conv.debugFilter", document.uri, start));
    lenses.push(lensAt(document, start, vscode.l10n.t("Probe…"), "conv.probeFilter", document.uri, start));
  }
  return lenses;
}

/** Not larger than kernels are. */
function isKernel({ shape }: Literal): boolean {
  return shape.slice(-2).every((axis) => axis <= LARGEST_KERNEL);
}

function lensAt(
  document: vscode.TextDocument,
  offset: number,
  title: string,
  command: string,
  ...args: unknown[]
): vscode.CodeLens {
  const place = document.positionAt(offset);
  return new vscode.CodeLens(new vscode.Range(place, place), { title, command, arguments: args });
}
