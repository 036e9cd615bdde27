import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { Emitter } from "../base/events";
import type { RunInputs } from "../conv/run";
import { decodeText } from "../formats/source";
import { isLayer } from "./layerDocuments";
import { requestFor } from "./runLayer";
import type { Present, Runner } from "./runner";
import type { Session } from "../session/session";
import { pathOf, uriOf, workspaceFiles } from "./workspaceFiles";

interface Work {
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number) => void;
}

/** The present run as the debugger holds it: in the one session that the panel shows, too. It ends when another one is shown. */
class Debugged implements Disposable {
  readonly #stack = new DisposableStack();
  readonly #didEnd = this.#stack.add(new Emitter<void>());
  readonly onDidEnd = this.#didEnd.event;
  readonly #runner: Runner;
  readonly session: Session;
  #last: Present;

  constructor(runner: Runner, present: Present) {
    this.#runner = runner;
    this.session = present.session;
    this.#last = present;
    this.#stack.add(runner.onDidRun(({ session }) => session !== this.session && this.#didEnd.fire()));
  }

  /** Asked for anew each time: who hears from the session that there is another run hears it before `onDidRun` says so. */
  get #present(): Present {
    const { present } = this.#runner;
    if (present?.session === this.session) this.#last = present;
    return this.#last;
  }

  get layer() {
    return this.#present.layer;
  }

  get text(): string {
    return this.#present.text ?? "";
  }

  rerun(inputs: RunInputs, { signal, onProgress }: Work): Promise<void> {
    return this.#runner.rerun(inputs, signal, onProgress);
  }

  dispose(): void {
    this.#stack.dispose();
  }
}

/** Runs a layer file for the debugger; `set` replaces settings of it. Throws ConvError. */
export async function debugLayer(
  runner: Runner,
  program: string,
  set: readonly string[],
  { signal }: Work,
): Promise<Debugged> {
  const uri = uriOf(program);
  const request = requestFor(uri);
  const text = request.text ?? decodeText(await workspaceFiles(uri).read(pathOf(uri)));
  const cancel = () => runner.cancel();
  signal.addEventListener("abort", cancel);
  try {
    return new Debugged(runner, await runner.run({ ...request, text, set }));
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/** What a person means to debug: the file that a menu was opened on, else the layer file in front, else one in view. */
export function layerMeant(target?: unknown): string | undefined {
  if (target instanceof vscode.Uri) return pathOf(target);
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const editors = activeTextEditor === undefined ? visibleTextEditors : [activeTextEditor, ...visibleTextEditors];
  const document = editors.map((editor) => editor.document).find((one) => isLayer(one) && !one.isUntitled);
  return document === undefined ? undefined : pathOf(document.uri);
}
