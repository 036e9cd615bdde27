import type * as vscode from "vscode";

export const LAYER_LANGUAGE = "conv-layer";

/** By its name, or because somebody chose the language for an unsaved one. */
export function isLayer(document: vscode.TextDocument): boolean {
  return document.languageId === LAYER_LANGUAGE || isLayerFile(document.uri);
}

export function isLayerFile(uri: vscode.Uri): boolean {
  return uri.path.endsWith(".conv.json");
}
