import * as vscode from "vscode";
import { ConvError } from "../base/errors";
import { weightShape } from "../conv/geometry";
import { writtenNumbers } from "../formats/writtenNumbers";
import { type Stride, nudged } from "../literals/nudge";
import { indexAt, offsetOf } from "../tensor/tensor";
import { Coalesced } from "./coalesced";
import type { Faults } from "./faults";
import { literalIn } from "./filterPlace";
import type { Present, Runner } from "./runner";

/** A weight that is dragged: so many steps of its last digit from where it was when the drag began. A press of a key is a short drag. */
export interface Nudge {
  readonly tensor: "W" | "b";
  /** Position in C order. */
  readonly offset: number;
  readonly by: number;
  readonly stride: Stride;
  readonly begins: boolean;
}

/**
 * Writes weights that are dragged in the panel into the text they come from, a layer file or source code, as the numbers are written
 * there: one undo step for a drag. The run follows the text, as it follows what is typed.
 */
export class NumberEdits {
  readonly #work = new Coalesced(() => this.#faults.guard(() => this.#writeAll()));
  readonly #faults: Faults;
  /** Those not written yet; of one drag the latest only. */
  #pending: Nudge[] = [];
  /** What stood there when the drag began; null: it cannot be dragged. */
  #written: string | null = null;

  constructor(
    readonly runner: Runner,
    faults: Faults,
  ) {
    this.#faults = faults;
  }

  nudge(nudge: Nudge): void {
    const last = this.#pending.at(-1);
    if (last === undefined || nudge.begins) this.#pending.push(nudge);
    else this.#pending.splice(-1, 1, { ...nudge, begins: last.begins });
    void this.#work.ask();
  }

  async #writeAll(): Promise<void> {
    for (let nudge = this.#pending.shift(); nudge !== undefined; nudge = this.#pending.shift())
      await this.#write(nudge);
  }

  async #write({ begins, by, stride, ...element }: Nudge): Promise<void> {
    const { present } = this.runner;
    const uri = present?.filter?.uri ?? present?.source;
    if (present === undefined || uri === undefined) return;
    const document = await vscode.workspace.openTextDocument(uri);
    const range = rangeOf(document, present, element);
    if (begins) this.#written = range === null ? null : document.getText(range);
    const text = this.#written === null ? null : nudged(this.#written, by, stride);
    if (range !== null && text !== null) await replace(document, range, text, begins);
    else if (begins)
      throw new ConvError({
        code: "bad-value",
        what: `${nameOf(present, element)} is not written as a number of its own`,
        expected: "a plain number such as 0.25",
        found: this.#written ?? undefined,
        remedy: "Change it in the text",
      });
  }
}

/** Tensors whose elements stand in a text that can be edited. */
export function writableTensors({ filter, source, set = [], layer }: Present): ("W" | "b")[] {
  if (filter !== undefined) return ["W"];
  if (source === undefined) return [];
  const inText = (key: string, name: "W" | "b") =>
    layer.sources[name]?.kind === "literal" && !set.some((override) => override.startsWith(`${key}=`));
  return [...(inText("weight", "W") ? ["W" as const] : []), ...(inText("bias", "b") ? ["b" as const] : [])];
}

type Dragged = Pick<Nudge, "tensor" | "offset">;

/** Where an element is written, if it has a place of its own. */
function rangeOf(document: vscode.TextDocument, present: Present, dragged: Dragged): vscode.Range | null {
  return present.filter === undefined
    ? rangeInLayer(document, present, dragged)
    : rangeInSource(document, present.filter.range, dragged);
}

function rangeInSource(
  document: vscode.TextDocument,
  around: { readonly start: number; readonly end: number },
  { offset }: Dragged,
): vscode.Range | null {
  const spans = literalIn(document, around)?.spans ?? [];
  // A single plane stands for those of all channels.
  const span = spans.at(offset % Math.max(1, spans.length));
  if (span === undefined || spans.filter(({ start }) => start === span.start).length > 1) return null;
  return new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
}

function rangeInLayer(
  document: vscode.TextDocument,
  { layer, set = [] }: Present,
  { tensor, offset }: Dragged,
): vscode.Range | null {
  const shape = tensor === "W" ? weightShape(layer.geometry) : [layer.geometry.weightFilters];
  try {
    const found = writtenNumbers(document.getText(), layer, set).find(
      (number) => number.tensor === tensor && offsetOf(shape, number.index) === offset,
    );
    if (found === undefined) return null;
    return new vscode.Range(found.line - 1, found.column - 1, found.line - 1, found.endColumn - 1);
  } catch (error) {
    if (error instanceof ConvError) return null; // half written
    throw error;
  }
}

function nameOf({ layer }: Present, { tensor, offset }: Dragged): string {
  const index = tensor === "W" ? indexAt(weightShape(layer.geometry), offset) : [offset];
  return `${tensor}[${index.join(", ")}]`;
}

/** In the editor that shows the document, beside the panel if none does; all of a drag is taken back at once. */
async function replace(
  document: vscode.TextDocument,
  range: vscode.Range,
  text: string,
  begins: boolean,
): Promise<void> {
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const editor =
    shown ??
    (await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.One,
      preserveFocus: true,
      preview: false,
    }));
  await editor.edit((edit) => edit.replace(range, text), { undoStopBefore: begins, undoStopAfter: false });
}
