import type { Page } from "playwright-core";
import type { Run } from "../../../src/conv/run";
import type { Stage } from "../../../src/trace/order/stages";
import type { PanelPage } from "../panelPage";

/** Frames of one measurement. */
export const FRAMES = 90;

/** The step goes through a stage, to a different place in every frame. Milliseconds from frame to frame. */
export async function scrub({ session, page }: PanelPage, stage: Stage): Promise<number[]> {
  const { start, count } = session.trace.steps.spans[stage];
  return await frames(
    page,
    `document.querySelector("conv-app").panel.seek(${start} + Math.floor((i / ${FRAMES}) * ${count - 1}))`,
  );
}

/** A matrix is moved in every frame, down and to the right. */
export async function pan({ page }: PanelPage, title: string): Promise<number[]> {
  return await frames(
    page,
    `[...document.querySelectorAll("conv-pane")].findLast((pane) => pane.pane.title === "${title}").heatmap.renderRoot
      .querySelector("canvas").dispatchEvent(new KeyboardEvent("keydown", { key: i % 3 ? "ArrowDown" : "ArrowRight", shiftKey: true, bubbles: true, cancelable: true }))`,
  );
}

/** Does something in each of many frames. */
async function frames(page: Page, action: string): Promise<number[]> {
  return await page.evaluate<number[]>(`new Promise((resolve) => {
    const times = [];
    let i = 0, last = performance.now();
    const next = (now) => {
      performance.mark("frame");
      times.push(now - last);
      last = now;
      if (i++ >= ${FRAMES}) return resolve(times.slice(1));
      ${action};
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  })`);
}

export interface FirstFrame {
  /** Milliseconds from the end of the run to a page on which every picture has its numbers. */
  readonly total: number;
  /** How many of them the host's thread was at work. */
  readonly host: number;
}

export async function firstFrame(panel: PanelPage, run: Run): Promise<FirstFrame> {
  const title = `shown at ${performance.now()}`;
  const seen = panel.page.evaluate<number>(`new Promise((resolve) => {
    // Where there are no numbers yet nothing is drawn.
    const isDrawn = (canvas) => {
      const { width, height } = canvas;
      return width * height > 0 && canvas.getContext("2d").getImageData(width >> 1, height >> 1, 1, 1).data[3] === 255;
    };
    const drawn = new Set();
    const look = () => {
      const panes = [...document.querySelectorAll("conv-pane")];
      const { run } = document.querySelector("conv-app").panel.state;
      for (const { heatmap } of run.title === ${JSON.stringify(title)} ? panes : [])
        if (heatmap?.source?.key.startsWith(run.id + "/") && heatmap.scale && isDrawn(heatmap.renderRoot.querySelector("canvas")))
          drawn.add(heatmap);
      if (panes.length > 0 && panes.every(({ heatmap }) => drawn.has(heatmap))) resolve(Date.now());
      // When this frame has been drawn.
      else requestAnimationFrame(() => setTimeout(look));
    };
    look();
  })`);
  // The page has begun to look.
  await panel.page.evaluate("new Promise(requestAnimationFrame)");
  const before = performance.eventLoopUtilization();
  // One clock for both processes: of their own, each counts from another moment.
  const from = Date.now();
  panel.show(run, { title });
  const total = (await seen) - from;
  return { total, host: performance.eventLoopUtilization(before).active };
}
