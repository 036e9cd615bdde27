import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";

/** What the page's main thread did in each frame, in milliseconds of the processor. */
export interface Costs {
  /** Script, style and layout: what the page asks for. */
  readonly own: readonly number[];
  /** Everything else: painting, compositing, and the rasters of canvases, which a graphics card would do. */
  readonly browser: readonly number[];
}

/** What a page's code, its style sheets and its boxes take; what one of these leads to counts with it. */
const own = new Set([
  ...["FunctionCall", "EvaluateScript", "FireAnimationFrame", "TimerFire", "EventDispatch", "RunMicrotasks"],
  ...["HandlePostMessage", "v8.callFunction", "MinorGC", "MajorGC", "UpdateLayoutTree", "Layout"],
]);
const categories = ["devtools.timeline", "disabled-by-default-devtools.timeline", "blink.user_timing", "v8"];

interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Of the thread itself, without what others took of the processor meanwhile. */
  readonly tdur?: number;
}

/** Traces the browser while `work` marks each of its frames with `performance.mark("frame")`. */
export async function traced(browser: Browser, work: () => Promise<unknown>): Promise<Costs> {
  const traceEvents = await eventsOf(browser, work);
  const marks = traceEvents.filter(({ name, cat }) => name === "frame" && cat.includes("blink.user_timing"));
  const { pid, tid } = marks[0];
  const spans = traceEvents.filter((event) => event.ph === "X" && event.pid === pid && event.tid === tid);
  spans.sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const all = perFrame(
    marks,
    outermost(spans, ({ name }) => name === "RunTask"),
  );
  const mine = perFrame(
    marks,
    outermost(spans, ({ name }) => own.has(name)),
  );
  return { own: mine, browser: all.map((total, i) => Math.max(0, total - mine[i])) };
}

async function eventsOf(browser: Browser, work: () => Promise<unknown>): Promise<TraceEvent[]> {
  await browser.startTracing(undefined, { categories });
  await work();
  return (JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }).traceEvents;
}

/** Of spans that lie in each other, the outer ones. */
function outermost(spans: readonly TraceEvent[], is: (span: TraceEvent) => boolean): TraceEvent[] {
  let end = -Infinity;
  return spans.filter((span) => {
    if (!is(span) || span.ts < end) return false;
    end = span.ts + (span.dur ?? 0);
    return true;
  });
}

function perFrame(marks: readonly TraceEvent[], spans: readonly TraceEvent[]): number[] {
  const sums = new Array<number>(marks.length - 1).fill(0);
  let frame = -1;
  for (const { ts, dur, tdur } of spans) {
    while (frame + 1 < marks.length && marks[frame + 1].ts <= ts) frame++;
    if (frame >= 0 && frame < sums.length) sums[frame] += (tdur ?? dur ?? 0) / 1000;
  }
  return sums;
}

/** The process of the page, as a trace has it. */
export async function rendererOf(browser: Browser, page: Page): Promise<number> {
  const events = await eventsOf(browser, () => page.evaluate(`performance.mark("here")`));
  return events.find(({ name }) => name === "here")!.pid; // it was marked just now
}

/** Of a process: "VmRSS" all that is resident, "RssAnon" what it shares with nobody. */
export function megabytes(pid: number, what: "VmRSS" | "RssAnon"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`${what}:\\s*(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
}
