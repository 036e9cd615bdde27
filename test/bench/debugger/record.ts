import type { Trace } from "../../../src/trace/moment/trace";
import { TURN_PRODUCTS } from "../../../src/trace/replay/patience";

/** One line of the table: what was asked for, on which layer, and what came out. */
export interface Row {
  readonly what: string;
  readonly layer: string;
  readonly measured: string;
  readonly goal: string;
  readonly met: boolean;
}

/** Of times in milliseconds, with a goal for the 99th percentile. */
export function timesRow(what: string, layer: string, times: readonly number[], goal: number): Row {
  const sorted = [...times].sort((a, b) => a - b);
  const part = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const measured = `p50 ${part(0.5).toFixed(2)}, p99 ${part(0.99).toFixed(2)}, most ${part(1).toFixed(1)} ms`;
  return { what, layer, measured, goal: `p99 < ${goal} ms`, met: part(0.99) < goal };
}

/** Of one time in milliseconds. */
export function timeRow(what: string, layer: string, ms: number, goal: number): Row {
  return { what, layer, measured: `${ms.toFixed(ms < 10 ? 1 : 0)} ms`, goal: `< ${goal} ms`, met: ms < goal };
}

export function rateRow(what: string, layer: string, perSecond: number, goal: number): Row {
  const measured = `${(perSecond / 1e6).toFixed(2)} M/s`;
  return { what, layer, measured, goal: `≥ ${goal / 1e6} M/s`, met: perSecond >= goal };
}

/** Milliseconds of the processor's time: what others do on the machine does not count. */
export async function timed(work: () => unknown): Promise<number> {
  const started = process.cpuUsage();
  await work();
  return since(started);
}

/** Milliseconds of each turn of work that is done in turns if it takes long: whoever does it has a rest after each. */
export function turnsOf({ patience }: Trace, work: () => unknown): number[] {
  const turns: number[] = [];
  for (let isDone = false; !isDone;) {
    const started = process.cpuUsage();
    isDone = patience.attempt(TURN_PRODUCTS, work) !== null;
    turns.push(since(started));
  }
  return turns;
}

export function sum(times: readonly number[]): number {
  return times.reduce((total, time) => total + time, 0);
}

export function since(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}
