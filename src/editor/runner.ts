import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { ConvError } from "../base/errors";
import { Emitter } from "../base/events";
import { sizeText } from "../base/text";
import { type Run, type RunInputs, arithmeticText } from "../conv/run";
import { compareResults } from "../diagnose/rounding";
import { Engine } from "../engine/engine";
import { DEFAULT_LIMIT } from "../engine/memory";
import { type Needs, needsInFull, needsOf, needsText } from "../engine/needs";
import { type Layer, type LoadOptions, loadLayer } from "../formats/loadLayer";
import { ReadBefore } from "../formats/readBefore";
import { runBefore } from "../session/before";
import { Session } from "../session/session";
import type { FilterPlace } from "./filterPlace";
import { QUIET_MS, RunProgress } from "./runProgress";
import { setContext, settings } from "./settings";
import { type Verdict, verdictOf } from "./verdicts";
import { pathOf, workspaceFiles } from "./workspaceFiles";

/** What to run. */
export interface Request {
  readonly title: string;
  /** The layer file, or where the file of a layer without one would be: its paths start from there. */
  readonly base: vscode.Uri;
  /** The layer's text, if it is not what `base` holds on disk. */
  readonly text?: string;
  /** The document that it came from; undefined for one that was put together by questions. */
  readonly source?: vscode.Uri;
  /** The filter in a source file that it came from. */
  readonly filter?: FilterPlace;
  /** Settings that replace those of the text, "key=value". */
  readonly set?: readonly string[];
  /** Where to be afterwards: at the end, where out is complete, or as near to the present place as the new run allows. */
  readonly at?: "end" | "out" | "same";
  /** It runs by itself, as one types: without a word unless it takes long, and without bringing the panel to the front. */
  readonly live?: boolean;
}

/** A run and all that belongs to it. */
export interface Present extends Request {
  readonly layer: Layer;
  readonly run: Run;
  readonly session: Session;
  /** The run before an edit, to compare this one with; null where nothing was edited. */
  readonly before: Run | null;
  /** What became of `expected`. */
  readonly verdicts: readonly Verdict[];
}

/** What goes on beside the present run. */
export type Activity =
  | { readonly kind: "running"; readonly title: string; readonly fraction: number | null; readonly detail: string }
  | { readonly kind: "failed"; readonly title: string; readonly error: unknown }
  | { readonly kind: "stale"; readonly reason: string };

/** Where a run under way says how far it is. */
export interface Saying {
  readonly progress: RunProgress;
  readonly say: (fraction: number | null, detail: string) => void;
}

/** Layer file → tensors → engine → session. One engine for the window; a new run ends the one before it. */
export class Runner implements Disposable {
  readonly #stack = new DisposableStack();
  readonly #didRun = this.#stack.add(new Emitter<Present>());
  readonly #didChangeActivity = this.#stack.add(new Emitter<Activity | null>());
  readonly onDidRun = this.#didRun.event;
  readonly onDidChangeActivity = this.#didChangeActivity.event;
  readonly #assets: string;
  readonly #log: vscode.LogOutputChannel;
  #engine: { readonly engine: Engine; readonly limit: number } | undefined;
  #cancel: AbortController | undefined;
  #running: Promise<unknown> = Promise.resolve();
  readonly #readBefore = new ReadBefore();
  #present: Present | undefined;

  /** `assets`: the folder of worker.js and the kernels. */
  constructor(assets: string, log: vscode.LogOutputChannel) {
    this.#assets = assets;
    this.#log = log;
  }

  get present(): Present | undefined {
    return this.#present;
  }

  get running(): boolean {
    return this.#cancel !== undefined;
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    while (this.running) await this.#running.catch(() => undefined);
  }

  cancel(): void {
    this.#cancel?.abort();
  }

  /** Runs, and shows how far it is. Throws ConvError; `cancelled` if it was, also by another run. */
  run(request: Request): Promise<Present> {
    this.#cancel?.abort();
    const cancel = new AbortController();
    this.#cancel = cancel;
    const running = this.#run(request, cancel);
    this.#running = running;
    return running;
  }

  async #run(request: Request, cancel: AbortController): Promise<Present> {
    const progress = new RunProgress(request.title, cancel);
    const began = performance.now();
    const say = (fraction: number | null, detail: string) => {
      if (request.live === true && performance.now() - began < QUIET_MS) return;
      setContext("running", true);
      this.#didChangeActivity.fire({ kind: "running", title: request.title, fraction, detail });
    };
    try {
      const { layer, run } = await this.made(request, cancel.signal, { progress, say });
      return await this.#put(request, layer, run, cancel.signal);
    } catch (error) {
      const aborted = cancel.signal.aborted;
      const cancelled = aborted || (error instanceof ConvError && error.code === "cancelled");
      // A run that another one ended says nothing: the other one speaks.
      if (this.#cancel === cancel)
        this.#didChangeActivity.fire(cancelled ? null : { kind: "failed", title: request.title, error });
      throw aborted ? new ConvError({ code: "cancelled", what: `${request.title}: the run was cancelled` }) : error;
    } finally {
      progress.dispose();
      if (this.#cancel === cancel) {
        this.#cancel = undefined;
        setContext("running", false);
      }
    }
  }

  /** A layer and its run, which does not become the present one. `expected` may be of any size. Throws ConvError. */
  async made(
    request: Request,
    signal: AbortSignal,
    { progress, say }: Saying,
    reading: Pick<LoadOptions, "intermediates"> = {},
  ): Promise<{ layer: Layer; run: Run }> {
    say(null, vscode.l10n.t("reading"));
    const layer = await loadLayer(workspaceFiles(request.base), pathOf(request.base), {
      text: request.text,
      set: request.set,
      anyExpected: true,
      ...reading,
      before: this.#readBefore,
    });
    const { threads, memoryLimit } = engineSettings();
    const needs = needsOf(layer, { threads, memoryLimit });
    this.#log.info(`${request.title}: ${needsInFull(needs)}`);
    progress.announce(needsText(needs));
    say(null, needsText(needs));
    await affordable(needs, signal);
    const run = await this.compute(layer, signal, (fraction) => {
      progress.update(fraction);
      say(fraction, vscode.l10n.t("computing ({0})", needsText(needs)));
    });
    return { layer, run };
  }

  /** The present layer with other numbers in its tensors, from now on in its session. Throws ConvError. */
  async rerun(inputs: RunInputs, signal: AbortSignal, onProgress?: (fraction: number) => void): Promise<void> {
    const { present } = this;
    if (present === undefined) throw new ConvError({ code: "bad-usage", what: "nothing has run yet" });
    const run = await this.compute(inputs, signal, onProgress);
    if (this.#present !== present) throw new ConvError({ code: "cancelled", what: "another layer has run meanwhile" });
    await this.#put({ ...present, at: "same", live: false }, { ...present.layer, ...inputs }, run, signal);
  }

  /** Something that the present run came from has changed since. */
  markStale(reason: string): void {
    if (!this.running) this.#didChangeActivity.fire({ kind: "stale", reason });
  }

  async dispose(): Promise<void> {
    this.cancel();
    this.#present?.session.dispose();
    this.#stack.dispose();
    const engine = this.#engine?.engine;
    this.#engine = undefined;
    await engine?.dispose();
  }

  /** Makes a run the present one. The same layer goes on in its session, with its breakpoints. */
  async #put(request: Request, layer: Layer, run: Run, signal: AbortSignal): Promise<Present> {
    const comparisons = await compareResults(run, layer.expected, (inputs) => this.compute(inputs, signal));
    signal.throwIfAborted();
    const before = this.#present;
    const goesOn = request.at === "same" && before !== undefined;
    const session = goesOn ? before.session : new Session(run);
    const { total, spans } = session.trace.steps;
    if (request.at === "out" && total > 0) session.seek(spans.gemm.start + spans.gemm.count - 1);
    session.breakpoints.expected = { tensors: layer.expected };
    const edited = goesOn ? runBefore(before.before, before.run, run) : null;
    const present = { ...request, layer, run, session, before: edited, verdicts: comparisons.map(verdictOf) };
    this.#present = present;
    if (goesOn) session.setRun(run);
    this.#note(present);
    setContext("hasRun", true);
    setContext("canSave", request.source === undefined);
    this.#didRun.fire(present);
    this.#didChangeActivity.fire(null);
    if (!goesOn) before?.session.dispose();
    return present;
  }

  /** By the window's engine, with its settings. */
  compute(inputs: RunInputs, signal?: AbortSignal, onProgress?: (fraction: number) => void): Promise<Run> {
    const { threads, arithmetic, memoryLimit } = engineSettings();
    if (this.#engine?.limit !== memoryLimit) {
      void this.#engine?.engine.dispose();
      this.#engine = { limit: memoryLimit, engine: new Engine({ assets: this.#assets, memoryLimit }) };
    }
    const { geometry, x, W, b, dout } = inputs;
    return this.#engine.engine.run({ geometry, x, W, b, dout }, { signal, onProgress, arithmetic, threads });
  }

  #note({ title, layer, run, verdicts }: Present): void {
    const { forwardMs, backwardMs, threads, kernel } = run.timing;
    const ms = `forward ${forwardMs.toFixed(1)} ms, backward ${backwardMs.toFixed(1)} ms`;
    const how = `${threads} ${threads === 1 ? "thread" : "threads"}, ${kernel}, ${arithmeticText(run.arithmetic)}`;
    this.#log.info(`${title}: ${ms}, ${how}`);
    for (const { text } of layer.notes) this.#log.info(text);
    for (const { good, long } of verdicts) this.#log[good ? "info" : "warn"](long);
  }
}

/** The settings as the engine takes them. */
function engineSettings() {
  const { threads, arithmetic, memoryBudgetBytes } = settings();
  return {
    threads: threads > 0 ? threads : undefined,
    arithmetic,
    memoryLimit: Math.min(memoryBudgetBytes, DEFAULT_LIMIT),
  };
}

/** Asks before more memory is taken than the budget; a "no" is a cancelled run. */
async function affordable({ neededBytes, resultBytes, tiles }: Needs, signal: AbortSignal): Promise<void> {
  const budget = settings().memoryBudgetBytes;
  if (neededBytes <= budget) return;
  const { t } = vscode.l10n;
  const parts = tiles > 1 ? t(" It is computed in {0} tiles.", tiles) : "";
  const question = t(
    "This layer takes {0} of memory, {1} of it for its results; the budget is {2}.",
    sizeText(neededBytes),
    sizeText(resultBytes),
    sizeText(budget),
  );
  const anyway = t("Run Anyway");
  const change = t("Change the Budget");
  const asked = vscode.window.showWarningMessage(question + parts, anyway, change);
  const answer = await Promise.race([asked, aborted(signal)]);
  if (answer === change) await vscode.commands.executeCommand("workbench.action.openSettings", "conv.memoryBudget");
  if (answer !== anyway || signal.aborted)
    throw new ConvError({ code: "cancelled", what: "the run was not begun: it takes more memory than the budget" });
}

/** Resolves when the signal says so: a question that nobody answers must not keep a cancelled run waiting. */
function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));
}
