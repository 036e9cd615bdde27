import { applyEdits } from "jsonc-parser";
import * as vscode from "vscode";
import { ConvError } from "../base/errors";
import { type JsonPath, pathText } from "../formats/literal";
import { settingEdits } from "../formats/settingEdits";
import { again } from "./following";
import type { Runner } from "./runner";

/** Puts what a note of the present layer offers into the layer's text, where undo takes it back, and runs it again at the same place. */
export async function runInstead(runner: Runner, note: number, choice: number): Promise<void> {
  const { present } = runner;
  if (present === undefined || note < 0) return;
  const setting = present.layer.notes.at(note)?.instead.at(choice);
  if (setting === undefined) return;
  if (present.source !== undefined)
    await writeSettings(await vscode.workspace.openTextDocument(present.source), [setting]);
  const { text, set, ...request } = again(present);
  const changed =
    present.source === undefined && text !== undefined ? applyEdits(text, settingEdits(text, setting)) : text;
  // What was set beside the text would still count for more.
  const others = set?.filter((other) => !other.startsWith(`${pathText(setting.path)}=`));
  await runner.run({ ...request, text: changed, set: others });
}

/** One step of undo for all of them. Throws ConvError where the document cannot be changed. */
export async function writeSettings(
  document: vscode.TextDocument,
  settings: readonly { readonly path: JsonPath; readonly value: unknown }[],
): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  for (const setting of settings)
    for (const { offset, length, content } of settingEdits(document.getText(), setting)) {
      const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
      edit.replace(document.uri, range, content);
    }
  if (await vscode.workspace.applyEdit(edit)) return;
  throw new ConvError({
    code: "bad-usage",
    what: "the layer file cannot be changed",
    file: document.fileName,
    remedy: `Write ${settings.map(({ path, value }) => `"${pathText(path)}": ${JSON.stringify(value)}`).join(", ")} into it`,
  });
}
