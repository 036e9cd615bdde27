import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import type { LastRun } from "./elementHover";
import { LAYER_LANGUAGE } from "./layerDocuments";
import { hintsOf } from "./layerHints";
import { hoverAt } from "./layerHover";
import { type CheckedLayer, checkLayer } from "./layerShapes";
import type { Runner } from "./runner";
import { pathOf, workspaceFiles } from "./workspaceFiles";

const layers: vscode.DocumentSelector = [{ language: LAYER_LANGUAGE }, { pattern: "**/*.conv.json" }];

/** What the editor says about a layer file beside its problems: hovers and inlay hints. */
export class LayerLanguage implements Disposable {
  readonly #stack = new DisposableStack();

  constructor(readonly runner: Runner) {
    const { languages } = vscode;
    this.#stack.add(
      languages.registerHoverProvider(layers, {
        provideHover: async (document, position) => {
          const found = hoverAt(await checked(document), document.offsetAt(position), tone(), this.#lastRun(document));
          if (found === null) return undefined;
          const end = document.positionAt(found.offset + found.length);
          return new vscode.Hover(
            new vscode.MarkdownString(found.markdown),
            new vscode.Range(document.positionAt(found.offset), end),
          );
        },
      }),
    );
    this.#stack.add(
      languages.registerInlayHintsProvider(layers, {
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

function checked(document: vscode.TextDocument): Promise<CheckedLayer> {
  return checkLayer(workspaceFiles(document.uri), pathOf(document.uri), document.getText());
}

function tone(): "dark" | "light" {
  const { Light, HighContrastLight } = vscode.ColorThemeKind;
  const { kind } = vscode.window.activeColorTheme;
  return kind === Light || kind === HighContrastLight ? "light" : "dark";
}
