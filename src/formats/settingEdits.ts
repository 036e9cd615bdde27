import { type Edit, createScanner, modify } from "jsonc-parser";
import type { JsonPath } from "./literal";

/**
 * What to change in a layer file's text for it to have a setting: the value where there is one, otherwise a line before the first
 * setting. Nothing else is touched, comments and the shape of matrices least of all.
 */
export function settingEdits(
  text: string,
  { path, value }: { readonly path: JsonPath; readonly value: unknown },
): Edit[] {
  return modify(text, [...path], value, { getInsertionIndex: () => 0 }).map((edit) => {
    // `"layout": {"input":"NHWC"},` as somebody would have written it.
    const content = edit.content
      .replace(/,(?=[^\s])/g, ", ")
      .replace(/\{"/g, '{ "')
      .replace(/":"/g, '": "')
      .replace(/"\}/g, '" }');
    if (edit.length > 0 || !content.endsWith(",")) return { ...edit, content };
    const scanner = createScanner(text, true);
    scanner.setPosition(edit.offset);
    scanner.scan();
    const offset = scanner.getTokenOffset();
    const line = /\r?\n[ \t]*$/.exec(text.slice(0, offset));
    return { offset, length: 0, content: content + (line?.[0] ?? " ") };
  });
}
