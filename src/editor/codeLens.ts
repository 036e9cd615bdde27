import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { LAYER_LANGUAGE, isLayer } from "./layerDocuments";
import { type Literal, findLiterals } from "./literals";
import { settings } from "./settings";
import { shapeText } from "../tensor/tensor";

/** Where people write filters. */
const languages = [
  "python",
  "c",
  "cpp",
  "cuda-cpp",
  "csharp",
  "java",
  "javascript",
  "typescript",
  "rust",
  "go",
  "julia",
  "matlab",
];
/** A longer file is not looked through as one types. */
const MOST_TEXT = 1 << 17;
/** A larger plane is a table, or an image, but no filter. */
const LARGEST_KERNEL = 31;

/** "Run", "Debug" and "Visualize" above a layer file, "Run" above arrays of numbers in source files. The setting `conv.codeLens` takes it away. */
export class RunLenses implements vscode.CodeLensProvider, Disposable {
  readonly #stack = new DisposableStack();
  readonly #changed = this.#stack.add(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor() {
    const layers = [{ language: LAYER_LANGUAGE }, { pattern: "**/*.conv.json" }];
    const selector = [...layers, ...languages.map((language) => ({ language }))];
    this.#stack.add(vscode.languages.registerCodeLensProvider(selector, this));
    this.#stack.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("conv.codeLens")) this.#changed.fire();
      }),
    );
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!settings().codeLens) return [];
    return isLayer(document) ? layerLenses(document) : literalLenses(document);
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

function literalLenses(document: vscode.TextDocument): vscode.CodeLens[] {
  const text = document.getText();
  if (text.length > MOST_TEXT) return [];
  return findLiterals(text)
    .filter(isFilter)
    .map((literal) => {
      const title = `$(play) ${vscode.l10n.t("Run as filter {0}", shapeText(literal.shape))}`;
      return lensAt(document, literal.start, title, "conv.runLiteral", document.uri, literal);
    });
}

/** One plane, or filters of planes: two axes or four, and not larger than kernels are. */
function isFilter({ shape, values }: Literal): boolean {
  return (
    (shape.length === 2 || shape.length === 4) &&
    shape.slice(-2).every((axis) => axis <= LARGEST_KERNEL) &&
    values.length > 1
  );
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
