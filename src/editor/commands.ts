import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { ConvError } from "../base/errors";
import type { TensorName } from "../conv/run";
import { neighbourStage, stageStart } from "../trace/order/navigate";
import type { Trace } from "../trace/moment/trace";
import { copyAs } from "./copyAs";
import type { DebugFilter } from "./debugFilter";
import type { ComparisonPanel } from "../compare/panel";
import { compareTensors } from "./compareTensors";
import { exportCase } from "./exportCase";
import { checkGradients, explainMismatch } from "./diagnoseCommands";
import type { Diagnosing } from "./diagnosing";
import { exportNpy, exportNpz } from "./exportTensors";
import type { Faults } from "./faults";
import { back, fillIn } from "./questions";
import type { OpenTensor } from "./openTensor";
import type { RunLayer } from "./runLayer";
import type { Present, Runner } from "./runner";
import { again } from "./following";
import type { Samples } from "./samples";
import { saveLayer } from "./saveLayer";
import { setContext } from "./settings";

/** What the commands work on. The panel is somebody else's: they only ask it to show. */
export interface Parts {
  readonly runner: Runner;
  readonly runLayer: RunLayer;
  readonly debugFilter: DebugFilter;
  readonly openTensor: OpenTensor;
  readonly diagnosing: Diagnosing;
  readonly samples: Samples;
  readonly faults: Faults;
  readonly comparison: ComparisonPanel;
  showPanel(): void;
  showTensor(tensor: TensorName): void;
}

type Move = Parameters<Present["session"]["move"]>[0];

/** Commands that move the position, and how. */
const moves: Readonly<Record<string, Move>> = {
  "conv.step": "next",
  "conv.stepBack": "previous",
  "conv.stepIn": "stepIn",
  "conv.stepOut": "stepOut",
  "conv.toStart": "toStart",
  "conv.toEnd": "toEnd",
};

/** Registers every command that package.json contributes, and those that only the shapes view and the lenses call. */
export function registerCommands(parts: Parts): Disposable {
  const { runner, runLayer, debugFilter, samples, faults } = parts;
  const stack = new DisposableStack();
  const register = (id: string, work: (...args: unknown[]) => unknown) =>
    stack.add(
      vscode.commands.registerCommand(id, (...args: unknown[]) =>
        faults.guard(() => Promise.resolve(work(...args)).then(() => undefined)),
      ),
    );
  const withPresent = (work: (present: Present) => unknown) => () => {
    if (runner.present === undefined)
      throw new ConvError({ code: "bad-usage", what: "nothing has run yet", remedy: "Run a layer first" });
    return work(runner.present);
  };

  register("conv.runLayer", (target) => runLayer.run(asUri(target)));
  register("conv.openSample", async (name) => {
    const uri = await samples.open(typeof name === "string" ? name : undefined);
    if (uri !== undefined) await runLayer.run(uri);
  });
  // What the lenses above an array pass on.
  register("conv.debugFilter", (uri, offset) => debugFilter.debug(uri as vscode.Uri, offset as number));
  register("conv.probeFilter", (uri, offset) => debugFilter.probe(uri as vscode.Uri, offset as number));
  // A lens as well: the panel on this layer, as it stands there if it has run.
  register("conv.visualizeLayer", async (target) => {
    const uri = asUri(target);
    if (uri?.toString() === runner.present?.source?.toString()) parts.showPanel();
    else await runLayer.run(uri);
  });
  register("conv.useAsInput", (target) => withUri(target, (uri) => runLayer.useAsInput(uri)));
  register("conv.useAsWeight", (target) => withUri(target, (uri) => runLayer.useAsWeight(uri)));
  register("conv.openTensor", (target) => parts.openTensor.open(target));
  // From the explorer: the file that was clicked, and all that are selected.
  register("conv.compareTensors", (target, all) =>
    compareTensors(
      (Array.isArray(all) ? all : [target]).filter((uri) => uri instanceof vscode.Uri),
      runner,
      parts.comparison,
    ),
  );
  register(
    "conv.saveLayer",
    withPresent(async (present) => {
      const source = await saveLayer(present, runLayer.home);
      if (source !== undefined) await runLayer.run(source);
    }),
  );
  register("conv.exportNpz", withPresent(exportNpz));
  register("conv.exportNpy", withPresent(exportNpy));
  register("conv.copyAs", (target) => copyAs(runner, asUri(target)));
  register("conv.exportCase", (target) => exportCase(runner, asUri(target)));
  register("conv.showPanel", () => parts.showPanel());
  register(
    "conv.runAgain",
    withPresent((present) =>
      present.filter === undefined ? runner.run(again(present)) : debugFilter.again(present.filter),
    ),
  );
  register("conv.explainMismatch", (target) => explainMismatch(parts, asUri(target)));
  register("conv.checkGradients", (target) => checkGradients(parts, asUri(target)));
  register("conv.cancel", () => {
    runner.cancel();
    parts.diagnosing.cancel();
  });
  register("conv.showLog", () => faults.log.show());
  register("conv.revealTensor", (tensor) => parts.showTensor(tensor as TensorName)); // only the shapes view calls it
  for (const [id, move] of Object.entries(moves))
    register(
      id,
      withPresent(({ session }) => {
        session.move(move);
        setContext("hasStepped", true);
      }),
    );
  register(
    "conv.nextStage",
    withPresent((present) => toStage(present, "forward")),
  );
  register(
    "conv.previousStage",
    withPresent((present) => toStage(present, "back")),
  );
  register("conv.goToStep", withPresent(goToStep));
  return stack;
}

function asUri(argument: unknown): vscode.Uri | undefined {
  return argument instanceof vscode.Uri ? argument : undefined;
}

async function withUri(argument: unknown, use: (uri: vscode.Uri) => Promise<void>): Promise<void> {
  const uri = asUri(argument);
  if (uri !== undefined) await use(uri);
}

/** The first step of the stage after, or before, the present one. */
function toStage({ session }: Present, direction: "forward" | "back"): void {
  const stage = neighbourStage(session.trace.steps, session.step, direction);
  if (stage !== null) session.seek(stageStart(session.trace.steps, stage));
}

async function goToStep({ session }: Present): Promise<void> {
  const { trace, step } = session;
  const turn = { title: vscode.l10n.t("Go to Step"), step: 1, total: 1 };
  const label = vscode.l10n.t("Step, 0 to {0}", Math.max(0, trace.total - 1));
  const chosen = await fillIn(turn, label, String(step), stepOf(trace), (wanted) => placeText(trace, wanted));
  if (chosen !== undefined && chosen !== back) session.seek(chosen);
}

/** Spaces, commas and points between groups of digits are as good as none. */
function stepOf(trace: Trace): (text: string) => number {
  return (text) => {
    const digits = text.replace(/[\s,._]/g, "");
    const step = /^\d+$/.test(digits) ? Number(digits) : NaN;
    trace.steps.spanAt(step);
    return step;
  };
}

function placeText(trace: Trace, step: number): string {
  const { stage, indices } = trace.steps.place(step);
  return [stage, ...Object.entries(indices).map(([name, value]) => `${name} ${value}`)].join(" · ");
}
