import * as z from "zod/mini";
import { measures } from "../../src/tensor/measures";
import type { VsCode } from "../vscode";
import type { Comparison } from "./comparison";

/** What of the page outlives a reload. What is compared, and how it is read and judged, the host keeps. */
const whole = z.int().check(z.nonnegative());
const saved = z.object({
  version: z.literal(1),
  plane: whole,
  measure: z.enum(measures),
  selected: z.nullable(whole),
});

/** Takes over the state that was kept, if it is one of ours, and keeps it from now on. */
export function keepState(comparison: Comparison, vscode: VsCode): void {
  const { success, data } = saved.safeParse(vscode.getState());
  if (success) comparison.update({ plane: data.plane, measure: data.measure, selected: data.selected });
  let last = "";
  comparison.subscribe(() => {
    const { compared, plane, measure, selected } = comparison.state;
    if (compared === null) return;
    const now: z.infer<typeof saved> = { version: 1, plane, measure, selected };
    const text = JSON.stringify(now);
    if (text !== last) vscode.setState(now);
    last = text;
  });
}
