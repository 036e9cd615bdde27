import type { Trace } from "../trace/trace";
import { scoutOf } from "./scouts";
import type { Watch } from "./watches";

/** Milliseconds of work, rests left out. */
const PATIENCE_MS = 300;

/**
 * The step at which a watch would stop a run from its start; null if it would not, or if that is not found out soon. `rest` is
 * awaited now and then, and says whether to go on.
 */
export async function firstStop(trace: Trace, watch: Watch, rest: () => Promise<boolean>): Promise<number | null> {
  // Hits are counted by watch, and a run that is under way counts its own.
  const scout = scoutOf(trace, { ...watch }, 0, "forward");
  for (let spent = 0; spent < PATIENCE_MS && !scout.found;) {
    if (scout.step >= trace.total || !(await rest())) return null;
    const began = performance.now();
    scout.advance(trace.total - 1);
    spent += performance.now() - began;
  }
  return scout.found ? scout.step : null;
}
