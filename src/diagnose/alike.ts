import type { Cause } from "./explanation";

/** Explanations that come to the same lines of code are one for the reader. Each group in the order of their rank. */
export function groupedByFix<T extends { readonly causes: readonly Cause[] }>(explanations: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const explanation of explanations) {
    const fixes = JSON.stringify(explanation.causes.map(({ fix }) => fix));
    groups.set(fixes, [...(groups.get(fixes) ?? []), explanation]);
  }
  return [...groups.values()];
}
