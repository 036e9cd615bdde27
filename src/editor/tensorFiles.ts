import * as vscode from "vscode";
import type { Files } from "../base/files";
import { listTensors } from "../formats/formats";
import { shapeText } from "../tensor/tensor";
import { type Answer, type Choice, type Turn, choose } from "./questions";
import { pathOf } from "./workspaceFiles";

/** Files that hold a tensor, by their extension. */
export const inputFiles = ["npy", "npz", "safetensors", "png", "jpg", "jpeg", "csv"];
export const images = /\.(png|jpe?g)$/i;
const MOST_FILES = 500;

/** The files of the workspace with one of these extensions, for a list to choose from. */
export async function fileChoices(
  extensions: readonly string[],
): Promise<(Choice<vscode.Uri> | vscode.QuickPickItem)[]> {
  const found = await vscode.workspace.findFiles(`**/*.{${extensions.join(",")}}`, "**/node_modules/**", MOST_FILES);
  const paths = found.map((uri) => ({ uri, path: vscode.workspace.asRelativePath(uri) }));
  paths.sort((a, b) => a.path.localeCompare(b.path));
  const items = paths.map(({ uri, path }) => ({
    label: `$(${images.test(path) ? "file-media" : "file-binary"}) ${path.replace(/^.*\//, "")}`,
    description: path.includes("/") ? path.replace(/\/[^/]*$/, "") : undefined,
    value: uri,
  }));
  if (items.length === 0) return [];
  return [{ label: vscode.l10n.t("files"), kind: vscode.QuickPickItemKind.Separator }, ...items];
}

export function browse(): Choice<"browse"> {
  return { label: `$(folder-opened) ${vscode.l10n.t("Browse…")}`, alwaysShow: true, value: "browse" };
}

export async function browseFor(extensions: readonly string[]): Promise<vscode.Uri | undefined> {
  const filters = { [vscode.l10n.t("Tensors")]: [...extensions] };
  return (await vscode.window.showOpenDialog({ canSelectMany: false, filters }))?.at(0);
}

/** The tensor in a file that is meant: its shape, and "#key" in an archive of several, of which it asks for one. */
export async function tensorIn(
  files: Files,
  uri: vscode.Uri,
  name: string,
  turn: Turn,
): Promise<Answer<{ key: string; shape: readonly number[] }>> {
  const infos = await listTensors(files, pathOf(uri));
  if (infos.length === 1) return { key: "", shape: infos[0].shape };
  const items = infos.map(({ name: key, shape, dtype }) => ({
    label: key,
    description: `${shapeText(shape)} · ${dtype}`,
    value: { key: `#${key}`, shape },
  }));
  return choose(turn, vscode.l10n.t("Which tensor of {0}?", name), items);
}
