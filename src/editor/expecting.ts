import * as vscode from "vscode";
import { type Geometry, outShape, weightShape, xShape } from "../conv/geometry";
import type { ResultName } from "../diagnose/rounding";
import { loadLayer } from "../formats/loadLayer";
import { shapeText } from "../tensor/tensor";
import { LayerQuestions } from "./newLayer";
import { type Turn, back, choose } from "./questions";
import type { Request } from "./runner";
import { meanings } from "./shapes";
import { pathOf, workspaceFiles } from "./workspaceFiles";

/**
 * The same layer with what is expected of it taken from a file: the one named, or asked for. Which result it is follows from
 * its shape, or is asked as well. undefined: given up.
 */
export async function expecting(request: Request, file?: vscode.Uri): Promise<Request | undefined> {
  const files = workspaceFiles(request.base);
  const questions = new LayerQuestions(request.base, files);
  const turn: Turn = { title: vscode.l10n.t("Conv: Explain Mismatch"), step: 1, total: file === undefined ? 2 : 1 };
  const source = file === undefined ? await questions.expectedFile(turn) : await questions.tensorFrom(file, turn);
  if (source === undefined || source === back) return undefined;
  const { text, set } = request;
  const { geometry } = await loadLayer(files, pathOf(request.base), { text, set, anyExpected: true });
  const result = await resultMeant(geometry, source.shape, { ...turn, step: turn.total });
  if (result === undefined) return undefined;
  return { ...request, set: [...(set ?? []), `expected.${result}=${JSON.stringify(source.spec)}`] };
}

/** The one result of that shape; where several have it, or none does, somebody must say. */
async function resultMeant(g: Geometry, shape: readonly number[], turn: Turn): Promise<ResultName | undefined> {
  const shapes = { out: outShape(g), dx: xShape(g), dW: weightShape(g), db: [g.weightFilters] } as const;
  const fits = (name: ResultName) => shapeText(shapes[name]) === shapeText(shape);
  const names = (["out", "dx", "dW", "db"] as const).toSorted((a, b) => Number(fits(b)) - Number(fits(a)));
  if (fits(names[0]) && !fits(names[1])) return names[0];
  const { t } = vscode.l10n;
  const answer = await choose(
    turn,
    t("{0} are numbers of which result?", shapeText(shape)),
    names.map((name) => ({
      label: name,
      description: `${shapeText(shapes[name])} · ${meanings[name]}`,
      detail: fits(name) ? undefined : t("of another size"),
      value: name,
    })),
  );
  return answer === back ? undefined : answer;
}
