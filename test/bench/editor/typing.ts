import type { Frame, Page } from "playwright-core";
import { openWorkbench } from "../../vscode/served/workbench.mjs";
import type { Row } from "../debugger/record";

/** A number of a filter in a sample: the cursor goes behind `before`, which stands before its first digit. */
interface Place {
  readonly file: string;
  readonly line: string;
  readonly before: string;
  /** Which of the lenses that debug a filter, or run the layer, is clicked. */
  readonly lens: number;
}

const places: readonly Place[] = [
  { file: "edges.conv.json", line: "sharpen", before: "[-1, ", lens: 0 },
  { file: "strides.conv.json", line: "a diagonal line", before: "[0, ", lens: 0 },
  { file: "filters.py", line: "laplacian", before: "[1.0, -", lens: 1 },
  { file: "filters.cpp", line: "{-1, 5, -1}", before: "{-1, ", lens: 1 },
];
const KEYS = 14;
/** Milliseconds from one key to the next. */
const PERIOD = 700;
/** Keys that are not counted: the first run of an engine, the first change. */
const FIRST = 2;

/** From a key pressed in the editor to the first new picture in the panel, in the served VS Code. */
export async function measureTyping(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const place of places) {
    const times = (await typedIn(place)).sort((a, b) => a - b);
    const [half, most] = [times[times.length >> 1], times[times.length - 1]];
    const measured = `p50 ${half.toFixed(0)}, most ${most.toFixed(0)} ms`;
    rows.push({ what: "key to first new picture", layer: place.file, measured, goal: "p50 < 50 ms", met: half < 50 });
  }
  return rows;
}

async function typedIn({ file, line, before, lens }: Place): Promise<number[]> {
  const vscode = await openWorkbench({ open: file, size: { width: 1600, height: 1000 } });
  try {
    const { page } = vscode;
    const title = file.endsWith(".json") ? "Run" : "Debug filter";
    const above = page.locator(".codelens-decoration a", { hasText: title });
    await above.nth(lens).click({ timeout: 60_000 });
    const panel = await vscode.panel();
    await panel.locator("conv-heatmap").first().waitFor();
    await page.waitForTimeout(2000); // statistics, pictures
    await watch(page, panel);
    await page.locator(".view-line", { hasText: line }).first().click();
    await page.keyboard.press("Home");
    const text = (await page.locator(".view-line", { hasText: line }).first().innerText()).replaceAll("\u00a0", " ");
    const start = text.search(/\S/);
    for (let i = start; i < text.indexOf(before) + before.length + 1; i++) await page.keyboard.press("ArrowRight");
    const times: number[] = [];
    for (let i = 0; i < KEYS; i++) {
      await page.keyboard.press(i % 2 === 0 ? String(1 + (i % 9)) : "Backspace");
      await page.waitForTimeout(PERIOD);
      const pressed = await page.evaluate<number>("pressed");
      const drawn = await panel.evaluate<number | null>("drawn");
      if (drawn === null || drawn < pressed) throw new Error(`${file}: nothing new was drawn`);
      if (i >= FIRST) times.push(drawn - pressed);
    }
    return times;
  } finally {
    await vscode.close();
  }
}

/** Clocks of the window and of its webview are one: both keep when it last happened. */
async function watch(page: Page, panel: Frame): Promise<void> {
  await page.evaluate(
    `addEventListener("keydown", () => (window.pressed = performance.timeOrigin + performance.now()), true)`,
  );
  await panel.evaluate(`{
    window.drawn = null;
    let fresh = false;
    const isPicture = ({ request, answer }) => request === "tile" && answer !== null;
    addEventListener("message", ({ data }) => {
      for (const message of Array.isArray(data) ? data : [])
        if (message.m === "show") [window.drawn, fresh] = [null, message.a[0].foretold.some(isPicture)];
        else if (message.t === "s" && message.r?.marks !== undefined) fresh = true;
    }, true);
    for (const name of ["drawImage", "putImageData"]) {
      const draw = CanvasRenderingContext2D.prototype[name];
      CanvasRenderingContext2D.prototype[name] = function (...how) {
        if (fresh) window.drawn ??= performance.timeOrigin + performance.now();
        return draw.apply(this, how);
      };
    }
  }`);
}
