import * as vscode from "vscode";

const LAYER_LANGUAGE = "conv-layer";

/** Layer files, for those who offer something in them. */
export const layerSelector: readonly vscode.DocumentFilter[] = [
  { language: LAYER_LANGUAGE },
  { pattern: "**/*.conv.json" },
];

/** By its name, or because somebody chose the language for an unsaved one. */
export function isLayer(document: vscode.TextDocument): boolean {
  return document.languageId === LAYER_LANGUAGE || isLayerFile(document.uri);
}

export function isLayerFile(uri: vscode.Uri): boolean {
  return uri.path.endsWith(".conv.json");
}

/** Shows a file where it does not cover a webview: the panel is there to be looked at beside it. */
export async function showBesidePanel(uri: vscode.Uri): Promise<vscode.TextEditor> {
  const free = vscode.window.tabGroups.all.find(
    ({ activeTab }) => !(activeTab?.input instanceof vscode.TabInputWebview),
  );
  return vscode.window.showTextDocument(uri, {
    viewColumn: free?.viewColumn ?? vscode.ViewColumn.Beside,
    preview: false,
  });
}
