import * as vscode from "vscode";
import { type Disposable, DisposableStack } from "../base/disposable";
import type { Event } from "../base/events";
import type { TensorName } from "../conv/run";
import { nests } from "../trace/order/stages";
import type { Trace } from "../trace/moment/trace";
import {
  type Detail,
  type Progress,
  axesOf,
  meanings,
  progressOf,
  statisticsLines,
  tensorNames,
  tensorText,
} from "./shapes";
import type { Verdict } from "./verdicts";

/** The session as this view follows it. */
export interface Followed {
  readonly trace: Trace;
  readonly step: number;
  readonly onDidMove: Event<unknown>;
}

type Node = { readonly tensor: TensorName } | { readonly of: TensorName; readonly detail: Detail };

/** Milliseconds between two refreshes while the scrubber is dragged. */
const PACE = 100;

/** "Conv Shapes": every tensor, how far it is at the present step, its axes and why they are so long, its statistics. */
export class ShapesView implements vscode.TreeDataProvider<Node>, Disposable {
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #stack = new DisposableStack();
  readonly #view: vscode.TreeView<Node>;
  #session: Followed | null = null;
  #verdicts: readonly Verdict[] = [];
  #listening = new DisposableStack();
  #nodes: readonly (Node & { readonly tensor: TensorName })[] = [];
  readonly #details = new Map<TensorName, readonly Node[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#view = vscode.window.createTreeView("conv.shapes", { treeDataProvider: this, showCollapseAll: true });
    this.#stack.add(this.#view);
    this.#stack.add(this.#changed);
  }

  /** Follows a session, with what became of the results that were expected; null: nothing has run. */
  follow(session: Followed | null, verdicts: readonly Verdict[] = []): void {
    this.#verdicts = verdicts;
    this.#listening.dispose();
    this.#listening = new DisposableStack();
    this.#session = session;
    this.#nodes = session === null ? [] : tensorNames(session.trace.geometry).map((tensor) => ({ tensor }));
    this.#details.clear();
    if (session !== null) this.#listening.add(session.onDidMove(() => this.#soon()));
    this.#refresh();
  }

  getChildren(node?: Node): Node[] {
    if (this.#session === null) return [];
    if (node === undefined) return [...this.#nodes];
    return "tensor" in node ? [...this.#detailsOf(node.tensor)] : [];
  }

  getParent(node: Node): Node | undefined {
    return "of" in node ? this.#nodes.find(({ tensor }) => tensor === node.of) : undefined;
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return "tensor" in node ? this.#tensorItem(node.tensor) : detailItem(node.of, node.detail);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#listening.dispose();
    this.#stack.dispose();
  }

  #detailsOf(tensor: TensorName): readonly Node[] {
    const { trace } = this.#session!; // asked for only while there is one
    let details = this.#details.get(tensor);
    if (details === undefined) {
      const lines = [
        ...axesOf(trace.geometry, tensor),
        ...statisticsLines(trace, tensor),
        ...this.#verdicts.filter((verdict) => verdict.tensor === tensor).map(verdictLine),
      ];
      details = lines.map((detail) => ({ of: tensor, detail }));
      this.#details.set(tensor, details);
    }
    return details;
  }

  #tensorItem(tensor: TensorName): vscode.TreeItem {
    const { trace, step } = this.#session!; // asked for only while there is one
    const progress = progressOf(trace, tensor, step);
    const present = trace.total > 0 && nests[trace.steps.spanAt(step).stage].writes === tensor;
    const item = new vscode.TreeItem(tensor, vscode.TreeItemCollapsibleState.Collapsed);
    item.id = tensor;
    item.description = tensorText(trace, tensor, progress);
    item.iconPath = new vscode.ThemeIcon(
      icons[progress.kind],
      present ? new vscode.ThemeColor("debugIcon.breakpointCurrentStackframeForeground") : undefined,
    );
    item.tooltip = `${tensor}: ${meanings[tensor]}`;
    item.contextValue = "tensor";
    item.accessibilityInformation = { label: `${tensor}, ${meanings[tensor]}, ${item.description}` };
    item.command = { command: "conv.revealTensor", title: vscode.l10n.t("Show in the panel"), arguments: [tensor] };
    return item;
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => this.#refresh(), PACE);
  }

  #refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#view.description = this.#session === null ? undefined : positionText(this.#session);
    this.#changed.fire(undefined);
  }
}

function verdictLine({ good, long }: Verdict): Detail {
  return { label: "expected", value: good ? "yes" : "no", why: long, alarming: !good };
}

const icons: Record<Progress["kind"], string> = {
  given: "circle-small-filled",
  unwritten: "circle-large-outline",
  partial: "color-mode",
  final: "pass-filled",
};

function positionText({ trace, step }: Followed): string {
  if (trace.total === 0) return vscode.l10n.t("empty batch");
  return vscode.l10n.t("{0} · step {1} of {2}", trace.steps.spanAt(step).stage, step, trace.total - 1);
}

function detailItem(of: TensorName, { label, value, why, alarming }: Detail): vscode.TreeItem {
  const item = new vscode.TreeItem(`${label}  ${value}`, vscode.TreeItemCollapsibleState.None);
  item.id = `${of}.${label}`;
  item.description = why;
  item.tooltip = why === "" ? `${label} ${value}` : `${label} ${value}: ${why}`;
  if (alarming) item.iconPath = new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
  return item;
}
