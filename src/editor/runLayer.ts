import * as vscode from "vscode";
import { ConvError } from "../base/errors";
import { isLayer, isLayerFile } from "./layerDocuments";
import { selectionSyntax } from "../literals/syntax";
import { type Literal, nestedOf, readLiteral } from "../literals/literal";
import { looksLikeNumbers } from "../literals/selected";
import { type Known, LayerQuestions, type NewLayer, baseFor } from "./newLayer";
import { type Turn, back, choose } from "./questions";
import type { Request, Runner } from "./runner";
import { setContext } from "./settings";
import { pathOf, workspaceFiles } from "./workspaceFiles";

const title = vscode.l10n.t("Conv: Run Layer");
const only: Turn = { title, step: 1, total: 1 };

/**
 * `Conv: Run Layer`, with its three ways in: the layer file that is named or in front; numbers selected in any source file,
 * which become the filter; otherwise by questions.
 */
export class RunLayer {
  /** `home`: a folder that exists always, for paths of layers without a workspace. */
  constructor(
    readonly runner: Runner,
    readonly home: vscode.Uri,
  ) {}

  async run(target?: vscode.Uri): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (target !== undefined && isLayerFile(target)) return this.#runFile(target);
    if (editor !== undefined && isLayer(editor.document)) return this.#runDocument(editor.document);
    const selected = editor === undefined ? "" : editor.document.getText(editor.selection);
    if (editor !== undefined && looksLikeNumbers(selected)) {
      const { document, selection } = editor;
      return this.#runLiteral(
        inDocument(document, selection, () => readLiteral(selected, selectionSyntax(document.languageId))),
        document.uri,
      );
    }
    return this.#ask({}, editor?.document.uri);
  }

  /** An array of numbers in a source file becomes the filter. */
  async #runLiteral(literal: Literal, near: vscode.Uri): Promise<void> {
    const shaped = await threeAxes(literal);
    if (shaped === undefined) return;
    setContext("ranSelection", true);
    await this.#ask({ filter: { kind: "literal", shape: shaped.shape, values: nestedOf(shaped) } }, near);
  }

  /** A file of the explorer as x: asks for the rest. */
  async useAsInput(uri: vscode.Uri): Promise<void> {
    const input = await this.#questions(uri).inputFrom(uri, only);
    if (input !== undefined && input !== back) await this.#ask({ input }, uri);
  }

  async useAsWeight(uri: vscode.Uri): Promise<void> {
    const filter = await this.#questions(uri).filterFrom(uri, only);
    if (filter !== undefined && filter !== back) await this.#ask({ filter }, uri);
  }

  async #ask(known: Known, near: vscode.Uri | undefined): Promise<void> {
    const questions = this.#questions(near);
    const layer = await questions.ask(title, known);
    if (layer !== undefined) await this.#runNew(questions.base, layer);
  }

  async #runNew(base: vscode.Uri, { text, title }: NewLayer): Promise<void> {
    await this.runner.run({ title, base, text });
  }

  #questions(near: vscode.Uri | undefined): LayerQuestions {
    const base = baseFor(near, this.home);
    return new LayerQuestions(base, workspaceFiles(base));
  }

  async #runFile(uri: vscode.Uri): Promise<void> {
    await this.runner.run(requestFor(uri));
  }

  async #runDocument(document: vscode.TextDocument): Promise<void> {
    await this.runner.run(this.requestOf(document));
  }

  /** A layer file that is open, as it stands there. */
  requestOf(document: vscode.TextDocument): Request {
    const { uri } = document;
    const base = document.isUntitled ? baseFor(undefined, this.home) : uri;
    return { ...fileRequest(uri), base, text: document.getText() };
  }
}

/** A layer file. An open document may hold what is not saved yet. */
export function requestFor(uri: vscode.Uri): Request {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  return { ...fileRequest(uri), text: open?.getText() };
}

function fileRequest(uri: vscode.Uri): Request {
  return { title: uri.path.replace(/^.*\//, "").replace(/\.conv\.json$/, ""), base: uri, source: uri };
}

/** An error's place in the selection becomes one in the document. */
function inDocument<T>(document: vscode.TextDocument, { start }: vscode.Range, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConvError) || error.fault.at?.line === undefined) throw error;
    const { line, column = 1 } = error.fault.at;
    const at = { line: start.line + line, column: line === 1 ? start.character + column : column };
    throw new ConvError({ ...error.fault, file: pathOf(document.uri), at }, { cause: error });
  }
}

/** One axis is a row. Three can be read in two ways, so it asks. */
async function threeAxes(literal: Literal): Promise<Literal | undefined> {
  const { shape } = literal;
  if (shape.length === 1) return { ...literal, shape: [1, ...shape] };
  if (shape.length !== 3) return literal;
  const [count, ...plane] = shape;
  const answer = await choose(only, vscode.l10n.t("What do the {0} planes of {1} mean?", count, plane.join("×")), [
    { label: vscode.l10n.t("One filter on {0} channels", count), value: [1, count, ...plane] },
    { label: vscode.l10n.t("{0} filters on one channel", count), value: [count, 1, ...plane] },
  ]);
  return answer === undefined || answer === back ? undefined : { ...literal, shape: answer };
}
