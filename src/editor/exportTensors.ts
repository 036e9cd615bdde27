import * as vscode from "vscode";
import { writeTensors } from "../formats/formats";
import { type Tensor, shapeText } from "../tensor/tensor";
import { type Choice, back, choose } from "./questions";
import type { Present } from "./runner";
import { meanings } from "./shapes";
import { pathOf, workspaceFiles } from "./workspaceFiles";

/** All tensors of a run as one .npz. */
export async function exportNpz(present: Present): Promise<void> {
  await write(present, "npz", tensorsOf(present), `${present.layer.name}.npz`);
}

/** One tensor of a run as .npy. */
export async function exportNpy(present: Present): Promise<void> {
  const items = Object.entries(tensorsOf(present)).map(([name, tensor]): Choice<[string, Tensor]> => ({
    label: name,
    description: `${shapeText(tensor.shape)} · ${tensor.dtype}`,
    detail: name in meanings ? meanings[name as keyof typeof meanings] : undefined, // just seen
    value: [name, tensor],
  }));
  const turn = { title: vscode.l10n.t("Export a Tensor as .npy"), step: 1, total: 1 };
  const chosen = await choose(turn, vscode.l10n.t("Which tensor?"), items);
  if (chosen === undefined || chosen === back) return;
  const [name, tensor] = chosen;
  await write(present, "npy", { [name]: tensor }, `${present.layer.name}-${name}.npy`);
}

function tensorsOf({ run }: Present): Record<string, Tensor> {
  const entries = Object.entries(run.tensors).filter((entry): entry is [string, Tensor] => entry[1] !== null);
  return Object.fromEntries(entries);
}

async function write(
  { base }: Present,
  extension: "npy" | "npz",
  tensors: Record<string, Tensor>,
  name: string,
): Promise<void> {
  const uri = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(base, "..", name),
    filters: { NumPy: [extension] },
    title: vscode.l10n.t("Export as .{0}", extension),
  });
  if (uri === undefined) return;
  await writeTensors(workspaceFiles(uri), pathOf(uri), tensors);
  vscode.window.setStatusBarMessage(vscode.l10n.t("$(check) {0} written", uri.path.replace(/^.*\//, "")), 5000);
}
