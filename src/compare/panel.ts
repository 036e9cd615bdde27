import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import { messageOf } from "../base/errors";
import { bindPage } from "../panel/page";
import { type Choices, ComparisonHost, type Side } from "./host";

const VIEW_TYPE = "conv.compare";
/** Under which the workspace remembers what was compared last. */
const KEY = "conv.compare.shown";

export interface ComparisonOptions extends Choices {
  /** How the extension finds these two again after a restart, left and right; without it they are not found. Opaque here. */
  readonly keys?: readonly [string, string] | undefined;
}

/** What was compared last, and how. */
interface Kept extends Choices {
  readonly keys: readonly [string, string];
}

/**
 * Two tensors side by side, in one panel in front: what is compared next takes its place. Comes back after a reload of the window
 * with what `find` finds.
 *
 *   const comparison = stack.add(new ComparisonPanel(context, log, (key) => …));
 *   comparison.open({ name: "out", tensor }, { name: "torch.npy", tensor: other }, { keys: […] });
 */
export class ComparisonPanel implements Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #stack = new DisposableStack();
  #panel: vscode.WebviewPanel | undefined;
  #host: ComparisonHost | undefined;
  #kept: Kept | undefined;

  /** `find`: the side that a key stands for; what it throws is shown. */
  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel, find: (key: string) => Promise<Side>) {
    this.#context = context;
    this.#log = log;
    this.#stack.add(
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: (panel) => this.#restore(panel, find),
      }),
    );
  }

  /** Shows two tensors of any shapes and types. Tensors are not copied: they must not change while they are in view. */
  open(left: Side, right: Side, options: ComparisonOptions = {}): void {
    this.#keep(options.keys === undefined ? undefined : { ...options, keys: options.keys });
    const host = this.#host ?? this.#adopt(this.#create());
    this.#panel?.reveal();
    host.show(left, right, options);
  }

  dispose(): void {
    this.#stack.dispose();
    this.#panel?.dispose();
  }

  #create(): vscode.WebviewPanel {
    return vscode.window.createWebviewPanel(VIEW_TYPE, "Compare", vscode.ViewColumn.Active);
  }

  #adopt(panel: vscode.WebviewPanel): ComparisonHost {
    const host = new ComparisonHost({
      post: (message) => panel.webview.postMessage(message),
      log: (line) => this.#log.warn(line),
      named: (left, right) => (panel.title = `${left} ↔ ${right}`),
      chose: (choices, exchanged) => this.#chose(choices, exchanged),
    });
    this.#panel = panel;
    this.#host = host;
    bindPage(panel, this.#context.extensionUri, "compare", host, () => {
      if (this.#panel !== panel) return;
      this.#panel = this.#host = undefined;
      this.#keep(undefined);
    });
    return host;
  }

  #chose(choices: Choices, exchanged: boolean): void {
    if (this.#kept === undefined) return;
    const [left, right] = this.#kept.keys;
    this.#keep({ ...choices, keys: exchanged ? [right, left] : [left, right] });
  }

  #keep(kept: Kept | undefined): void {
    this.#kept = kept;
    void this.#context.workspaceState.update(KEY, kept === undefined ? undefined : JSON.stringify(kept));
  }

  /** After a restart of the window: an empty panel is there. What was compared is looked for; a page without it has no use. */
  async #restore(panel: vscode.WebviewPanel, find: (key: string) => Promise<Side>): Promise<void> {
    const text = this.#context.workspaceState.get<string>(KEY);
    this.#panel?.dispose();
    this.#adopt(panel);
    try {
      if (text === undefined) throw new Error("what was compared is not known any more");
      const { keys, ...choices } = JSON.parse(text) as Kept; // written by `keep`
      const [left, right] = [await find(keys[0]), await find(keys[1])];
      if (this.#panel === panel) this.open(left, right, { ...choices, keys });
    } catch (error) {
      this.#log.warn(`The comparison does not come back: ${messageOf(error)}`);
      panel.dispose();
    }
  }
}
