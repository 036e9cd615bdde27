import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { shapeOf } from "../trace/order/elements";
import { stages } from "../trace/order/stages";
import { functions, reductions, variables } from "../trace/expression/syntax";
import type { Trace } from "../trace/moment/trace";
import { tensorsOf } from "./tensors";

/** How an element of each tensor is written, by its number of axes and what it is about. */
const axes = {
  x: "n, c, iy, ix",
  W: "f, c, ky, kx",
  b: "f",
  col: "row, tap",
  out: "n, f, oy, ox",
  dout: "n, f, oy, ox",
  dcol: "row, tap",
  dW: "f, c, ky, kx",
  db: "f",
  dx: "n, c, iy, ix",
} as const;

/** min and max are functions of numbers and of a slice. */
const functionNames = [...new Set([...Object.keys(functions), ...reductions, "shape"])];

/** What can stand at a place of an expression, `at` UTF-16 units after the beginning of its `line` (from 1). */
export function completionsAt(trace: Trace, text: string, at: number, line: number): P.CompletionItem[] {
  const before = (text.split("\n")[line - 1] ?? "").slice(0, Math.max(0, at));
  const [word] = /[A-Za-z_]\w*$|$/.exec(before) ?? [""];
  const rest = before.slice(0, before.length - word.length);
  const begun = (items: P.CompletionItem[]) =>
    items
      .filter(({ label }) => label.toLowerCase().startsWith(word.toLowerCase()))
      .map((item, i) => ({ ...item, start: rest.length, length: word.length, sortText: String(i).padStart(3, "0") }));
  if (/["'][^"']*$/.test(rest) && (rest.match(/["']/g) ?? []).length % 2 === 1)
    return begun(stages.map((label) => ({ label, type: "enum" })));
  if (/(\b[A-Za-z_]\w*|\])\s*\.$/.test(rest))
    return begun([
      ...reductions.map((name): P.CompletionItem => ({ label: `${name}()`, type: "method" })),
      { label: "shape", type: "property" },
    ]);
  if (rest.endsWith(".")) return [];
  return begun([
    ...variables.map((label): P.CompletionItem => ({ label, type: "variable" })),
    ...tensorsOf(trace).map((label): P.CompletionItem => ({
      label,
      type: "field",
      detail: `[${axes[label]}], ${shapeOf(trace.geometry, label).join("×")}`,
    })),
    ...functionNames.map((name): P.CompletionItem => ({
      label: `${name}()`,
      type: "function",
      selectionStart: name.length + 1,
    })),
  ]);
}
