import * as vscode from "vscode";
import { ConvError, messageOf } from "../base/errors";
import { uriOf } from "./workspaceFiles";

/** The log of the extension: what ran, how fast, and every error with its cause. */
export class Faults {
  constructor(readonly log: vscode.LogOutputChannel) {}

  /** Runs a command's work; whatever it throws is logged and shown as one line. A cancelled run says nothing. */
  async guard<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      // Not awaited: the message stays as long as the person likes.
      void this.show(error);
      return undefined;
    }
  }

  /** Something that the person should know of, and what can be done about it; it is in the log already. */
  warn(text: string, title: string, act: () => Promise<void>): void {
    const showLog = vscode.l10n.t("Show Log");
    void vscode.window.showWarningMessage(text, title, showLog).then((chosen) => {
      if (chosen === showLog) this.log.show();
      if (chosen === title) void this.guard(act);
    });
  }

  /** One line, with "Show Log", and "Open File" where a file is named that is open to be read. */
  async show(error: unknown): Promise<void> {
    if (error instanceof ConvError && error.code === "cancelled") {
      this.log.info(messageOf(error));
      return;
    }
    this.log.error(error instanceof Error ? error : String(error));
    if (error instanceof Error && error.cause !== undefined) this.log.error(`caused by ${messageOf(error.cause)}`);
    const showLog = vscode.l10n.t("Show Log");
    const openFile = vscode.l10n.t("Open File");
    const place = placeOf(error);
    const actions = place === undefined ? [showLog] : [openFile, showLog];
    const chosen = await vscode.window.showErrorMessage(messageOf(shortened(error)), ...actions);
    if (chosen === showLog) this.log.show();
    if (chosen === openFile && place !== undefined) await openAt(place);
  }
}

interface Place {
  readonly uri: vscode.Uri;
  readonly position: vscode.Position;
}

/** The same with its files as the workspace calls them. */
function shortened(error: unknown): unknown {
  if (!(error instanceof ConvError)) return error;
  const short = (file: string) => vscode.workspace.asRelativePath(uriOf(file));
  const { fault } = error;
  return new ConvError({
    ...fault,
    file: fault.file === undefined ? undefined : short(fault.file),
    namedIn: fault.namedIn === undefined ? undefined : { ...fault.namedIn, file: short(fault.namedIn.file) },
  });
}

/** The place in a text that an error names, or the place in the layer file that led to it. */
function placeOf(error: unknown): Place | undefined {
  if (!(error instanceof ConvError)) return undefined;
  for (const { file, at } of [error.fault, ...(error.fault.namedIn ? [error.fault.namedIn] : [])])
    if (file !== undefined && at?.line !== undefined)
      return { uri: uriOf(file), position: new vscode.Position(at.line - 1, (at.column ?? 1) - 1) };
  return undefined;
}

async function openAt({ uri, position }: Place): Promise<void> {
  const selection = new vscode.Range(position, position);
  await vscode.window.showTextDocument(uri, { selection, viewColumn: vscode.ViewColumn.One });
}
