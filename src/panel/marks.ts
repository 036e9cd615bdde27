import { doneSoon } from "../base/turns";
import type { StoredName } from "../conv/run";
import type { Mark, MarkKind, Summary } from "../protocol/messages";
import { firstStop } from "../session/firstStop";
import type { Watch } from "../session/watches";
import { indexAt } from "../tensor/tensor";
import { reasonsOf } from "../trace/moment/contributions";
import type { Trace } from "../trace/moment/trace";

/** What each stage writes and keeps. */
export const results = ["out", "db", "dW", "dx"] as const satisfies readonly StoredName[];
export type Result = (typeof results)[number];

/** Of a breakpoint that may be hit often, this many places, evenly spread, stand for all. */
const MOST_MARKS = 40;

/** Where the session stops, as far as that is known without looking. */
export function breakpointMarks(watches: readonly Watch[]): Mark[] {
  return watches.flatMap((watch) => {
    const { steps, condition } = watch;
    if (condition !== null || steps.count === 0) return [];
    const often = steps.count === 1 ? "" : `, ${steps.count} steps`;
    const count = Math.min(steps.count, MOST_MARKS);
    return Array.from({ length: count }, (_, i) =>
      markOf(watch, steps.at(Math.floor((i * steps.count) / count)), often),
    );
  });
}

/** Where those would stop first that have to be looked for: conditions and filters. One that would take long has no mark. */
export async function firstStopMarks(
  trace: Trace,
  watches: readonly Watch[],
  rest: () => Promise<boolean>,
): Promise<Mark[]> {
  const marks: Mark[] = [];
  for (const watch of watches) {
    const step = watch.condition === null ? null : await doneSoon(firstStop(trace, watch), rest);
    if (step === null) continue;
    const found = watch.textAt(step);
    marks.push(markOf(watch, step, `, first${found === undefined ? "" : `: ${found}`}`));
  }
  return marks;
}

function markOf({ key, name, line, log }: Watch, step: number, more: string): Mark {
  if (typeof key === "string") return { step, kind: "filter", label: `Filter ${name}${more}` };
  const what = log === null ? "Breakpoint" : "Log point";
  return { step, kind: "breakpoint", label: `${what}${line === undefined ? ":" : " on"} ${name}${more}` };
}

/** Elements that are looked at without a rest. */
const CHUNK = 1 << 16;

/**
 * Where NaN and infinity come into a result first in time: the step at which the first sum goes wrong. `rest` is awaited every so
 * many elements, and says whether to go on; nothing is answered if not.
 */
export async function marksOf(
  trace: Trace,
  tensor: Result,
  { stats }: Summary,
  rest: () => Promise<boolean>,
): Promise<Mark[]> {
  return [
    ...(stats.nan > 0 ? await firstMark(trace, tensor, "nan", stats.firstNan, rest) : []),
    ...(stats.inf > 0 ? await firstMark(trace, tensor, "infinity", stats.firstInf, rest) : []),
  ];
}

async function firstMark(
  trace: Trace,
  tensor: Result,
  kind: MarkKind & ("nan" | "infinity"),
  from: number,
  rest: () => Promise<boolean>,
): Promise<Mark[]> {
  const { data, shape } = trace.run.tensors[tensor];
  const isOdd = kind === "nan" ? Number.isNaN : (value: number) => value === Infinity || value === -Infinity;
  let earliest: { readonly index: readonly number[]; readonly last: number } | null = null;
  const end = endOfTime(tensor, shape, from);
  for (let at = from; at < end; at++) {
    if (at % CHUNK === 0 && !(await rest())) return [];
    if (!isOdd(data[at])) continue;
    const index = indexAt(shape, at);
    const last = trace.writtenAt(tensor, index)?.last ?? -1;
    if (last >= 0 && (earliest === null || last < earliest.last)) earliest = { index, last };
  }
  if (earliest === null) return [];
  const { index, last } = earliest;
  const reasons = await trace.patience.inTurns(rest, () => reasonsOf(trace, tensor, index, 0));
  if (reasons === null) return [];
  const step = (kind === "nan" ? reasons.firstNan : reasons.firstInfinity)?.step ?? last;
  return [{ step, kind, label: `First ${kind === "nan" ? "NaN" : "infinity"} in ${tensor}[${index.join(", ")}]` }];
}

/**
 * What can be earlier in time than the element at `at`, the first odd one in memory, ends here in memory: filters and weights are worked out
 * in the order of memory, but of the batch each picture before the next.
 */
function endOfTime(tensor: Result, shape: readonly number[], at: number): number {
  if (tensor === "db" || tensor === "dW") return at + 1;
  const picture = shape[1] * shape[2] * shape[3];
  return (Math.floor(at / picture) + 1) * picture;
}
