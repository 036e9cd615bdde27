import * as vscode from "vscode";
import { messageOf } from "../base/errors";

/** The person went one question back. */
export const back = Symbol("back");
export type Answer<T> = T | typeof back | undefined;

/** Where a question stands in the row of questions. */
export interface Turn {
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly total: number;
}

/** One question: puts its answer into the draft. undefined: the person gave up. */
export type Question<Draft> = (draft: Draft, turn: Turn) => Promise<Answer<true>>;

/** Asks one question after the other, back and forth; the draft, or undefined if the person gave up. */
export async function askAll<Draft>(
  title: string,
  draft: Draft,
  questions: readonly Question<Draft>[],
): Promise<Draft | undefined> {
  for (let at = 0; at < questions.length;) {
    const answer = await questions[at](draft, { title, step: at + 1, total: questions.length });
    if (answer === undefined) return undefined;
    at += answer === back ? -1 : 1;
  }
  return draft;
}

export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

type Row<T> = Choice<T> | vscode.QuickPickItem;

/** A list to choose from. `later` comes below `items` when it is there; the list can be answered before. */
export async function choose<T>(
  turn: Turn,
  placeholder: string,
  items: readonly Row<T>[],
  later?: Promise<readonly Row<T>[]>,
): Promise<Answer<T>> {
  const pick = vscode.window.createQuickPick<Row<T>>();
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = items;
  pick.busy = later !== undefined;
  const answer = ask(pick, turn, () => {
    const item = pick.selectedItems.at(0);
    return item !== undefined && "value" in item ? { value: item.value } : undefined;
  });
  try {
    const more = await Promise.race([later, answer.then(() => undefined)]);
    if (more !== undefined) pick.items = [...items, ...more];
  } catch (error) {
    pick.hide();
    throw error;
  }
  pick.busy = false;
  return answer;
}

/** What a text would lead to, shown while it is typed; or why it cannot be. */
export type Preview<T> = { readonly value: T; readonly says: string } | { readonly error: string };

/** A line to fill in, with a live preview of where it leads. */
export async function fillIn<T>(
  turn: Turn,
  label: string,
  initial: string,
  preview: (text: string) => T,
  says: (value: T) => string,
): Promise<Answer<T>> {
  const input = vscode.window.createInputBox();
  input.value = initial;
  const look = (): Preview<T> => {
    try {
      const value = preview(input.value.trim());
      return { value, says: says(value) };
    } catch (error) {
      return { error: messageOf(error) };
    }
  };
  const show = () => {
    const seen = look();
    input.prompt = "says" in seen ? `${label}: ${seen.says}` : label;
    input.validationMessage = "error" in seen ? seen.error : undefined;
  };
  show();
  const changed = input.onDidChangeValue(show);
  try {
    return await ask(input, turn, () => {
      const seen = look();
      return "value" in seen ? { value: seen.value } : undefined;
    });
  } finally {
    changed.dispose();
  }
}

/** Shows it until it is answered, left or gone back from. `accept` gives the answer, or undefined while there is none. */
async function ask<T>(
  input: vscode.QuickInput & Pick<vscode.InputBox, "onDidAccept" | "onDidTriggerButton" | "buttons">,
  { title, step, total }: Turn,
  accept: () => { readonly value: T } | undefined,
): Promise<Answer<T>> {
  input.title = title;
  input.step = step;
  input.totalSteps = total;
  input.ignoreFocusOut = true;
  input.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
  const listeners: vscode.Disposable[] = [];
  try {
    return await new Promise<Answer<T>>((resolve) => {
      listeners.push(
        input.onDidAccept(() => {
          const answer = accept();
          if (answer !== undefined) resolve(answer.value);
        }),
        input.onDidTriggerButton(() => resolve(back)),
        input.onDidHide(() => resolve(undefined)),
      );
      input.show();
    });
  } finally {
    for (const listener of listeners) listener.dispose();
    input.dispose();
  }
}
