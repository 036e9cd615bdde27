import * as vscode from "vscode";
import type { ComparisonPanel } from "../compare/panel";
import { type Comparable, runChoices, sideOf } from "./comparable";
import { type Answer, type Question, type Turn, askAll, back, choose } from "./questions";
import type { Runner } from "./runner";
import { browse, browseFor, fileChoices, inputFiles, tensorIn } from "./tensorFiles";
import { workspaceFiles } from "./workspaceFiles";

interface Draft {
  left?: Comparable;
  right?: Comparable;
}

const title = vscode.l10n.t("Conv: Compare Tensors");

/** `Conv: Compare Tensors`: two files of the explorer, one and another one by question, or both by questions. */
export async function compareTensors(
  files: readonly vscode.Uri[],
  runner: Runner,
  panel: ComparisonPanel,
): Promise<void> {
  const given: Question<Draft>[] = files
    .slice(0, 2)
    .map((uri, i) => async (draft, turn) => put(draft, i === 0 ? "left" : "right", await inFile(uri, turn)));
  const asked: Question<Draft>[] = (["left", "right"] as const)
    .slice(given.length)
    .map((side) => async (draft, turn) => put(draft, side, await ask(side, turn, runner)));
  const draft = await askAll<Draft>(title, {}, [...given, ...asked]);
  if (draft?.left === undefined || draft.right === undefined) return;
  const [left, right] = [await sideOf(draft.left, runner), await sideOf(draft.right, runner)];
  panel.open(left, right, { keys: [left.key, right.key] });
}

function put(draft: Draft, side: keyof Draft, answer: Answer<Comparable>): Answer<true> {
  if (answer === undefined || answer === back) return answer;
  draft[side] = answer;
  return true;
}

async function inFile(uri: vscode.Uri, turn: Turn): Promise<Answer<Comparable>> {
  const chosen = await tensorIn(workspaceFiles(uri), uri, vscode.workspace.asRelativePath(uri), turn);
  return chosen === undefined || chosen === back ? chosen : { kind: "file", uri, key: chosen.key };
}

async function ask(side: keyof Draft, turn: Turn, runner: Runner): Promise<Answer<Comparable>> {
  const { t } = vscode.l10n;
  for (;;) {
    const chosen = await choose<Comparable | vscode.Uri | "browse">(
      turn,
      side === "left" ? t("Left: which tensor?") : t("Right: compared with which tensor?"),
      [...runChoices(runner.present), browse()],
      fileChoices(inputFiles),
    );
    if (chosen === undefined || chosen === back) return chosen;
    const uri = chosen === "browse" ? await browseFor(inputFiles) : chosen;
    if (uri === undefined) continue;
    if (!(uri instanceof vscode.Uri)) return uri;
    const answer = await inFile(uri, turn);
    if (answer !== back) return answer;
  }
}
