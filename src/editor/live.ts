import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { messageOf } from "../base/errors";
import { Coalesced } from "./coalesced";
import type { Faults } from "./faults";
import type { Present, Request, Runner } from "./runner";

/** Where runs are looked at. */
export interface LiveView {
  isLive(): boolean;
  seen(): Promise<void>;
}

/** A layer that ran in less is run again while one types. */
const LIVE_MS = 300;

/**
 * Runs what is shown again as its text is edited, at the same place. What is typed while a run is under way is run after it, the
 * last of it only. Where the text is not complete, or a run takes long, the run before stays, marked as stale.
 */
export class Live implements Disposable {
  readonly #stack = new DisposableStack();
  readonly #typed = new Coalesced(() => this.#follow());
  /** What is shown is not what the text says, and that has been said. */
  #isStale = false;

  /**
   * `view`: whether what is typed may run by itself, and when the run before has been seen: a faster hand would see none. `asTyped`: what is shown as its text is now; a sentence that says why it
   * cannot run; null if its text is not ours.
   */
  constructor(
    readonly runner: Runner,
    readonly faults: Faults,
    readonly view: LiveView,
    readonly asTyped: (present: Present) => Request | string | null | Promise<Request | string | null>,
  ) {
    this.#stack.add(runner.onDidRun(() => (this.#isStale = false)));
  }

  dispose(): void {
    this.#stack.dispose();
  }

  /** The text has changed. */
  ask(): void {
    void this.#typed.ask();
  }

  async #follow(): Promise<void> {
    const { runner } = this;
    await runner.idle();
    await this.view.seen();
    const { present } = runner;
    if (present === undefined || !this.view.isLive()) return;
    const request = await this.asTyped(present);
    if (request === null) return;
    // Somebody else runs meanwhile: what was typed comes after that.
    if (runner.running || runner.present !== present) this.ask();
    else if (typeof request === "string") this.#stale(request);
    else if (request.text !== present.text || this.#isStale) await this.#run(present, request);
  }

  async #run({ run }: Present, request: Request): Promise<void> {
    const { forwardMs, backwardMs } = run.timing;
    if (forwardMs + backwardMs > LIVE_MS) this.#stale(vscode.l10n.t("The text has changed."));
    else
      await this.runner.run({ ...request, live: true }).catch((error: unknown) => {
        this.#isStale = true;
        this.faults.log.warn(messageOf(error));
      });
  }

  #stale(reason: string): void {
    this.#isStale = true;
    this.runner.markStale(reason);
  }
}
