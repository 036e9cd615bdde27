import * as vscode from "vscode";
import type { ArithmeticKind } from "../engine/engine";

/** The extension's settings as they are now. package.json declares them, with their defaults. */
export interface Settings {
  /** 0: as many as the machine has cores. */
  readonly threads: number;
  readonly arithmetic: ArithmeticKind;
  readonly memoryBudgetBytes: number;
  readonly codeLens: boolean;
}

export function settings(): Settings {
  const conv = vscode.workspace.getConfiguration("conv");
  return {
    threads: conv.get<number>("threads", 0),
    arithmetic: conv.get<string>("arithmetic") === "reproducible" ? "reproducible" : "fast",
    memoryBudgetBytes: conv.get<number>("memoryBudget", 2048) * 2 ** 20,
    codeLens: conv.get<boolean>("codeLens", true),
  };
}

/** As VS Code knows them: as one types, most of them stay as they are. */
const contexts = new Map<ContextKey, boolean>();

/** What menus, enablement and the walkthrough ask for. */
export type ContextKey =
  "hasRun" | "canSave" | "running" | "diagnosing" | "hasStepped" | "ranSelection" | "numbersSelected";

export function setContext(key: ContextKey, value: boolean): void {
  if (contexts.get(key) === value) return;
  contexts.set(key, value);
  void vscode.commands.executeCommand("setContext", `conv.${key}`, value);
}
