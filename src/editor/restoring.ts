import * as vscode from "vscode";
import { ConvError } from "../base/errors";
import type { Request } from "./runner";

/** What is needed to run a layer again after a restart: its file, or its text if it has none. */
export function keyOf({ title, base, text, source, set }: Request): string {
  const file = source !== undefined && source.scheme !== "untitled";
  return JSON.stringify({ title, base: base.toString(), ...(file ? { file, set } : { text }) });
}

/** The inverse of `keyOf`. What somebody else wrote is not run. */
export function requestOfKey(key: string): Request {
  const { title, base, text, file, set } = JSON.parse(key) as Partial<Record<string, unknown>>; // checked below
  if (typeof title !== "string" || typeof base !== "string" || (typeof text !== "string" && file !== true))
    throw new ConvError({ code: "bad-value", what: "what was shown before the restart is not known any more" });
  const uri = vscode.Uri.parse(base, true);
  return typeof text === "string" ? { title, base: uri, text } : { title, base: uri, source: uri, set: textsOf(set) };
}

/** What was set beside the file. */
function textsOf(set: unknown): string[] | undefined {
  return Array.isArray(set) ? set.filter((each) => typeof each === "string") : undefined;
}
