import * as vscode from "vscode";
import { type Geometry, outShape, weightShape, xShape } from "../conv/geometry";
import { type StageName, intermediates, isIntermediate, resultNames } from "../conv/passes";
import { canBe, stepShape } from "../diagnose/stages/arrangement";
import { loadLayer } from "../formats/loadLayer";
import { shapeText } from "../tensor/tensor";
import { LayerQuestions } from "./newLayer";
import { type Choice, type Turn, back, choose } from "./questions";
import type { Request } from "./runner";
import { meanings } from "./shapes";
import { pathOf, workspaceFiles } from "./workspaceFiles";

/**
 * The same layer with what is expected of it taken from a file: the one named, or asked for. Which result or step in between it is
 * follows from its shape, or is asked as well. undefined: given up.
 */
export async function expecting(request: Request, file?: vscode.Uri): Promise<Request | undefined> {
  const files = workspaceFiles(request.base);
  const questions = new LayerQuestions(request.base, files);
  const turn: Turn = { title: vscode.l10n.t("Conv: Explain Mismatch"), step: 1, total: file === undefined ? 2 : 1 };
  const source = file === undefined ? await questions.expectedFile(turn) : await questions.tensorFrom(file, turn);
  if (source === undefined || source === back) return undefined;
  const { text, set } = request;
  const { geometry } = await loadLayer(files, pathOf(request.base), { text, set, anyExpected: true });
  const stage = await stageMeant(geometry, source.shape, { ...turn, step: turn.total }, [
    ...resultNames,
    ...intermediates,
  ]);
  if (stage === undefined) return undefined;
  return { ...request, set: [...(set ?? []), `expected.${stage}=${JSON.stringify(source.spec)}`] };
}

/**
 * The one result of that shape, or else the one step in between that has it in some layout; where several do, or none does, somebody
 * must say. `names`: those in question.
 */
export async function stageMeant<Name extends StageName>(
  g: Geometry,
  shape: readonly number[],
  turn: Turn,
  names: readonly Name[],
): Promise<Name | undefined> {
  const fits = (name: StageName) =>
    isIntermediate(name) ? canBe(name, g, shape) : shapeText(shapeOf(g, name)) === shapeText(shape);
  const fitting = names.filter(fits);
  const results = fitting.filter((name) => !isIntermediate(name));
  const likely = results.length > 0 ? results : fitting;
  if (likely.length === 1) return likely[0];
  const { t } = vscode.l10n;
  const ordered = names.toSorted((a, b) => Number(fits(b)) - Number(fits(a)));
  const answer = await choose(
    turn,
    t("{0} are numbers of which tensor?", shapeText(shape)),
    ordered.map((name): Choice<Name> => ({
      label: name,
      description: `${shapeText(shapeOf(g, name))} · ${stageMeanings[name]}`,
      detail: fits(name) ? undefined : t("of another size"),
      value: name,
    })),
  );
  return answer === back ? undefined : answer;
}

const stageMeanings: Readonly<Record<StageName, string>> = { ...meanings, product: "col times W, before the bias" };

/** As the textbook has it. */
function shapeOf(g: Geometry, name: StageName): readonly number[] {
  if (isIntermediate(name)) return stepShape(g, name);
  return { out: outShape(g), dx: xShape(g), dW: weightShape(g), db: [g.weightFilters] }[name];
}
