import * as vscode from "vscode";
import type { Disposable } from "../base/disposable";

/** A run that ends sooner is not worth a word. */
export const QUIET_MS = 200;
/** After this it says so where it cannot be overlooked, with a button to cancel. */
const LONG_MS = 2000;

/** One run under way: in the status bar, and, if it takes long, as a notification. Both can cancel it. */
export class RunProgress implements Disposable {
  readonly #item = vscode.window.createStatusBarItem("conv.running", vscode.StatusBarAlignment.Left);
  readonly #timers: ReturnType<typeof setTimeout>[];
  readonly #title: string;
  #report: (percent: number) => void = () => undefined;
  #end: () => void = () => undefined;
  #percent = 0;
  #needs = "";

  constructor(title: string, cancel: AbortController) {
    this.#title = title;
    this.#item.name = vscode.l10n.t("Conv: run in progress");
    this.#item.command = "conv.cancel";
    this.#show();
    this.#timers = [
      setTimeout(() => this.#item.show(), QUIET_MS),
      setTimeout(() => void this.#notify(cancel), LONG_MS),
    ];
  }

  /** What the run takes of the machine, in words, as soon as it is known. */
  announce(needs: string): void {
    this.#needs = needs;
    this.#show();
    this.#report(this.#percent);
  }

  /** `fraction` from 0 to 1. */
  update(fraction: number): void {
    this.#percent = Math.floor(fraction * 100);
    this.#show();
    this.#report(this.#percent);
  }

  dispose(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#item.dispose();
    this.#end();
  }

  #show(): void {
    this.#item.text = `$(sync~spin) Conv ${this.#percent} %`;
    const what = this.#needs === "" ? this.#title : `${this.#title} ${this.#needs}`;
    this.#item.tooltip = vscode.l10n.t("{0}: click to cancel", what);
  }

  #notify(cancel: AbortController): Thenable<void> {
    const options = { location: vscode.ProgressLocation.Notification, title: this.#title, cancellable: true };
    return vscode.window.withProgress(options, (progress, token) => {
      token.onCancellationRequested(() => cancel.abort());
      let reported = 0;
      this.#report = (percent) => {
        const message = this.#needs === "" ? `${percent} %` : `${percent} %, ${this.#needs}`;
        progress.report({ increment: percent - reported, message });
        reported = percent;
      };
      this.#report(this.#percent);
      return new Promise((end) => (this.#end = end));
    });
  }
}
