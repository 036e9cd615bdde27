import { applyEdits } from "jsonc-parser";
import * as vscode from "vscode";
import { ConvError } from "../base/errors";
import { intermediates } from "../conv/passes";
import { parseLayerFile } from "../formats/layerFile";
import { type JsonPath, pathText } from "../formats/literal";
import { parseOverride } from "../formats/overrides";
import { settingEdits } from "../formats/settingEdits";
import { decodeText } from "../formats/source";
import { readPausedTensor } from "../paused/readTensor";
import { type Role, rolesIn } from "../paused/roles";
import { type Tensor, shapeText, tensor } from "../tensor/tensor";
import { stageMeant } from "./expecting";
import { again } from "./following";
import { keepTensor } from "./keptTensors";
import { expressionMeant, pausedFrame } from "./pausedProgram";
import { type Choice, type Turn, back, choose } from "./questions";
import type { RunLayer } from "./runLayer";
import type { Present, Request, Runner } from "./runner";
import { settings } from "./settings";
import { ShapeQuestion } from "./shapeQuestion";
import { pathOf, workspaceFiles } from "./workspaceFiles";

/** A reading that ends sooner is not worth a word. */
const MOMENT_MS = 500;

type Use = JsonPath | "step" | "new input" | "new weight" | "shape";

/** `Conv: Open Tensor`: a tensor of a program that is paused in its own debugger becomes one of the layer's. */
export class OpenTensor {
  readonly #shapes: ShapeQuestion;

  /** `storage`: a folder of the extension's own. `explain`: why what is expected of a layer differs. */
  constructor(
    readonly runner: Runner,
    readonly runLayer: RunLayer,
    readonly storage: vscode.Uri,
    memory: vscode.Memento,
    readonly explain: (request: Request) => Promise<void>,
  ) {
    this.#shapes = new ShapeQuestion(memory);
  }

  /** `target`: what the menu of a variable or of an editor passes on. */
  async open(target: unknown): Promise<void> {
    const cancel = new AbortController();
    const paused = await pausedFrame(cancel);
    try {
      const expression = await expressionMeant(target);
      if (expression === undefined) return;
      const read = await inSight(expression, cancel, (onProgress) =>
        readPausedTensor(paused.frame, expression, {
          limit: settings().memoryBudgetBytes,
          askShape: (element) => this.#shapes.ask(expression, element),
          onProgress,
        }),
      );
      if (read !== undefined) await this.#use(expression, read);
    } finally {
      paused.dispose();
    }
  }

  async #use(expression: string, read: Tensor): Promise<void> {
    const { present } = this.runner;
    const turn = { title: vscode.l10n.t("Conv: Open Tensor"), step: 1, total: 1 };
    const use = await choose<Use>(
      turn,
      vscode.l10n.t("{0} is {1} {2}. What is it in the layer?", expression, read.dtype, shapeText(read.shape)),
      await this.#uses(read, present),
    );
    if (use === undefined || use === back) return;
    if (use === "shape") {
      const shape = await this.#shapes.ask(expression, read.dtype, read);
      return shape === undefined ? undefined : this.#use(expression, tensor(read.dtype, shape, read.data));
    }
    if (use === "step") return present && this.#useAsStep(present, expression, read, turn);
    const file = await keepTensor(this.storage, expression, read);
    if (use === "new input") await this.runLayer.useAsInput(file);
    else if (use === "new weight") await this.runLayer.useAsWeight(file);
    else if (present !== undefined) await this.runner.run(having(present, use, pathOf(file)));
  }

  /** The panel shows no steps of others: the report does, which is asked for at once. */
  async #useAsStep(present: Present, expression: string, read: Tensor, turn: Turn): Promise<void> {
    const stage = await stageMeant(present.layer.geometry, read.shape, turn, intermediates);
    if (stage === undefined) return;
    const file = await keepTensor(this.storage, expression, read);
    const next = await this.runner.run(having(present, ["expected", stage], pathOf(file)));
    await this.explain(again(next));
  }

  async #uses({ shape }: Tensor, present: Present | undefined): Promise<(Choice<Use> | vscode.QuickPickItem)[]> {
    const { t } = vscode.l10n;
    const separator = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator });
    const roles = present === undefined ? [] : await rolesOf(present, shape);
    const row = ({ path, label, says }: Role): Choice<Use> => ({
      label: `$(symbol-array) ${label}`,
      description: says,
      value: path,
    });
    const fitting = roles.filter(({ fits }) => fits).map(row);
    const others = roles.filter(({ fits }) => !fits);
    const many = shape.length >= 2 && shape.length <= 4;
    const step: Choice<Use> = {
      label: `$(list-ordered) ${t("Step in between…")}`,
      description: t("your own col, product or dcol, in any layout"),
      value: "step",
    };
    const own = present === undefined ? [] : [...fitting, ...(shape.length >= 2 ? [step] : [])];
    const fresh: Choice<Use>[] = [
      { label: `$(add) ${t("Input of a new layer")}`, value: "new input" },
      { label: `$(add) ${t("Weight of a new layer")}`, value: "new weight" },
    ];
    return [
      ...(present !== undefined && own.length > 0 ? [separator(present.title), ...own] : []),
      ...(many ? [separator(t("a new layer")), ...fresh] : []),
      separator(t("the same numbers")),
      { label: `$(symbol-ruler) ${t("Take as another shape…")}`, value: "shape" },
      ...(others.length > 0 ? [separator(t("does not fit this layer"))] : []),
      // Nothing to choose: they say why.
      ...others.map(({ label, says }) => ({ label: `$(circle-slash) ${label}`, description: says })),
    ];
  }
}

/** Shows how far a reading is, with a button to cancel it, if it takes longer than a moment. */
async function inSight<T>(
  expression: string,
  cancel: AbortController,
  read: (onProgress: (fraction: number) => void) => Promise<T>,
): Promise<T> {
  let report: (percent: number) => void = () => undefined;
  const reading = read((fraction) => report(Math.floor(100 * fraction)));
  const late = new Promise<"late">((resolve) => setTimeout(() => resolve("late"), MOMENT_MS));
  if ((await Promise.race([reading, late])) !== "late") return reading;
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t("Reading {0} from the paused program", expression),
    cancellable: true,
  };
  return vscode.window.withProgress(options, (progress, token) => {
    token.onCancellationRequested(() =>
      cancel.abort(new ConvError({ code: "cancelled", what: `the reading of ${expression} was cancelled` })),
    );
    let reported = 0;
    report = (percent) => {
      if (percent > reported) progress.report({ increment: percent - reported, message: `${percent} %` });
      reported = Math.max(reported, percent);
    };
    return reading;
  });
}

/** What the tensor could be in the layer that is there, by its own file and settings. */
async function rolesOf({ base, text, set, layer }: Present, shape: readonly number[]): Promise<Role[]> {
  const path = pathOf(base);
  const read = text ?? decodeText(await workspaceFiles(base).read(path));
  const { value } = parseLayerFile(read, path, (set ?? []).map(parseOverride));
  return rolesIn(value, layer.geometry, shape);
}

/**
 * The present layer with a tensor in place of its own, at the same place. A layer without a file has it in its text; a file is not
 * touched: it is set beside it until the file is run again.
 */
function having(present: Present, path: JsonPath, file: string) {
  const request = again(present);
  const { text, set = [] } = request;
  if (request.source === undefined && text !== undefined)
    return {
      ...request,
      title: titled(present.title, path, file),
      text: applyEdits(text, settingEdits(text, { path, value: file })),
    };
  const key = `${pathText(path)}=`;
  return { ...request, set: [...set.filter((other) => !other.startsWith(key)), key + JSON.stringify(file)] };
}

/** "photo.png · Sobel" with another input, or another filter. */
function titled(title: string, [key]: JsonPath, file: string): string {
  const names = title.split(" · ");
  const at = ["input", "weight"].indexOf(String(key));
  if (at >= 0 && names.length === 2) names[at] = file.replace(/^.*[\\/]/, "");
  return names.join(" · ");
}
