// What this process holds of the machine. Linux: read from /proc.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export const MiB = 2 ** 20;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void; // what the flag exposes

export interface Reading {
  readonly threads: number;
  readonly files: number;
  /** Bytes in memory, and of addresses. */
  readonly resident: number;
  readonly virtual: number;
}

/** After garbage is collected and ended threads have had a moment to be gone. */
export async function settledReading(): Promise<Reading> {
  collect();
  await delay(5);
  collect();
  return {
    threads: threadCount(),
    files: readdirSync("/proc/self/fd").length,
    resident: statusOf("VmRSS"),
    virtual: statusOf("VmSize"),
  };
}

export function threadCount(): number {
  return readdirSync("/proc/self/task").length;
}

/**
 * Threads beyond `usual`, once those that have ended are off the kernel's list: joining a thread does not wait for that. Nothing
 * else of this process goes on meanwhile, so that what was told to be over must be.
 */
export function threadsOver(usual: number): number {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; threadCount() > usual && tries < 200; tries++) Atomics.wait(nobody, 0, 0, 1);
  return threadCount() - usual;
}

/** The most that has been in memory since the last `forgetPeak`. */
export function peakResident(): number {
  return statusOf("VmHWM");
}
export function resident(): number {
  return statusOf("VmRSS");
}
export function forgetPeak(): void {
  writeFileSync("/proc/self/clear_refs", "5");
}

/** A clock in milliseconds that stands still while this process's first thread is ready to run and others have the processor. */
export function ownMs(): number {
  // schedstat: nanoseconds run, nanoseconds waited, slices.
  return performance.now() - Number(readFileSync("/proc/self/schedstat", "utf8").split(" ")[1]) / 1e6;
}

function statusOf(key: "VmRSS" | "VmSize" | "VmHWM"): number {
  const found = new RegExp(`^${key}:\\s+(\\d+) kB$`, "m").exec(readFileSync("/proc/self/status", "utf8"));
  return Number(found?.[1]) * 1024;
}

/** How much a series rises over its whole length, by the median of the slopes between all pairs (Theil and Sen): a few outliers do not matter. */
export function rise(series: readonly number[]): number {
  const slopes: number[] = [];
  for (let i = 0; i < series.length; i++)
    for (let j = i + 1; j < series.length; j++) slopes.push((series[j] - series[i]) / (j - i));
  return percentile(slopes, 0.5) * (series.length - 1);
}

export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))];
}

/** "p50 3.1, p90 4, p99 12, most 15 ms" */
export function spread(values: readonly number[]): string {
  const part = (p: number) => percentile(values, p).toFixed(1);
  return `p50 ${part(0.5)}, p90 ${part(0.9)}, p99 ${part(0.99)}, most ${part(1)} ms`;
}
