import * as vscode from "vscode";
import { ConvError } from "../base/errors";
import { type Framework, codeOf, frameworks } from "../export/code";
import { ownFiles } from "../export/ownFiles";
import { stemOf } from "../export/reproduced";
import { Store } from "../export/store";
import { type Layer, loadLayer } from "../formats/loadLayer";
import { isLayer, isLayerFile } from "./layerDocuments";
import { type Choice, back, choose } from "./questions";
import { requestFor } from "./runLayer";
import type { Runner } from "./runner";
import { pathOf, workspaceFiles } from "./workspaceFiles";

/** What the code of each framework is made of. */
const details: Readonly<Record<Framework, string>> = {
  numpy: vscode.l10n.t("im2col, GEMM and col2im, forward and backward"),
  pytorch: vscode.l10n.t("F.conv2d and autograd"),
  tensorflow: vscode.l10n.t("tf.nn.conv2d and GradientTape"),
  onnx: vscode.l10n.t("a model with W and b, and the lines that run it; forward only"),
};

/** `Conv: Copy As…`: code that computes this layer on these tensors, on the clipboard. Where it reads files, it asks where they go. */
export async function copyAs(runner: Runner, target: vscode.Uri | undefined): Promise<void> {
  const { layer, base } = await layerMeant(runner, target);
  const items = Object.entries(frameworks).map(([name, { label }]): Choice<Framework> => {
    const framework = name as Framework; // the table has these keys and no others
    return { label, detail: details[framework], value: framework };
  });
  const turn = { title: vscode.l10n.t("Copy {0} As", layer.name), step: 1, total: 1 };
  const framework = await choose(turn, vscode.l10n.t("Code for which library?"), items);
  if (framework === undefined || framework === back) return;

  const own = await ownFiles(workspaceFiles(base), layer);
  const write = (folder: string) => {
    const store = new Store(stemOf(layer), { folder }, own);
    return { code: codeOf(framework, layer, store), files: store.files };
  };
  let { code, files } = write("");
  if (files.size > 0) {
    const folder = await folderFor([...files.keys()], base);
    if (folder === undefined) return;
    ({ code, files } = write(pathOf(folder)));
    for (const [name, bytes] of files) {
      const uri = vscode.Uri.joinPath(folder, name);
      await workspaceFiles(uri).write(pathOf(uri), bytes);
    }
  }
  await vscode.env.clipboard.writeText(code);
  const { label } = frameworks[framework];
  const said =
    files.size === 0
      ? vscode.l10n.t("$(check) {0} code copied", label)
      : vscode.l10n.t("$(check) {0} code copied, {1} written", label, [...files.keys()].join(", "));
  vscode.window.setStatusBarMessage(said, 5000);
}

/** The layer file that is named or in front, as it stands there; else the one that has run. */
async function layerMeant(
  runner: Runner,
  target: vscode.Uri | undefined,
): Promise<{ readonly layer: Layer; readonly base: vscode.Uri }> {
  const front = vscode.window.activeTextEditor?.document;
  const uri = target !== undefined && isLayerFile(target) ? target : front && isLayer(front) ? front.uri : undefined;
  const { present } = runner;
  if (uri !== undefined) {
    const { base, text } = requestFor(uri);
    return { layer: await loadLayer(workspaceFiles(base), pathOf(base), { text }), base };
  }
  if (present !== undefined) return present;
  throw new ConvError({
    code: "bad-usage",
    what: "there is no layer to copy",
    remedy: "Open a layer file, or run a layer first",
  });
}

async function folderFor(names: readonly string[], base: vscode.Uri): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Folder for {0}", names.join(", ")),
    openLabel: vscode.l10n.t("Write Here"),
    defaultUri: vscode.Uri.joinPath(base, ".."),
    canSelectFolders: true,
    canSelectFiles: false,
  });
  return chosen?.at(0);
}
