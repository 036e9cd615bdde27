import type { Trace } from "../trace/moment/trace";
import { scoutOf } from "./scouts";
import type { Watch } from "./watches";

/** The step at which a watch would stop a run from its start; null if it would not. Yields as often as others may want a turn. */
export function* firstStop(trace: Trace, watch: Watch): Generator<undefined, number | null> {
  // Hits are counted by watch, and a run that is under way counts its own.
  const scout = scoutOf(trace, { ...watch }, 0, "forward");
  while (!scout.found) {
    if (scout.step >= trace.total) return null;
    scout.advance(trace.total - 1);
    yield;
  }
  return scout.step;
}
