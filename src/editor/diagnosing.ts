import { applyEdits } from "jsonc-parser";
import * as vscode from "vscode";
import type { Disposable } from "../base/disposable";
import { ConvError } from "../base/errors";
import { type ResultName, passes } from "../conv/passes";
import { checkGradients } from "../diagnose/gradcheck";
import { explain } from "../diagnose/explain";
import type { Watcher } from "../diagnose/pace";
import { bisect } from "../diagnose/stages/bisect";
import type { Layer } from "../formats/loadLayer";
import { requireExpected } from "../formats/requireExpected";
import { settingEdits } from "../formats/settingEdits";
import { GradientsReport } from "../report/gradients";
import { MismatchReport } from "../report/mismatch";
import { listed } from "../report/words";
import type { ReportPanel } from "../report/panel";
import type { ReportShowing } from "../report/host";
import type { ComputeTensor } from "../tensor/tensor";
import type { Element } from "../trace/order/elements";
import { type Written, settingsFor, settingsText } from "./adopting";
import { writeSettings } from "./instead";
import { RunProgress } from "./runProgress";
import { keyOf, requestOfKey } from "./restoring";
import type { Request, Runner } from "./runner";
import { setContext } from "./settings";

type Kind = "mismatch" | "gradients";

/** What is asked: about which layer, with what is expected of it. */
interface Question {
  readonly kind: Kind;
  readonly request: Request;
}

/** What a report can have done elsewhere. */
export interface Beyond {
  /** Goes to an element in the panel, of the layer that a request means. */
  goTo(request: Request, place: Element): Promise<void>;
  guard(work: () => Promise<void>): void;
}

/** Milliseconds between two looks at how far it is. */
const PERIOD = 100;

/** `Conv: Explain Mismatch` and `Conv: Check Gradients`: beside the panel's run, in turns, until called off. */
export class Diagnosing implements Disposable {
  #cancel: AbortController | undefined;
  #asked: Question | undefined;

  constructor(
    readonly runner: Runner,
    readonly panel: ReportPanel,
    readonly beyond: Beyond,
  ) {}

  explain(request: Request): Promise<void> {
    return this.#ask({ kind: "mismatch", request });
  }

  checkGradients(request: Request): Promise<void> {
    return this.#ask({ kind: "gradients", request });
  }

  /** What was asked last, of the layer as it is now. */
  async again(): Promise<void> {
    if (this.#asked !== undefined) await this.#ask(this.#asked);
  }

  /** After a restart: asks what `key` stands for. */
  async restore(key: string): Promise<void> {
    const { kind, set, layer } = JSON.parse(key) as { kind: Kind; set?: string[]; layer: string }; // `keyed` wrote it
    await this.#ask({ kind, request: { ...requestOfKey(layer), set } });
  }

  cancel(): void {
    this.#cancel?.abort();
  }

  dispose(): void {
    this.cancel();
  }

  async #ask(asked: Question): Promise<void> {
    this.cancel();
    const cancel = new AbortController();
    this.#cancel = cancel;
    const question = { ...asked, request: asNow(asked.request) };
    this.#asked = question;
    const { title } = question.request;
    const about = question.kind === "mismatch" ? "Explain" : "Gradients";
    this.panel.open({ title: `${about}: ${title}`, key: keyed(question) });
    const progress = new RunProgress(title, cancel);
    setContext("diagnosing", true);
    try {
      this.panel.show(await this.#answer(question, cancel.signal, progress));
    } catch (error) {
      if (this.#cancel !== cancel) return; // the next question speaks
      this.panel.fail(title, cancel.signal.aborted ? cancelled(title) : error);
      if (!cancel.signal.aborted) throw error;
    } finally {
      progress.dispose();
      if (this.#cancel === cancel) {
        this.#cancel = undefined;
        setContext("diagnosing", false);
      }
    }
  }

  async #answer(question: Question, signal: AbortSignal, progress: RunProgress): Promise<ReportShowing> {
    const { kind, request } = question;
    const { title } = request;
    let next = 0;
    const say = (fraction: number | null, detail: string) => {
      if (signal.aborted || (performance.now() < next && fraction !== null)) return;
      next = performance.now() + PERIOD;
      this.panel.setActivity({ kind: "running", title, fraction, detail });
    };
    const watcher: Watcher = {
      signal,
      onProgress: (done, of, what) => {
        progress.update(of > 0 ? done / of : 1);
        say(of > 0 ? done / of : null, what);
      },
    };
    const intermediates = kind === "mismatch";
    const { layer, run } = await this.runner.made(request, signal, { progress, say }, { intermediates });
    const compute: Runner["compute"] = (inputs, other) => this.runner.compute(inputs, other ?? signal);
    const common = {
      goTo: (place: Element) => this.beyond.guard(() => this.beyond.goTo(request, place)),
    };
    if (kind === "gradients") {
      const { geometry, x, W, b, dout } = layer;
      const checks = await checkGradients({ geometry, x, W, b, dout }, sized(layer, run.tensors), compute, watcher);
      const shapes = { dx: run.tensors.dx.shape, dW: run.tensors.dW.shape, db: run.tensors.db.shape };
      const report = new GradientsReport(checks, shapes);
      return {
        ...common,
        report: report.report(title),
        evidence: (_, tensor) => Promise.resolve(report.seen(tensor)),
        adopt: () => undefined,
      };
    }
    requireExpected(layer);
    const { expected, intermediates: steps } = layer;
    const diagnosis = await explain(run, expected, compute, watcher);
    const bisection = Object.keys(steps).length > 0 ? await bisect(run, steps, diagnosis, compute, watcher) : null;
    const report = new MismatchReport(run, expected, diagnosis, bisection);
    const settings = (changes: Parameters<typeof settingsFor>[0]) =>
      settingsFor(changes, layer.spec.padding, layer.geometry);
    return {
      ...common,
      report: report.report(title, aboutOf(layer), (changes) =>
        changes.length === 0 ? null : settingsText(settings(changes)),
      ),
      evidence: (answer, tensor) => report.seen(answer, tensor),
      adopt: (answer) => this.beyond.guard(() => this.#adopt(question, settings(report.changes(answer)))),
    };
  }

  /** Writes settings into the layer, where undo takes them back, and asks once more. */
  async #adopt(question: Question, settings: readonly Written[]): Promise<void> {
    const { request } = question;
    if (settings.length === 0) return;
    // What was set beside the text would still count for more.
    const set = request.set?.filter((other) => !settings.some(({ path }) => other.startsWith(`${path.join(".")}=`)));
    let { text } = request;
    if (request.source !== undefined)
      await writeSettings(await vscode.workspace.openTextDocument(request.source), settings);
    else if (text !== undefined) for (const setting of settings) text = applyEdits(text, settingEdits(text, setting));
    await this.#ask({ ...question, request: { ...request, text, set } });
  }
}

/** An open document may hold what is not saved yet. */
function asNow(request: Request): Request {
  const { source } = request;
  if (source === undefined) return request;
  const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === source.toString());
  return { ...request, text: open?.getText() };
}

/** See `restore`. */
function keyed({ kind, request }: Question): string {
  return JSON.stringify({ kind, set: request.set, layer: keyOf(request) });
}

/** Expected gradients of another size are no gradients of this layer. */
function sized({ expected }: Layer, own: Readonly<Record<ResultName, ComputeTensor>>): Layer["expected"] {
  const fits = ([name, { shape }]: [string, ComputeTensor]) =>
    name !== "out" && shape.join() === own[name as ResultName].shape.join(); // keys of `expected`
  return Object.fromEntries(Object.entries(expected).filter(fits));
}

/** "expected out from torch.npz#out" */
function aboutOf({ sources }: Layer): string {
  const from = new Map<string, string[]>();
  for (const name of [...passes.forward, ...passes.backward]) {
    const source = sources[`expected.${name}`];
    const file = source?.file?.replace(/^.*[\\/]/, "");
    const place = file ?? (source === undefined ? undefined : "the layer file");
    if (place !== undefined) from.set(place, [...(from.get(place) ?? []), name]);
  }
  return [...from].map(([place, names]) => `expected ${listed(names)} from ${place}`).join("; ");
}

function cancelled(title: string): ConvError {
  return new ConvError({ code: "cancelled", what: `${title}: this was cancelled` });
}
