import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { isLayer, layerSelector } from "./layerDocuments";
import { Turns } from "../base/turns";
import { searchLiterals } from "../literals/finder";
import { literalLanguages, syntaxOf } from "../literals/syntax";
import type { FilterPlace } from "./filterPlace";
import type { Literal } from "../literals/literal";
import { settings } from "./settings";
import { shapeText } from "../tensor/tensor";

/** Filters of one file: where there are more, it is data, not code. */
const MOST_LENSES = 200;
/** A larger plane is a table, or an image, but no filter. */
const LARGEST_KERNEL = 31;

/** "Run", "Debug", "Visualize", "Check gradients" and, where something is expected, "Explain" above a layer file, "Run" above arrays of numbers in source files. The setting `conv.codeLens` takes it away. */
export class RunLenses implements vscode.CodeLensProvider, Disposable {
  readonly #stack = new DisposableStack();
  readonly #changed = this.#stack.add(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;

  /** `shown`: the filter that is being debugged. */
  constructor(readonly shown: () => FilterPlace | undefined) {
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
    return isLayer(document) ? layerLenses(document) : literalLenses(document, this.shown(), cancelled);
  }

  dispose(): void {
    this.#stack.dispose();
  }
}

function layerLenses(document: vscode.TextDocument): vscode.CodeLens[] {
  const text = document.getText();
  const brace = /^[^\S\n]*\{/m.exec(text);
  const at = brace?.index ?? 0;
  const expects = /^\s*"expected"\s*:/m.test(text);
  const { t } = vscode.l10n;
  return [
    lensAt(document, at, `$(play) ${t("Run")}`, "conv.runLayer", document.uri),
    lensAt(document, at, `$(debug-alt-small) ${t("Debug")}`, "conv.debugLayer", document.uri),
    lensAt(document, at, `$(eye) ${t("Visualize")}`, "conv.visualizeLayer", document.uri),
    lensAt(document, at, `$(verified) ${t("Check gradients")}`, "conv.checkGradients", document.uri),
    ...(expects ? [lensAt(document, at, `$(lightbulb) ${t("Explain")}`, "conv.explainMismatch", document.uri)] : []),
  ];
}

async function literalLenses(
  document: vscode.TextDocument,
  shown: FilterPlace | undefined,
  cancelled: vscode.CancellationToken,
): Promise<vscode.CodeLens[]> {
  const syntax = syntaxOf(document.languageId);
  const lenses: vscode.CodeLens[] = [];
  const found: Literal[] = [];
  if (syntax === undefined) return lenses;
  const turns = new Turns();
  for (const literal of searchLiterals(document.getText(), syntax)) {
    if (turns.over) await turns.next();
    if (cancelled.isCancellationRequested || lenses.length >= 2 * MOST_LENSES) break;
    if (literal === null || !isKernel(literal)) continue;
    found.push(literal);
    lenses.push(...filterLenses(document, literal.start, shapeText(literal.shape)));
  }
  // The one that is typed in keeps its own while it is half written: else all lines below would jump.
  if (shown?.uri.toString() !== document.uri.toString()) return lenses;
  const { start, end } = shown.range;
  const isThere = found.some((literal) => literal.start < end && literal.end > start);
  return isThere ? lenses : [...lenses, ...filterLenses(document, start, "…")];
}

function filterLenses(document: vscode.TextDocument, start: number, shape: string): vscode.CodeLens[] {
  const { t } = vscode.l10n;
  return [
    lensAt(
      document,
      start,
      `$(debug-alt-small) ${t("Debug filter {0}", shape)}`,
      "conv.debugFilter",
      document.uri,
      start,
    ),
    lensAt(document, start, t("Probe…"), "conv.probeFilter", document.uri, start),
  ];
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
