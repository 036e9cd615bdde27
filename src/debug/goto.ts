import { type Listing, nextHit } from "../trace/listing/listing";
import type { Trace } from "../trace/moment/trace";

export interface Target {
  readonly step: number;
  readonly line: number;
  readonly label: string;
}

/** The moments that "go to this line" can mean, the nearest first: the next and the previous time, the first and the last. */
export function gotoTargets(
  { steps, total }: Trace,
  listing: Listing,
  line: number,
  step: number,
  last: number,
): Target[] {
  const at = listing.lines.findIndex(({ hits }, i) => i >= line - 1 && hits !== null) + 1;
  if (total === 0 || at === 0) return [];
  const wanted: [string, number | null][] = [
    ["next", step < last ? nextHit(steps, listing, at, step + 1) : null],
    ["previous", step > 0 ? nextHit(steps, listing, at, step - 1, true) : null],
    ["first", nextHit(steps, listing, at, 0)],
    ["last", nextHit(steps, listing, at, last, true)],
  ];
  const targets = new Map<number, Target>();
  for (const [word, found] of wanted) {
    if (found === null || found > last || targets.has(found)) continue;
    const { stage, indices } = steps.place(found);
    const where = Object.entries(indices).map(([name, value]) => `${name} ${value}`);
    targets.set(found, { step: found, line: at, label: `${word}: step ${found}, ${stage}, ${where.join(", ")}` });
  }
  return [...targets.values()];
}
