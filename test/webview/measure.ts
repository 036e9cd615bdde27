/**
 * Measures the panel in the real browser, with the real host, on a huge layer and on a tiny one: first frame after a run, frames a second
 * while scrubbing and panning, what a frame takes, memory of the page's process. Writes test/bench/PANEL.md.
 *
 *   npx tsx test/webview/measure.ts [channels of x] [size of x]      x is 8 × channels × size × size; 256 and 224 unless told
 *
 * The page is drawn by software where there is no graphics card. Numbers cross as text here, which VS Code's own webviews do not need:
 * another page unpacks it, and the panel's takes in typed arrays as they do.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { format } from "prettier";
import type { Run } from "../../src/conv/run";
import { shapeText } from "../../src/tensor/tensor";
import { stages } from "../../src/trace/order/stages";
import { launch } from "./harness";
import { huge, runLayer, tiny } from "./layers";
import { megabytes, rendererOf, traced } from "./measure/costs";
import { FRAMES, firstFrame, pan, scrub } from "./measure/frames";
import { spentIn } from "./measure/processors";
import { type PanelPage, openPanel, webviewBundle } from "./panelPage";

const numbers = process.argv.slice(2).map(Number);
const [channels = 256, size = 224] = numbers;
const panned = { im2col: "col", gemm: "out" } as const;

void main();

async function main(): Promise<void> {
  const [browser, bundle] = await Promise.all([launch(), webviewBundle()]);
  const layers = [await runLayer(huge(channels, size)), await runLayer(tiny())];
  const panel = await openPanel(browser, { bundle, run: layers[1], width: 1440, height: 900, relayed: true });
  await panel.settled();
  const parts: string[] = [];
  for (const [i, run] of layers.entries()) parts.push(await measure(browser, panel, run, layers[1 - i]));
  for (const problem of panel.problems) console.log(problem);
  await panel.close();
  await browser.close();
  if (numbers.length > 0) return;
  const record = await format(`${head()}\n${parts.join("\n")}`, { parser: "markdown", printWidth: 120 });
  writeFileSync(join(__dirname, "../bench/PANEL.md"), record);
}

async function measure(browser: Browser, panel: PanelPage, run: Run, other: Run): Promise<string> {
  const { rows, taps } = run.geometry;
  const lines = [
    `## x ${shapeText(run.tensors.x.shape)}, col ${rows} × ${taps} = ${(rows * taps).toExponential(1)} cells`,
    "",
  ];
  const say = (line: string) => {
    console.log(line);
    lines.push(line);
  };
  console.log(lines[0]);
  for (let i = 0; i < 5; i++) {
    panel.show(other);
    await panel.settled();
    const { total, host } = await firstFrame(panel, run);
    say(`- first frame after the run: ${total.toFixed(0)} ms, the host at work for ${host.toFixed(0)} of them`);
  }
  await panel.settled();
  say("");
  say(
    "|  | frames a second | from frame to frame, median | 95 of 100 | script, style, layout | 95 of 100 | drawing | page | browser | host |",
  );
  say("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const stage of stages) {
    const { start, count } = panel.session.trace.steps.spans[stage];
    panel.session.seek(start);
    await panel.settled();
    say(await row(browser, panel, `scrub ${stage}`, () => scrub(panel, stage)));
    const title = stage === "im2col" || stage === "gemm" ? panned[stage] : null;
    if (title === null) continue;
    panel.session.seek(start + Math.floor(count / 2));
    await panel.settled();
    say(await row(browser, panel, `pan ${title} in ${stage}`, () => pan(panel, title)));
  }
  const cdp = await panel.page.context().newCDPSession(panel.page);
  await cdp.send("HeapProfiler.collectGarbage");
  await panel.settled();
  const pid = await rendererOf(browser, panel.page);
  say("");
  say(
    `The page's process has ${megabytes(pid, "VmRSS").toFixed(0)} MB in memory, ${megabytes(pid, "RssAnon").toFixed(0)} MB of them its own.`,
  );
  return `${lines.join("\n")}\n`;
}

/** Once undisturbed for the frames and the processors' time, once traced for what the main thread does in them. */
async function row(browser: Browser, panel: PanelPage, what: string, work: () => Promise<number[]>): Promise<string> {
  const [times, spent] = await spentIn(browser, await rendererOf(browser, panel.page), FRAMES, work);
  await panel.settled();
  const { own, browser: drawing } = await traced(browser, work);
  await panel.settled();
  const perSecond = (1000 * times.length) / times.reduce((sum, time) => sum + time, 0);
  const cells = [perSecond, part(times, 0.5), part(times, 0.95), part(own, 0.5), part(own, 0.95), part(drawing, 0.5)];
  cells.push(spent.page, spent.browser, spent.host);
  return `| ${what} | ${cells.map((value, i) => `${value.toFixed(1)}${i === 0 ? "" : " ms"}`).join(" | ")} |`;
}

/** The value that a share of them do not exceed. */
function part(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)];
}

function head(): string {
  const [{ model }] = cpus();
  return `# How fast the panel is

\`npx tsx test/webview/measure.ts\` on ${cpus().length} × ${model.trim()}, Chromium without a graphics card, 1440 × 900. The step goes to
another place of the stage in every one of 90 frames. Script, style and layout, and drawing (painting, compositing, the rasters
of canvases, which a graphics card would take over) are the time of the processor on the page's main thread, from a trace of its own.
Page, browser and host are what a frame took without the trace on the page's main thread, on all other threads of the browser (rasters,
compositor, display) and in the host: together they have two processors for 16.7 ms, less what anybody else does on them.
`;
}
