import type { StoredName } from "../conv/run";
import type { Mark, MarkKind, Summary } from "../protocol/messages";
import { indexAt } from "../tensor/tensor";
import { reasonsOf } from "../trace/contributions";
import type { Trace } from "../trace/trace";

/** What each stage writes and keeps. */
export const results = ["out", "db", "dW", "dx"] as const satisfies readonly StoredName[];
export type Result = (typeof results)[number];

/** Where NaN and infinity come into a result first in time: the step at which the first sum goes wrong. */
export function marksOf(trace: Trace, tensor: Result, { stats }: Summary): Mark[] {
  return [
    ...(stats.nan > 0 ? firstMark(trace, tensor, "nan") : []),
    ...(stats.inf > 0 ? firstMark(trace, tensor, "infinity") : []),
  ];
}

function firstMark(trace: Trace, tensor: Result, kind: Exclude<MarkKind, "breakpoint">): Mark[] {
  const { data, shape } = trace.run.tensors[tensor];
  const isOdd = kind === "nan" ? Number.isNaN : (value: number) => value === Infinity || value === -Infinity;
  let earliest: { readonly index: readonly number[]; readonly last: number } | null = null;
  for (let at = 0; at < data.length; at++) {
    if (!isOdd(data[at])) continue;
    const index = indexAt(shape, at);
    const last = trace.writtenAt(tensor, index)?.last ?? -1;
    if (last >= 0 && (earliest === null || last < earliest.last)) earliest = { index, last };
  }
  if (earliest === null) return [];
  const { index, last } = earliest;
  const reasons = reasonsOf(trace, tensor, index, 0);
  const step = (kind === "nan" ? reasons.firstNan : reasons.firstInfinity)?.step ?? last;
  return [{ step, kind, label: `First ${kind === "nan" ? "NaN" : "infinity"} in ${tensor}[${index.join(", ")}]` }];
}
