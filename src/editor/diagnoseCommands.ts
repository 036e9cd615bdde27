import { parse } from "jsonc-parser";
import * as vscode from "vscode";
import { ConvError } from "../base/errors";
import type { Diagnosing } from "./diagnosing";
import { expecting } from "./expecting";
import { again } from "./following";
import { isLayer, isLayerFile } from "./layerDocuments";
import { back, choose } from "./questions";
import { type RunLayer, requestFor } from "./runLayer";
import type { Request, Runner } from "./runner";
import { pathOf, workspaceFiles } from "./workspaceFiles";

const tensorFile = /\.(npy|npz|safetensors|csv)$/i;

export interface DiagnoseParts {
  readonly runner: Runner;
  readonly runLayer: RunLayer;
  readonly diagnosing: Diagnosing;
}

/**
 * `Conv: Explain Mismatch`. `target`: a layer file, or a file with what was expected of the layer in front. What the layer does not
 * say itself is asked for.
 */
export async function explainMismatch(parts: DiagnoseParts, target?: vscode.Uri): Promise<void> {
  const file = target !== undefined && tensorFile.test(target.path) ? target : undefined;
  const request = await layerMeant(parts, target);
  if (request === undefined) return;
  const known = file === undefined && (await saysExpected(request));
  const asked = known ? request : await expecting(request, file);
  if (asked !== undefined) await parts.diagnosing.explain(asked);
}

export async function checkGradients(parts: DiagnoseParts, target?: vscode.Uri): Promise<void> {
  const request = await layerMeant(parts, target);
  if (request !== undefined) await parts.diagnosing.checkGradients(request);
}

/** The layer that is named, in front, in the panel, or chosen. undefined: given up. */
async function layerMeant({ runner, runLayer }: DiagnoseParts, target?: vscode.Uri): Promise<Request | undefined> {
  const { present } = runner;
  // What was set beside the present layer, such as tensors of a paused program, is meant, too.
  const isPresent = (uri: vscode.Uri) => present?.source?.toString() === uri.toString();
  const document = vscode.window.activeTextEditor?.document;
  if (target !== undefined && isLayerFile(target)) {
    if (!isPresent(target)) return requestFor(target);
  } else if (document !== undefined && isLayer(document) && !isPresent(document.uri))
    return runLayer.requestOf(document);
  if (present !== undefined) return again(present);
  const found = await vscode.workspace.findFiles("**/*.conv.json", "**/node_modules/**");
  if (found.length === 0)
    throw new ConvError({ code: "bad-usage", what: "there is no layer to look at", remedy: "Run a layer first" });
  const turn = { title: vscode.l10n.t("Conv"), step: 1, total: 1 };
  const items = found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), value: uri }));
  const chosen = await choose(turn, vscode.l10n.t("Which layer?"), items);
  return chosen === undefined || chosen === back ? undefined : requestFor(chosen);
}

/** Whether the layer's own text, or what is set beside it, says what is expected. */
async function saysExpected({ base, text, set }: Request): Promise<boolean> {
  if (set?.some((setting) => setting.startsWith("expected")) === true) return true;
  const own = text ?? new TextDecoder().decode(await workspaceFiles(base).read(pathOf(base)));
  const value = parse(own) as { expected?: unknown } | undefined; // whatever it may be: only its key is looked at
  return typeof value?.expected === "object" && value.expected !== null && Object.keys(value.expected).length > 0;
}
