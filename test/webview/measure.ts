/**
 * Measures the panel on a huge layer in the real browser, with the real host: first frame after a run, frames a second while scrubbing and
 * panning, bytes that cross, memory of the page's process.
 *
 *   npx tsx test/webview/measure.ts [channels of x] [size of x]      x is 8 × channels × size × size; 256 and 224 unless told
 *
 * The page is drawn by software where there is no GPU. Numbers cross as text here, which VS Code's own webviews do not need.
 */
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import type { Run } from "../../src/conv/run";
import { type Stage, stages } from "../../src/trace/stages";
import { launch } from "./harness";
import { huge, runLayer, tiny } from "./layers";
import { type PanelPage, openPanel, webviewBundle } from "./panelPage";

const [channels = 256, size = 224] = process.argv.slice(2).map(Number);
const FRAMES = 90;

void main();

async function main(): Promise<void> {
  const [browser, bundle] = await Promise.all([launch(), webviewBundle()]);
  const started = performance.now();
  const [small, run] = [await runLayer(tiny()), await runLayer(huge(channels, size))];
  const { rows, taps } = run.geometry;
  console.log(`x 8×${channels}×${size}×${size}, col ${rows}×${taps} = ${(rows * taps).toExponential(1)} cells`);
  console.log(`ran in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const panel = await openPanel(browser, { bundle, run: small, width: 1440, height: 900 });
  await panel.settled();
  for (let i = 0; i < 3; i++) {
    panel.show(small);
    await panel.settled();
    await firstFrame(panel, run);
  }
  await panel.settled();
  const renderer = await rendererOf(browser);
  for (const stage of stages) await scrub(panel, stage, renderer);
  await pan(panel, "im2col", "col");
  await pan(panel, "gemm", "out");
  const cdp = await panel.page.context().newCDPSession(panel.page);
  await cdp.send("HeapProfiler.collectGarbage");
  await panel.settled();
  console.log(`webview process: ${memoryOf(renderer)}`);
  for (const problem of panel.problems) console.log(problem);
  await panel.close();
  await browser.close();
}

/** From the end of the run to a page on which every picture has its numbers, and how much of that the host's thread was taken. */
async function firstFrame(panel: PanelPage, run: Run): Promise<void> {
  const seen = panel.page.evaluate<number>(`new Promise((resolve) => {
    // A row of pixels in the middle that holds more than a few colours is a picture with its numbers.
    const isDrawn = (canvas) => {
      const { width, height } = canvas;
      if (width * height === 0) return false;
      const { data } = canvas.getContext("2d").getImageData(0, height >> 1, width, 1);
      return new Set(new Uint32Array(data.buffer)).size > 3;
    };
    const drawn = new Set();
    const look = () => {
      const { panel } = document.querySelector("conv-app");
      const panes = [...document.querySelectorAll("conv-pane")];
      if (panel.state.run.geometry.batch === 8)
        for (const { heatmap } of panes)
          if (heatmap !== null && heatmap.source !== null && !drawn.has(heatmap) && isDrawn(heatmap.renderRoot.querySelector("canvas")))
            drawn.add(heatmap);
      if (panes.length > 0 && panes.every(({ heatmap }) => drawn.has(heatmap))) resolve(performance.timeOrigin + performance.now());
      else requestAnimationFrame(look);
    };
    look();
  })`);
  // The page has begun to look.
  await panel.page.evaluate("new Promise(requestAnimationFrame)");
  const from = performance.timeOrigin + performance.now();
  panel.show(run);
  const shown = performance.timeOrigin + performance.now();
  console.log(`first frame: ${((await seen) - from).toFixed(0)} ms (show() itself ${(shown - from).toFixed(1)} ms)`);
}

/**
 * Frames a second, and the longest frame, while the step goes through a part of a stage, a different step in every frame; and what a frame
 * takes of the page's processors, which a busy machine does not change.
 */
async function scrub(panel: PanelPage, stage: Stage, renderer: number): Promise<void> {
  const { start, count } = panel.session.trace.steps.spans[stage];
  panel.session.seek(start);
  await panel.settled();
  const began = processorTime(renderer);
  const times = await frames(
    panel.page,
    `document.querySelector("conv-app").panel.seek(${start} + Math.floor((i / ${FRAMES}) * ${count - 1}))`,
  );
  const each = (processorTime(renderer) - began) / times.length;
  console.log(`scrub ${stage.padEnd(7)} ${fps(times)}, ${each.toFixed(1)} ms of processor time each`);
  await panel.settled();
}

async function pan(panel: PanelPage, stage: Stage, title: string): Promise<void> {
  const { start, count } = panel.session.trace.steps.spans[stage];
  panel.session.seek(start + Math.floor(count / 2));
  await panel.settled();
  const times = await frames(
    panel.page,
    `[...document.querySelectorAll("conv-pane")].findLast((pane) => pane.pane.title === "${title}").heatmap.renderRoot
      .querySelector("canvas").dispatchEvent(new KeyboardEvent("keydown", { key: i % 3 ? "ArrowDown" : "ArrowRight", shiftKey: true, bubbles: true, cancelable: true }))`,
  );
  console.log(`pan ${title} in ${stage}: ${fps(times)}`);
}

/** Does something in each of many frames; milliseconds between them. */
async function frames(page: Page, action: string): Promise<number[]> {
  return await page.evaluate<number[]>(`new Promise((resolve) => {
    const times = [];
    let i = 0, last = performance.now();
    const frame = (now) => {
      times.push(now - last);
      last = now;
      if (i++ >= ${FRAMES}) return resolve(times.slice(1));
      ${action};
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  })`);
}

function fps(times: readonly number[]): string {
  const total = times.reduce((sum, time) => sum + time, 0);
  const sorted = [...times].sort((a, b) => a - b);
  const p95 = sorted[Math.floor(sorted.length * 0.95)];
  return `${((1000 * times.length) / total).toFixed(1)} frames a second, p95 ${p95.toFixed(1)} ms, longest ${sorted.at(-1)?.toFixed(0)} ms`;
}

async function rendererOf(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  // The page that was opened last has the largest one.
  return renderers.sort((a, b) => residentOf(b) - residentOf(a))[0];
}

function residentOf(pid: number): number {
  return Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
}

/** Milliseconds of all threads of a process so far, in steps of ten. */
function processorTime(pid: number): number {
  const [, rest] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const fields = rest.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function memoryOf(pid: number): string {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const mega = (name: string) => (Number(new RegExp(`${name}:\\s*(\\d+)`).exec(status)?.[1] ?? 0) / 1024).toFixed(0);
  return `${mega("VmRSS")} MB resident, ${mega("RssAnon")} MB of its own`;
}
