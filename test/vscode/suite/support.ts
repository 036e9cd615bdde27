import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Present } from "../../../src/editor/runner";
import type { ConvApi } from "../../../src/extension";

export const extension = vscode.extensions.getExtension<ConvApi>("conv-debugger.conv-debugger")!;

/** The copy of the samples that is open. */
export function workspaceUri(...path: string[]): vscode.Uri {
  return vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0].uri, ...path);
}

export async function api(): Promise<ConvApi> {
  return extension.activate();
}

/** Runs a sample through its command, and answers with the run. */
export async function openSample(name: string): Promise<Present> {
  await vscode.commands.executeCommand("conv.openSample", name);
  return presentOf(name.replace(".conv.json", ""));
}

export async function presentOf(title: string): Promise<Present> {
  const { present } = (await api()).runner;
  assert.ok(present, "nothing has run");
  assert.equal(present.title, title);
  return present;
}

/** Writes a file of the workspace and opens it. */
export async function openText(name: string, text: string): Promise<vscode.TextEditor> {
  const uri = workspaceUri(name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return vscode.window.showTextDocument(uri, { preview: false });
}

export async function replaceAll(editor: vscode.TextEditor, text: string): Promise<void> {
  const { document } = editor;
  const whole = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
  assert.ok(await editor.edit((edit) => edit.replace(whole, text)));
}

/** Looks until it is so; fails with the reason after ten seconds. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const end = Date.now() + 10_000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((later) => setTimeout(later, 25));
  }
}

export async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}
