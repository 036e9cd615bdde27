import * as vscode from "vscode";
import { writeTensors } from "../formats/formats";
import type { Tensor } from "../tensor/tensor";
import { exists, pathOf, workspaceFiles } from "./workspaceFiles";

/** As many as two layers have tensors: a run, and the one after a restart, read them again. */
const MOST = 16;

/** Tensors that came out of a program, as files in the extension's own `storage`, each in a folder of its own: none is written over. */
function folderIn(storage: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(storage, "paused");
}

/** The oldest go. */
export async function keepTensor(storage: vscode.Uri, expression: string, tensor: Tensor): Promise<vscode.Uri> {
  const { fs } = vscode.workspace;
  const name = expression.replace(/[^\p{L}\p{N}_.-]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "");
  const folder = vscode.Uri.joinPath(folderIn(storage), Date.now().toString().padStart(15, "0"));
  const uri = vscode.Uri.joinPath(folder, `${name.slice(0, 40) || "tensor"}.npy`);
  await fs.createDirectory(folder);
  await writeTensors(workspaceFiles(uri), pathOf(uri), { tensor });
  const kept = (await fs.readDirectory(folderIn(storage))).map(([each]) => each).sort();
  for (const old of kept.slice(0, -MOST))
    await fs.delete(vscode.Uri.joinPath(folderIn(storage), old), { recursive: true });
  return uri;
}

export function isKept(storage: vscode.Uri, uri: vscode.Uri): boolean {
  return uri.scheme === storage.scheme && uri.path.startsWith(`${folderIn(storage).path}/`);
}

/** Copies a kept tensor beside a layer file, where it stays. Its name there. */
export async function copyBeside(kept: vscode.Uri, layer: vscode.Uri): Promise<string> {
  const stem = kept.path.replace(/^.*\//, "").replace(/\.npy$/, "");
  for (let count = 1; ; count++) {
    const name = `${stem}${count === 1 ? "" : `-${count}`}.npy`;
    const target = vscode.Uri.joinPath(layer, "..", name);
    if (await exists(target)) continue;
    await vscode.workspace.fs.copy(kept, target);
    return name;
  }
}
