import { join } from "node:path";
import * as vscode from "vscode";
import { DisposableStack } from "./base/disposable";
import { overridesOf } from "./debug/attributes";
import { registerDebugger } from "./debug/register";
import { ComparisonPanel } from "./compare/panel";
import { RunLenses } from "./editor/codeLens";
import { findAgain } from "./editor/comparable";
import { registerCommands } from "./editor/commands";
import { DebugFilter } from "./editor/debugFilter";
import { debugLayer, layerMeant } from "./editor/debugging";
import { Diagnosing } from "./editor/diagnosing";
import { LayerDiagnostics } from "./editor/diagnostics";
import { Faults } from "./editor/faults";
import { Following, again } from "./editor/following";
import { goToElement } from "./editor/goToElement";
import { runInstead } from "./editor/instead";
import { LayerLanguage } from "./editor/layerLanguage";
import { OpenTensor } from "./editor/openTensor";
import { RunLayer } from "./editor/runLayer";
import { NumberEdits, writableTensors } from "./editor/numberEdits";
import { Runner } from "./editor/runner";
import { Samples } from "./editor/samples";
import { keyOf, requestOfKey } from "./editor/restoring";
import { ShapesView } from "./editor/shapesView";
import { TensorDocuments } from "./editor/tensorDocuments";
import { ConvPanel } from "./panel/panel";
import { ReportPanel } from "./report/panel";

/** What the extension hands out: its own tests look at it. */
export interface ConvApi {
  readonly runner: Runner;
  readonly shapes: ShapesView;
}

let runner: Runner | undefined;

export function activate(context: vscode.ExtensionContext): ConvApi {
  const stack = new DisposableStack();
  context.subscriptions.push(stack);
  const log = stack.add(vscode.window.createOutputChannel("Conv", { log: true }));
  const faults = new Faults(log);
  const running = (runner = new Runner(join(context.extensionPath, "dist"), log));
  const runLayer = new RunLayer(running, context.globalStorageUri);
  const version = String((context.extension.packageJSON as { version: unknown }).version); // every manifest has one
  const samples = new Samples(
    vscode.Uri.joinPath(context.extensionUri, "samples"),
    vscode.Uri.joinPath(context.globalStorageUri, `samples-${version}`),
  );
  const shapes = stack.add(new ShapesView());
  stack.add(running.onDidRun(({ session, verdicts }) => shapes.follow(session, verdicts)));
  stack.add(new LayerDiagnostics(log));
  stack.add(new LayerLanguage(running));
  stack.add(new TensorDocuments());
  const numberEdits = new NumberEdits(running, faults);
  const panel = stack.add(
    new ConvPanel(context, log, {
      act: {
        cancel: command("conv.cancel"),
        showLog: command("conv.showLog"),
        runAgain: command("conv.runAgain"),
        runLayer: command("conv.runLayer"),
        openSample: command("conv.openSample"),
      },
      nudge: (nudge) => numberEdits.nudge(nudge),
      restore: (key) => running.run(requestOfKey(key)).then(() => undefined),
      // The verdicts are shown before the layer's own notes.
      choose: (note, choice) => {
        const verdicts = running.present?.verdicts.length ?? 0;
        void faults.guard(() => (note < verdicts ? explain() : runInstead(running, note - verdicts, choice)));
      },
    }),
  );
  stack.add(
    running.onDidRun((present) => {
      const { session, title, layer, verdicts, before, live } = present;
      const notes = [
        ...verdicts.map(({ short, long, good }) => ({
          label: short,
          detail: long,
          choices: good ? [] : [vscode.l10n.t("Explain")],
        })),
        ...layer.notes.map(({ text, instead }) => ({
          label: labelOf(text),
          detail: text,
          choices: instead.map(({ value }) => value),
        })),
      ];
      const writable = writableTensors(present);
      panel.show({ session, title, notes, before, writable, key: keyOf(present) }, live);
      const wrong = verdicts.filter(({ good }) => !good);
      const text = `${title}: ${wrong.map(({ long }) => long).join(". ")}.`;
      if (wrong.length > 0) faults.warn(text, vscode.l10n.t("Explain"), () => diagnosing.explain(again(present)));
    }),
  );
  const comparison = stack.add(new ComparisonPanel(context, log, (key) => findAgain(key, running)));
  stack.add(running.onDidChangeActivity((activity) => panel.setActivity(activity)));
  // A debugger that stops anew brings its listing to the front, over what is being typed.
  const view = {
    isLive: () => panel.isOpen && vscode.debug.activeDebugSession?.type !== "conv",
    seen: () => panel.seen(),
  };
  stack.add(new Following(running, faults, view));
  const sources = vscode.Uri.joinPath(context.extensionUri, "samples");
  const debugFilter = stack.add(new DebugFilter(running, faults, sources, context.globalStorageUri, view));
  stack.add(new RunLenses(() => debugFilter.place));
  const reports = stack.add(
    new ReportPanel(context, log, {
      act: {
        cancel: () => diagnosing.cancel(),
        showLog: command("conv.showLog"),
        runAgain: () => void faults.guard(() => diagnosing.again()),
      },
      restore: (key) => diagnosing.restore(key),
    }),
  );
  const diagnosing: Diagnosing = stack.add(
    new Diagnosing(running, reports, {
      goTo: (request, place) => goToElement(running, request, place, (element) => panel.point(element)),
      guard: (work) => void faults.guard(work),
    }),
  );
  const explain = async () => {
    if (running.present !== undefined) await diagnosing.explain(again(running.present));
  };
  stack.add(
    registerCommands({
      runner: running,
      runLayer,
      debugFilter,
      openTensor: new OpenTensor(running, runLayer, context.globalStorageUri, context.workspaceState, (request) =>
        diagnosing.explain(request),
      ),
      diagnosing,
      samples,
      faults,
      comparison,
      showPanel: () => panel.reveal(),
      showTensor: (tensor) => panel.describe(tensor),
    }),
  );
  stack.add(
    registerDebugger(
      (attributes, work) => debugLayer(running, attributes.program, overridesOf(attributes), work),
      layerMeant,
    ),
  );
  void runAtStart(faults, runLayer);
  return { runner: running, shapes };
}

function isPanelComingBack(): boolean {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.some(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith("conv.panel"));
}

function command(id: string): () => unknown {
  return () => vscode.commands.executeCommand(id);
}

/** What a note is about, for its chip: its first word. */
function labelOf(note: string): string {
  return /^\w+/.exec(note)?.[0] ?? "";
}

/** Ends when no thread is left. */
export async function deactivate(): Promise<void> {
  await runner?.dispose();
}

/**
 * `npm start` names a layer file in the environment: it is run as soon as it is open. Nothing else runs by itself. After a
 * reload the panel that was there comes back with its own run.
 */
async function runAtStart(faults: Faults, runLayer: RunLayer): Promise<void> {
  const path = process.env.CONV_DEBUGGER_RUN;
  if (path !== undefined && path !== "" && !isPanelComingBack())
    await faults.guard(() => runLayer.run(vscode.Uri.file(path)));
}
