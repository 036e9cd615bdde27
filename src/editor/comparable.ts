import * as vscode from "vscode";
import { ConvError } from "../base/errors";
import type { ResultName } from "../conv/passes";
import type { Side } from "../compare/host";
import type { TensorName } from "../conv/run";
import { readTensor } from "../formats/formats";
import { elementCount, shapeText } from "../tensor/tensor";
import { type Readable, workedOut } from "../tensor/readable";
import { shapeOf } from "../trace/order/elements";
import { type Choice } from "./questions";
import { keyOf, requestOfKey } from "./restoring";
import type { Present, Runner } from "./runner";
import { meanings, tensorNames } from "./shapes";
import { pathOf, workspaceFiles } from "./workspaceFiles";

/** A tensor that can be compared: a file, or of the present run what it computed, or what it was to compute. */
export type Comparable =
  | { readonly kind: "file"; readonly uri: vscode.Uri; readonly key: string }
  | { readonly kind: "run"; readonly tensor: TensorName }
  | { readonly kind: "expected"; readonly tensor: ResultName };

/** What is compared, and the text by which it is found again after a restart. */
export interface Found extends Side {
  readonly key: string;
}

/** Throws ConvError. */
export async function sideOf(comparable: Comparable, runner: Runner): Promise<Found> {
  if (comparable.kind === "file") {
    const { uri, key } = comparable;
    const tensor = await readTensor(workspaceFiles(uri), pathOf(uri) + key);
    return {
      name: uri.path.replace(/^.*\//, "") + key,
      tensor,
      key: JSON.stringify({ kind: "file", uri: uri.toString(), key }),
    };
  }
  const { present } = runner;
  if (present === undefined)
    throw new ConvError({ code: "bad-usage", what: "nothing has run yet", remedy: "Run a layer first" });
  const { kind, tensor } = comparable;
  const key = JSON.stringify({ kind, tensor, run: keyOf(present) });
  if (kind === "run") return { name: tensor, tensor: numbersOf(present, tensor), key };
  const expected = present.layer.expected[tensor];
  if (expected === undefined) throw new ConvError({ code: "bad-value", what: `the layer expects no ${tensor}` });
  return { name: `expected ${tensor}`, tensor: expected, key };
}

/** The inverse of a key. Runs the layer again if that is what it stands for. Throws ConvError. */
export async function findAgain(key: string, runner: Runner): Promise<Found> {
  const { kind, uri, key: entry, tensor, run } = JSON.parse(key) as Partial<Record<string, string>>; // as `sideOf` wrote it
  if (kind === "file" && uri !== undefined && entry !== undefined)
    return sideOf({ kind, uri: vscode.Uri.parse(uri, true), key: entry }, runner);
  if ((kind !== "run" && kind !== "expected") || run === undefined)
    throw new ConvError({ code: "bad-value", what: "what was compared before the restart is not known any more" });
  if (runner.present === undefined || keyOf(runner.present) !== run) await runAgain(run, runner);
  return sideOf({ kind, tensor } as Comparable, runner); // a key of `sideOf`
}

/** The panel may be bringing the same run back: whichever of the two is later ends the other's. */
async function runAgain(key: string, runner: Runner): Promise<void> {
  const ran = new Promise<void>((resolve) => {
    const listening = runner.onDidRun((present) => {
      if (keyOf(present) !== key) return;
      listening.dispose();
      resolve();
    });
  });
  try {
    await runner.run(requestOfKey(key));
  } catch (error) {
    if (!(error instanceof ConvError) || error.code !== "cancelled") throw error;
    await ran;
  }
}

function numbersOf({ session }: Present, tensor: TensorName): Side["tensor"] {
  const { trace } = session;
  if (tensor !== "col" && tensor !== "dcol") {
    const held = trace.run.tensors[tensor];
    if (held === null) throw new ConvError({ code: "bad-value", what: "the layer has no bias" });
    return held;
  }
  return indexed(trace.run.arithmetic.dtype, shapeOf(trace.geometry, tensor), (row, tap) =>
    tensor === "col" ? trace.colValue(row, tap) : trace.dcolValue(row, tap),
  );
}

/** A matrix whose elements are worked out. */
function indexed(
  dtype: Readable["dtype"],
  shape: readonly number[],
  at: (row: number, col: number) => number,
): Readable {
  const [, cols] = shape;
  return workedOut(dtype, shape, (offset) => at(Math.floor(offset / cols), offset % cols));
}

/** The tensors of the present run, for a list to choose from. */
export function runChoices(present: Present | undefined): (Choice<Comparable> | vscode.QuickPickItem)[] {
  if (present === undefined) return [];
  const { geometry, arithmetic } = present.run;
  const describe = (shape: readonly number[], dtype: string) => `${shapeText(shape)} · ${dtype}`;
  const own = tensorNames(geometry)
    .map((tensor) => ({ tensor, shape: shapeOf(geometry, tensor) }))
    .filter(({ shape }) => elementCount(shape) > 0)
    .map(({ tensor, shape }) => ({
      label: `$(symbol-array) ${tensor}`,
      description: describe(shape, arithmetic.dtype),
      detail: meanings[tensor],
      value: { kind: "run", tensor } as const,
    }));
  const expected = Object.entries(present.layer.expected).map(([name, tensor]) => ({
    label: `$(target) ${vscode.l10n.t("expected {0}", name)}`,
    description: describe(tensor.shape, tensor.dtype),
    value: { kind: "expected", tensor: name as ResultName } as const, // its own keys
  }));
  const title = { label: present.title, kind: vscode.QuickPickItemKind.Separator };
  return [title, ...expected, ...own];
}
