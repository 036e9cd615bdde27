import type { Edit } from "jsonc-parser";
import type { JsonPath } from "./literal";
import { settingEdits } from "./settingEdits";

/** A change of a layer file's text that puts a problem right. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
}

/** Writes another value for a setting. */
export function settingFix(text: string, path: JsonPath, value: unknown, title: string): Fix {
  return { title, edits: settingEdits(text, { path, value }) };
}

/** Puts other text where the problem is. */
export function replacement(range: { readonly offset: number; readonly length: number }, content: string): Fix {
  return { title: `Change to ${content}`, edits: [{ offset: range.offset, length: range.length, content }] };
}
