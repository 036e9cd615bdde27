import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { formatEdits } from "../formats/layerFormat";
import type { LastRun } from "./elementHover";
import { layerSelector } from "./layerDocuments";
import { otherFiles } from "./layerFixes";
import { hintsOf } from "./layerHints";
import { hoverAt } from "./layerHover";
import { type CheckedLayer, checkLayer } from "./layerShapes";
import { inputFiles } from "./tensorFiles";
import type { Runner } from "./runner";
import { pathOf, workspaceFiles } from "./workspaceFiles";

/** Files that are looked through for one that is missing. */
const MOST_FILES = 2000;

/** What the editor says about a layer file beside its problems: hovers, inlay hints and quick fixes; and how it is laid out. */
export class LayerLanguage implements Disposable {
  readonly #stack = new DisposableStack();

  constructor(readonly runner: Runner) {
    const { languages } = vscode;
    this.#stack.add(
      languages.registerHoverProvider(layerSelector, {
        provideHover: async (document, position) => {
          const found = hoverAt(await checked(document), document.offsetAt(position), tone(), this.#lastRun(document));
          if (found === null) return undefined;
          return new vscode.Hover(new vscode.MarkdownString(found.markdown), rangeOf(document, found));
        },
      }),
    );
    this.#stack.add(
      languages.registerInlayHintsProvider(layerSelector, {
        provideInlayHints: async (document, range) => {
          const hints = hintsOf(await checked(document)).map(({ offset, text, why }) => {
            const hint = new vscode.InlayHint(document.positionAt(offset), text);
            hint.paddingLeft = true;
            hint.tooltip = new vscode.MarkdownString(why.join("  \n"));
            return hint;
          });
          return hints.filter(({ position }) => range.contains(position));
        },
      }),
    );
    this.#stack.add(
      languages.registerCodeActionsProvider(
        layerSelector,
        { provideCodeActions: (document, range) => this.#fixes(document, range) },
        { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
      ),
    );
    this.#stack.add(
      languages.registerDocumentRangeFormattingEditProvider(layerSelector, {
        provideDocumentRangeFormattingEdits: (document, range, { tabSize }) =>
          formatEdits(document.getText(), tabSize)
            .map((edit) => new vscode.TextEdit(rangeOf(document, edit), edit.content))
            .filter((edit) => range.contains(edit.range)),
      }),
    );
  }

  /** What would put right the problems of a range; the files of the workspace are looked through where one is missing. */
  async #fixes(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
    const { text, problems } = await checked(document);
    const here = problems.filter((problem) => rangeOf(document, problem.range).intersection(range) !== undefined);
    const actions: vscode.CodeAction[] = [];
    for (const problem of here) {
      const others =
        problem.error.code === "not-found" ? otherFiles(text, problem, await tensorFiles(document.uri)) : [];
      const diagnostics = vscode.languages
        .getDiagnostics(document.uri)
        .filter((diagnostic) => diagnostic.range.intersection(rangeOf(document, problem.range)) !== undefined);
      for (const [i, { title, edits }] of [...(problem.fixes ?? []), ...others].entries()) {
        const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
        action.edit = new vscode.WorkspaceEdit();
        for (const edit of edits) action.edit.replace(document.uri, rangeOf(document, edit), edit.content);
        action.isPreferred = i === 0;
        action.diagnostics = diagnostics;
        actions.push(action);
      }
    }
    return actions;
  }

  dispose(): void {
    this.#stack.dispose();
  }

  #lastRun(document: vscode.TextDocument): LastRun | null {
    const { present } = this.runner;
    if (present?.source?.toString() !== document.uri.toString()) return null;
    const changed = present.text === undefined ? document.isDirty : present.text !== document.getText();
    return { tensors: present.run.tensors, changed };
  }
}

function rangeOf(
  document: vscode.TextDocument,
  { offset, length }: { readonly offset: number; readonly length: number },
): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}

function checked(document: vscode.TextDocument): Promise<CheckedLayer> {
  return checkLayer(workspaceFiles(document.uri), pathOf(document.uri), document.getText());
}

/** Paths of all files of tensors in the workspace, relative to the layer file. */
async function tensorFiles(layer: vscode.Uri): Promise<string[]> {
  const uris = await vscode.workspace.findFiles(`**/*.{${inputFiles.join(",")}}`, "**/node_modules/**", MOST_FILES);
  const folders = layer.path.split("/").slice(0, -1);
  return uris
    .filter(({ scheme, authority }) => scheme === layer.scheme && authority === layer.authority)
    .map(({ path }) => {
      const parts = path.split("/");
      const shared = folders.findIndex((folder, i) => parts[i] !== folder);
      const common = shared < 0 ? folders.length : shared;
      return [...folders.slice(common).map(() => ".."), ...parts.slice(common)].join("/");
    });
}

function tone(): "dark" | "light" {
  const { Light, HighContrastLight } = vscode.ColorThemeKind;
  const { kind } = vscode.window.activeColorTheme;
  return kind === Light || kind === HighContrastLight ? "light" : "dark";
}
