import * as vscode from "vscode";
import { ConvError } from "../base/errors";
import { layerText } from "./draft";
import { copyBeside, isKept } from "./keptTensors";
import { showBesidePanel } from "./layerDocuments";
import type { Present } from "./runner";
import { exists, pathOf, uriOf } from "./workspaceFiles";

/**
 * Writes a layer that was put together by questions as a file, and opens it; what came out of a program, and lies in the extension's own
 * `storage`, is written beside it. undefined: given up.
 */
export async function saveLayer(
  { base, text = "", title }: Present,
  storage: vscode.Uri,
): Promise<vscode.Uri | undefined> {
  const name = title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(base, "..", `${name || "layer"}.conv.json`),
    filters: { [vscode.l10n.t("Convolution layer")]: ["json"] },
    title: vscode.l10n.t("Save as Layer File"),
  });
  if (target === undefined) return undefined;
  const uri = target.with({ path: target.path.replace(/(\.conv)?(\.json)?$/, ".conv.json") });
  // The dialog asked about the name that was chosen, not about this one.
  if (uri.path !== target.path && (await exists(uri)))
    throw new ConvError({ code: "not-written", what: "there is such a file already", file: pathOf(uri) });
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(await moved(text, base, uri, storage)));
  await showBesidePanel(uri);
  return uri;
}

/** The same layer as seen from another place: its relative paths lead to the same files. */
async function moved(text: string, from: vscode.Uri, to: vscode.Uri, storage: vscode.Uri): Promise<string> {
  const layer = JSON.parse(text) as Record<string, unknown>; // `draftText` wrote it
  const path = (value: string) => relativePath(vscode.Uri.joinPath(to, ".."), resolved(from, value));
  const source = async (value: unknown): Promise<unknown> => {
    if (typeof value === "string") {
      const uri = resolved(from, value);
      return isKept(storage, uri) ? copyBeside(uri, to) : path(value);
    }
    if (typeof value === "object" && value !== null && "image" in value && typeof value.image === "string")
      return { ...value, image: path(value.image) };
    return value;
  };
  // Questions give it an input and a weight; the others are there only if they came out of a program.
  for (const key of ["input", "weight", "bias", "dout"]) if (key in layer) layer[key] = await source(layer[key]);
  if (typeof layer.expected === "object" && layer.expected !== null) {
    const expected = Object.entries(layer.expected);
    layer.expected = Object.fromEntries(
      await Promise.all(expected.map(async ([name, value]) => [name, await source(value)])),
    );
  }
  return layerText(layer);
}

function resolved(from: vscode.Uri, value: string): vscode.Uri {
  const absolute = value.startsWith("/") || /^[a-z]:[\\/]/i.test(value) || /^[a-z][a-z\d+.-]+:\/\//i.test(value);
  return absolute ? uriOf(value) : vscode.Uri.joinPath(from, "..", value);
}

/** With `../` where it must be; another file system, or another drive, has no relative path. */
function relativePath(folder: vscode.Uri, uri: vscode.Uri): string {
  if (folder.scheme !== uri.scheme || folder.authority !== uri.authority) return pathOf(uri);
  const from = folder.path.split("/").filter((part) => part !== "");
  const to = uri.path.split("/").filter((part) => part !== "");
  let common = 0;
  while (common < from.length && from[common] === to[common]) common++;
  if (common === 0 && from.length > 0) return pathOf(uri);
  return [...from.slice(common).map(() => ".."), ...to.slice(common)].join("/");
}
