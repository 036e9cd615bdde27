import * as vscode from "vscode";
import { showBesidePanel } from "./layerDocuments";
import { type Choice, back, choose } from "./questions";
import { exists } from "./workspaceFiles";

/** `Conv: Open Sample`: the samples of the extension, copied to where they may be changed. */
export class Samples {
  /** `origin`: the extension's own samples; `storage`: where the copies go. */
  constructor(
    readonly origin: vscode.Uri,
    readonly storage: vscode.Uri,
  ) {}

  /** The layer file that was chosen, in a folder of its own; undefined: given up. Without a name it asks. */
  async open(name?: string): Promise<vscode.Uri | undefined> {
    const chosen = name ?? (await this.#ask());
    if (chosen === undefined) return undefined;
    const uri = vscode.Uri.joinPath(await this.#folder(chosen), chosen);
    await showBesidePanel(uri);
    return uri;
  }

  async #ask(): Promise<string | undefined> {
    const turn = { title: vscode.l10n.t("Conv: Open Sample"), step: 1, total: 1 };
    const answer = await choose(turn, vscode.l10n.t("A layer worth looking at"), [], this.#items());
    return answer === back ? undefined : answer;
  }

  /** Each by the first line of its own comment. */
  async #items(): Promise<Choice<string>[]> {
    const entries = await vscode.workspace.fs.readDirectory(this.origin);
    const names = entries.map(([name]) => name).filter((name) => name.endsWith(".conv.json"));
    return Promise.all(
      names.sort().map(async (name) => {
        const text = new TextDecoder().decode(
          await vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.origin, name)),
        );
        const about = /^\s*\/\/\s*(.*)/.exec(text)?.[1];
        return { label: `$(beaker) ${name.replace(/\.conv\.json$/, "")}`, detail: about, value: name };
      }),
    );
  }

  /** A workspace folder that holds the samples already, else a copy. What is there, and perhaps changed, stays. */
  async #folder(name: string): Promise<vscode.Uri> {
    for (const { uri } of vscode.workspace.workspaceFolders ?? [])
      if (await exists(vscode.Uri.joinPath(uri, name))) return uri;
    await vscode.workspace.fs.createDirectory(this.storage);
    for (const [entry, type] of await vscode.workspace.fs.readDirectory(this.origin)) {
      const copy = vscode.Uri.joinPath(this.storage, entry);
      if (type === vscode.FileType.File && !(await exists(copy)))
        await vscode.workspace.fs.copy(vscode.Uri.joinPath(this.origin, entry), copy);
    }
    return this.storage;
  }
}
