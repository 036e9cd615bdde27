import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { ConvError } from "../base/errors";
import { expressionAt } from "../paused/expressionAt";
import { Frame } from "../paused/program";

export interface PausedProgram extends Disposable {
  readonly frame: Frame;
}

/** The frame that is chosen in VS Code's debugger. Ends with its session: `cancel` is given then. Throws ConvError `bad-usage`. */
export async function pausedFrame(cancel: AbortController): Promise<PausedProgram> {
  const { activeDebugSession, activeStackItem } = vscode.debug;
  const session = activeStackItem?.session ?? activeDebugSession;
  if (session === undefined)
    throw unusable("no program is being debugged", "Start it in its own debugger, and let it stop where the tensor is");
  if (session.type === "conv")
    throw unusable(
      "the debugger in front is that of the layer itself",
      "Choose a frame of the other program under Call Stack",
    );
  const frameId =
    activeStackItem instanceof vscode.DebugStackFrame
      ? activeStackItem.frameId
      : await topFrame(session, activeStackItem?.threadId);
  if (frameId === undefined)
    throw unusable(`${session.name} is running`, "Pause it, or let it stop at a breakpoint, and choose a frame");
  const stack = new DisposableStack();
  stack.add(
    vscode.debug.onDidTerminateDebugSession(({ id }) => {
      if (id === session.id)
        cancel.abort(new ConvError({ code: "bad-usage", what: `${session.name} ended while it was being read` }));
    }),
  );
  return { frame: new Frame(session, frameId, session.type, cancel.signal), dispose: () => stack.dispose() };
}

/** Of a thread that is chosen and stands still. */
async function topFrame(session: vscode.DebugSession, threadId: number | undefined): Promise<number | undefined> {
  if (threadId === undefined) return undefined;
  try {
    const answer: unknown = await session.customRequest("stackTrace", { threadId, startFrame: 0, levels: 1 });
    const { stackFrames } = answer as { stackFrames?: readonly { readonly id: number }[] }; // as the protocol has it
    return stackFrames?.at(0)?.id;
  } catch {
    return undefined; // it is running
  }
}

function unusable(what: string, remedy: string): ConvError {
  return new ConvError({ code: "bad-usage", what, remedy });
}

/**
 * What is to be read: the variable of the Variables view; what is selected, or stands at the cursor, where the menu of an editor was
 * opened; else it is asked. undefined: given up.
 */
export async function expressionMeant(target: unknown): Promise<string | undefined> {
  if (isVariable(target)) {
    const { evaluateName, name } = target.variable;
    if (evaluateName !== undefined && evaluateName !== "") return evaluateName;
    throw unusable(
      `the debugger has no expression for ${name ?? "this variable"}`,
      "Open what it is a part of, or select an expression in the source",
    );
  }
  const editor = vscode.window.activeTextEditor;
  const there = editor === undefined ? "" : expressionIn(editor);
  if (target instanceof vscode.Uri && there !== "") return there;
  const asked = await vscode.window.showInputBox({
    title: vscode.l10n.t("Conv: Open Tensor"),
    prompt: vscode.l10n.t("An expression, as the paused program would write it: a tensor, an array, nested lists"),
    value: there,
    ignoreFocusOut: true,
  });
  return asked?.trim() === "" ? undefined : asked?.trim();
}

function expressionIn({ document, selection }: vscode.TextEditor): string {
  if (!selection.isEmpty) return document.getText(selection).trim();
  const { line, character } = selection.active;
  return expressionAt(document.lineAt(line).text, character);
}

/** What VS Code passes to the commands of `debug/variables/context`. */
function isVariable(target: unknown): target is { variable: { evaluateName?: string; name?: string } } {
  return typeof target === "object" && target !== null && "variable" in target && typeof target.variable === "object";
}
