import { readFileSync, readdirSync } from "node:fs";
import type { Browser } from "playwright-core";

/** Milliseconds of the processors that one frame took, wherever. Unlike the time from frame to frame, they do not depend on who else is at work. */
export interface Spent {
  /** The page's main thread. */
  readonly page: number;
  /** All other threads of the browser: rasters, compositor, display, messages (and here, what unpacks those). */
  readonly browser: number;
  readonly host: number;
}

/** What `frames` frames of some work took; the page's process is `renderer`. */
export async function spentIn<T>(
  browser: Browser,
  renderer: number,
  frames: number,
  work: () => Promise<T>,
): Promise<[T, Spent]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const pids = processInfo.map(({ id }) => id);
  const now = () => ({
    page: threadTime(renderer, renderer), // a process's first thread is its main thread
    all: sum(pids.map(processTime)),
    host: process.cpuUsage(),
  });
  const before = now();
  const result = await work();
  const after = now();
  const { user, system } = process.cpuUsage(before.host);
  const page = after.page - before.page;
  const each = (time: number) => time / frames;
  return [
    result,
    { page: each(page), browser: each(after.all - before.all - page), host: each((user + system) / 1000) },
  ];
}

function processTime(pid: number): number {
  return sum(readdirSync(`/proc/${pid}/task`).map((tid) => threadTime(pid, Number(tid))));
}

/** Milliseconds on a processor so far; 0 of a thread that has just ended. */
function threadTime(pid: number, tid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${tid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch {
    return 0;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
