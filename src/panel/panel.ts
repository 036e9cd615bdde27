import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import type { TensorName } from "../conv/run";
import type { Action, Activity, NudgeRequest } from "../protocol/messages";
import type { Element } from "../trace/order/elements";
import { failureOf } from "./failure";
import { PanelHost } from "./host";
import { bindPage } from "./page";
import { savedStep } from "./savedStep";
import type { Showing } from "./showing";

const VIEW_TYPE = "conv.panel";
/** Under which the workspace remembers what was shown last. */
const KEY = "conv.panel.shown";

/** A page that has not asked for a picture by now is busy with something else. */
const UNSEEN_MS = 250;

/** What the panel asks of the extension. */
export interface PanelActions {
  /** The buttons of the page, by name. */
  readonly act: Readonly<Record<Exclude<Action, "dismiss">, () => unknown>>;
  /** After a restart: runs again what `key` stood for and shows it. Whatever it throws is shown in the panel. */
  restore(key: string): Promise<void>;
  /** Another assumption was chosen: choice `choice` of note `note`. */
  choose(note: number, choice: number): void;
  /** A weight is dragged. */
  nudge(nudge: Omit<NudgeRequest, "run">): void;
}

/** What goes on beside the run in view, as the runner says it. */
export type PanelActivity =
  Exclude<Activity, { kind: "failed" }> | { readonly kind: "failed"; readonly title: string; readonly error: unknown };

export interface PanelShowing extends Showing {
  /** How the extension finds this run again after a restart; null: it cannot. Opaque here. */
  readonly key: string | null;
}

/**
 * The one webview panel, beside the editor. It opens when something is shown in it (never by itself), is revealed rather than
 * opened twice, and comes back after a reload of the window. How extension.ts puts it together:
 *
 *   const panel = stack.add(new ConvPanel(context, log, {
 *     act: { cancel: …, showLog: …, runAgain: …, runLayer: …, openSample: … },
 *     restore: (key) => …, choose: (note, choice) => …,
 *   }));
 *   stack.add(runner.onDidRun((present) => panel.show({ session, title, key, notes })));
 *   stack.add(runner.onDidChangeActivity((activity) => panel.setActivity(activity)));
 */
export class ConvPanel implements Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #actions: PanelActions;
  readonly #stack = new DisposableStack();
  #panel: vscode.WebviewPanel | undefined;
  #host: PanelHost | undefined;
  #showing: PanelShowing | undefined;
  #activity: Activity | null = null;
  /** Where a window that was closed was left; taken over by the next run that is shown. */
  #restored: number | null = null;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel, actions: PanelActions) {
    this.#context = context;
    this.#log = log;
    this.#actions = actions;
    this.#stack.add(
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: (panel, state) => this.#restore(panel, state),
      }),
    );
  }

  /** Whether there is a panel, in view or not. */
  get isOpen(): boolean {
    return this.#panel !== undefined;
  }

  /** Puts a run in view; opens the panel if there is none, unless `quietly`. The editor keeps the focus. */
  show(showing: PanelShowing, quietly = false): void {
    this.#showing = showing;
    void this.#context.workspaceState.update(KEY, showing.key ?? undefined);
    const { session } = showing;
    if (this.#restored !== null && session.trace.total > 0)
      session.seek(Math.max(0, Math.min(session.trace.total - 1, this.#restored)));
    this.#restored = null;
    this.#activity = null;
    if (quietly) this.#present();
    else this.reveal();
  }

  /** Brings the panel into view with what was shown last, or with a page that says what to do. */
  reveal(): void {
    if (this.#panel === undefined) this.#adopt(this.#create());
    else if (!this.#panel.visible) this.#panel.reveal(undefined, true);
    this.#present();
  }

  /** Resolves when the run that was put in view last is seen, or after a while. */
  async seen(): Promise<void> {
    const late = new Promise<void>((resolve) => setTimeout(resolve, UNSEEN_MS));
    await Promise.race([this.#host?.seen(), late]);
  }

  /** Describes a tensor in the inspector, with the panel in view. */
  describe(tensor: TensorName): void {
    this.reveal();
    this.#host?.describe(tensor);
  }

  /** Goes to an element, with the panel in view. */
  point(element: Element): void {
    this.reveal();
    this.#host?.point(element);
  }

  /** Says what goes on; does not open a panel. null: nothing any more. */
  setActivity(activity: PanelActivity | null): void {
    const nameOf = (file: string) => vscode.workspace.asRelativePath(file);
    this.#activity =
      activity?.kind === "failed"
        ? { kind: "failed", title: activity.title, failure: failureOf(activity.error, nameOf) }
        : activity;
    this.#host?.setActivity(this.#activity);
  }

  dispose(): void {
    this.#stack.dispose();
    this.#panel?.dispose();
  }

  #create(): vscode.WebviewPanel {
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    return vscode.window.createWebviewPanel(VIEW_TYPE, "Conv", where);
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const host = new PanelHost({
      post: (message) => panel.webview.postMessage(message),
      log: (line) => this.#log.warn(line),
      act: (action) => this.#act(action),
      choose: (note, choice) => this.#actions.choose(note, choice),
      nudge: (nudge) => this.#actions.nudge(nudge),
    });
    this.#panel = panel;
    this.#host = host;
    bindPage(panel, this.#context.extensionUri, "main", host, () => {
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#host = undefined;
      this.#shownIn = undefined;
      void this.#context.workspaceState.update(KEY, undefined);
    });
  }

  /** What the panel's host was given last, so that revealing it does not start it over. */
  #shownIn: { readonly host: PanelHost; readonly showing: PanelShowing } | undefined;

  #present(): void {
    const [panel, host, showing] = [this.#panel, this.#host, this.#showing];
    if (panel === undefined || host === undefined) return;
    if (showing !== undefined && (this.#shownIn?.host !== host || this.#shownIn.showing !== showing)) {
      host.show(showing);
      this.#shownIn = { host, showing };
    }
    panel.title = showing === undefined ? "Conv" : `Conv: ${showing.title}`;
    host.setActivity(this.#activity);
  }

  #act(action: Action): void {
    if (action === "dismiss") {
      this.#activity = null;
      this.#host?.setActivity(null);
    } else this.#actions.act[action]();
  }

  /** After a restart of the window: an empty panel is there, with whatever the page had put away. */
  async #restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    this.#panel?.dispose();
    this.#adopt(panel);
    this.#restored = savedStep(state);
    const key = this.#context.workspaceState.get<unknown>(KEY);
    this.#present();
    if (typeof key !== "string") return;
    try {
      await this.#actions.restore(key);
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
      this.setActivity({ kind: "failed", title: key, error });
    }
  }
}
