import { Turns } from "../base/turns";
import type { Direction } from "../trace/order/navigate";
import type { Trace } from "../trace/moment/trace";
import type { Breakpoints, Filter } from "./breakpoints";
import { type Scout, scoutOf } from "./scouts";
import type { Watch } from "./watches";

export interface ResumeOptions {
  /** The step after which the run begins (back: before which), from −1 to the run's length. Default: the present one. */
  readonly from?: number;
  /** Ends the run where it has come to. */
  readonly signal?: AbortSignal;
  /** Takes what breakpoints have to log, in the order in which the run meets them: all of a turn at once. The run waits for it. */
  readonly log?: (messages: readonly Logged[]) => Promise<void>;
  /** The step that the run has come to, every few milliseconds. */
  readonly onProgress?: (step: number) => void;
}

/** What a breakpoint says where it is hit. */
export interface Logged {
  readonly text: string;
  readonly step: number;
  /** The breakpoint's. */
  readonly id: number;
}

/** Why a run stopped, and where. */
export interface Stop {
  /** `exception`: only filters are hit. `end`, `start`: nothing was. `paused`: stopped from outside. */
  readonly reason: "breakpoint" | "exception" | "end" | "start" | "paused";
  readonly step: number;
  /** The ids of the breakpoints that are hit. */
  readonly hits: readonly number[];
  /** The filters that it is a case of, if there are any. */
  readonly filters?: readonly Filter[];
  /** What a filter found, or why a condition could not be evaluated. */
  readonly text?: string;
}

/**
 * Runs from after `from` (back: from before it) to the first step at which something stops. Logs on the way. Steps are not walked
 * where what is looked for is known without; long work gives way to others every few milliseconds.
 */
export async function runToStop(
  trace: Trace,
  breakpoints: Breakpoints,
  from: number,
  direction: Direction,
  { signal, log, onProgress }: ResumeOptions = {},
): Promise<Stop> {
  const by = direction === "forward" ? 1 : -1;
  const beyond = direction === "forward" ? trace.total : -1;
  const isBefore = (a: number, b: number) => (b - a) * by > 0;
  let { watches } = breakpoints;
  let scouts = scoutsFrom(from + by);
  let stop: Stop | null = null;
  let messages: Logged[] = [];
  for (const turns = new Turns(); ;) {
    // A step is decided once every scout has come to it. Whoever is furthest behind goes on.
    let lead = beyond;
    for (const { found, step } of scouts) if (found && isBefore(step, lead)) lead = step;
    const last = lead === beyond ? beyond - by : lead;
    let behind: Scout | undefined;
    for (const scout of scouts)
      if (!scout.found && !isBefore(last, scout.step) && !(behind && isBefore(behind.step, scout.step))) behind = scout;
    if (behind !== undefined) behind.advance(last);
    else if (lead === beyond)
      stop = { reason: by === 1 ? "end" : "start", step: Math.min(trace.total - 1, Math.max(0, last)), hits: [] };
    else {
      const hit = scouts.filter(({ found, step }) => found && step === lead);
      for (const { watch } of hit)
        if (log !== undefined && watch.log !== null && typeof watch.key === "number")
          messages.push({ text: watch.log(lead), step: lead, id: watch.key });
      const stopping = hit.flatMap(({ watch }) => (watch.log === null ? [watch] : []));
      if (stopping.length > 0) stop = stopAt(lead, stopping);
      else for (const scout of hit) scout.leave();
    }
    if (stop === null && signal?.aborted) stop = { reason: "paused", step: reached(), hits: [] };
    if (stop === null && !turns.over) continue;
    if (messages.length > 0) await log?.(messages);
    messages = [];
    if (stop !== null) return stop;
    onProgress?.(reached());
    await turns.next();
    if (watches === breakpoints.watches) continue;
    ({ watches } = breakpoints);
    scouts = scoutsFrom(reached() + by);
  }

  function scoutsFrom(start: number): Scout[] {
    return watches.map((watch) => scoutOf(trace, watch, start, direction));
  }

  /** The last step that is decided. */
  function reached(): number {
    let step = beyond;
    for (const scout of scouts) if (isBefore(scout.step, step)) step = scout.step;
    return isBefore(from, step) ? step - by : from;
  }
}

function stopAt(step: number, watches: readonly Watch[]): Stop {
  const hits = watches.flatMap(({ key }) => (typeof key === "number" ? [key] : []));
  const filters = watches.flatMap(({ key }) => (typeof key === "string" ? [key] : []));
  const texts = watches.flatMap(({ textAt }) => textAt(step) ?? []);
  const reason = hits.length > 0 ? "breakpoint" : "exception";
  return {
    reason,
    step,
    hits,
    ...(filters.length > 0 && { filters }),
    ...(texts.length === 0 ? {} : { text: texts.join("; ") }),
  };
}
