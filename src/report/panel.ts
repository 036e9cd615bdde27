import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { messageOf } from "../base/errors";
import { failureOf } from "../panel/failure";
import { bindPage } from "../panel/page";
import type { Activity } from "../protocol/messages";
import type { ReportAction } from "../protocol/report";
import { ReportHost, type ReportShowing } from "./host";

const VIEW_TYPE = "conv.report";
/** Under which the workspace remembers what was asked last. */
const KEY = "conv.report.asked";

export interface ReportActions {
  readonly act: Readonly<Record<Exclude<ReportAction, "dismiss">, () => unknown>>;
  /** After a restart: asks again what `key` stood for. Whatever it throws is shown in the panel. */
  restore(key: string): Promise<void>;
}

/** What is asked: a layer by its name, and how the extension asks it again after a restart. */
export interface Asked {
  readonly title: string;
  readonly key: string;
}

/**
 * Why results differ, and which gradients are wrong: one panel beside the editor, in which the next report takes the last one's
 * place. Comes back after a reload of the window with what was asked.
 */
export class ReportPanel implements Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #actions: ReportActions;
  readonly #stack = new DisposableStack();
  #panel: vscode.WebviewPanel | undefined;
  #host: ReportHost | undefined;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel, actions: ReportActions) {
    this.#context = context;
    this.#log = log;
    this.#actions = actions;
    this.#stack.add(
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: (panel) => this.#restore(panel),
      }),
    );
  }

  /** Opens the panel, or brings it into view, for an answer to come. The editor keeps the focus. */
  open({ title, key }: Asked): void {
    void this.#context.workspaceState.update(KEY, key);
    if (this.#panel === undefined) {
      const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      this.#adopt(vscode.window.createWebviewPanel(VIEW_TYPE, title, where));
    } else if (!this.#panel.visible) this.#panel.reveal(undefined, true);
    if (this.#panel !== undefined) this.#panel.title = title;
  }

  show(showing: ReportShowing): void {
    this.#host?.show(showing);
  }

  /** Says what goes on; null: nothing any more. */
  setActivity(activity: Activity | null): void {
    this.#host?.setActivity(activity);
  }

  fail(title: string, error: unknown): void {
    const failure = failureOf(error, (file) => vscode.workspace.asRelativePath(file));
    this.setActivity({ kind: "failed", title, failure });
  }

  dispose(): void {
    this.#stack.dispose();
    this.#panel?.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const host = new ReportHost({
      post: (messages) => panel.webview.postMessage(messages),
      log: (line) => this.#log.warn(line),
      act: (action) => (action === "dismiss" ? host.setActivity(null) : this.#actions.act[action]()),
      copy: (text) => void vscode.env.clipboard.writeText(text),
    });
    this.#panel = panel;
    this.#host = host;
    bindPage(panel, this.#context.extensionUri, "report", host, () => {
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#host = undefined;
      this.#actions.act.cancel();
      void this.#context.workspaceState.update(KEY, undefined);
    });
  }

  /** After a restart of the window: an empty panel is there. What was asked is asked again; a page without it has no use. */
  async #restore(panel: vscode.WebviewPanel): Promise<void> {
    this.#panel?.dispose();
    const key = this.#context.workspaceState.get<unknown>(KEY);
    if (typeof key !== "string") {
      panel.dispose();
      return;
    }
    this.#adopt(panel);
    try {
      await this.#actions.restore(key);
    } catch (error) {
      this.#log.error(messageOf(error));
      this.fail(panel.title, error);
    }
  }
}
