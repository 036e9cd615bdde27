import * as vscode from "vscode";
import { ConvError } from "../base/errors";
import { caseFiles, caseText } from "../export/caseFolder";
import { stemOf } from "../export/reproduced";
import { type FailingCase, shrink } from "../export/shrink";
import { isLayer, isLayerFile, showBesidePanel } from "./layerDocuments";
import { requestFor } from "./runLayer";
import type { Present, Runner } from "./runner";
import { pathOf, workspaceFiles } from "./workspaceFiles";

/**
 * `Conv: Export a Minimal Failing Case…`: the smallest part of a layer that differs from `expected` as the whole does, as a folder with a
 * test that fails, which is opened.
 */
export async function exportCase(runner: Runner, target: vscode.Uri | undefined): Promise<void> {
  const present = await presentMeant(runner, target);
  const found = await shrunk(runner, present);
  const parent = await folderFor(present);
  if (parent === undefined) return;
  const folder = vscode.Uri.joinPath(parent, `${stemOf(present.layer)}-case`);
  await vscode.workspace.fs.createDirectory(folder);
  for (const [name, bytes] of caseFiles(found)) {
    const uri = vscode.Uri.joinPath(folder, name);
    await workspaceFiles(uri).write(pathOf(uri), bytes);
  }
  await showBesidePanel(vscode.Uri.joinPath(folder, "test_case.py"));
  vscode.window.setStatusBarMessage(`$(check) ${caseText(found)}`, 8000);
}

/** The layer file that is named or in front is run unless it is the one that has run. */
async function presentMeant(runner: Runner, target: vscode.Uri | undefined): Promise<Present> {
  const front = vscode.window.activeTextEditor?.document;
  const uri = target !== undefined && isLayerFile(target) ? target : front && isLayer(front) ? front.uri : undefined;
  const { present } = runner;
  if (uri !== undefined && present?.source?.toString() !== uri.toString()) return runner.run(requestFor(uri));
  if (present !== undefined) return present;
  throw new ConvError({ code: "bad-usage", what: "nothing has run yet", remedy: "Run a layer first" });
}

function shrunk(runner: Runner, { layer }: Present): Thenable<FailingCase> {
  const { withProgress } = vscode.window;
  const title = vscode.l10n.t("Shrinking {0}", layer.name);
  return withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_, token) => {
      const cancel = new AbortController();
      const asked = token.onCancellationRequested(() => cancel.abort());
      try {
        return await shrink(layer, (inputs, signal) => runner.compute(inputs, signal), { signal: cancel.signal });
      } catch (error) {
        throw error instanceof ConvError ? error.inFile(layer.file) : error;
      } finally {
        asked.dispose();
      }
    },
  );
}

async function folderFor({ base, layer }: Present): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Where to Make the Folder {0}", `${stemOf(layer)}-case`),
    openLabel: vscode.l10n.t("Make It Here"),
    defaultUri: vscode.Uri.joinPath(base, ".."),
    canSelectFolders: true,
    canSelectFiles: false,
  });
  return chosen?.at(0);
}
