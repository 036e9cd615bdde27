import type { PanelOptions, PanelPage } from "./panelPage";
import * as layers from "./layers";
import { PIN } from "./suite";

/** What is not a stage: a page without a run, an error, a dialog, something pointed at. */
export interface Moment {
  readonly name: string;
  /** null: nothing has run. */
  readonly layer: (() => layers.LayerSketch) | null;
  readonly options?: Partial<PanelOptions>;
  readonly prepare?: (panel: PanelPage) => Promise<void>;
}

const failure = {
  what: "Groups 3 does not divide 16 filters",
  where: "layers/a-rather-long-folder-name/another-one/edges-of-the-disc.conv.json, line 4, column 12",
  cause: "16 filters in 3 groups would be 5⅓ each",
  remedy: "Set groups to 1, 2, 4, 8 or 16",
};
const notes = [
  { label: "x", detail: "photo.png: taken as HWC, converted to CHW", choices: ["CHW"] },
  { label: "dout", detail: "all ones", choices: [] },
];

const at = (step: number) => ({ step });
const pin = { layer: layers.picture, options: at(PIN) };
/** A state that only the host brings about, and only for a while. */
const state = (change: string) => async (panel: PanelPage) => {
  await panel.page.evaluate(`document.querySelector("conv-app").panel.store.update(${change})`);
};
const activity =
  (shown: Parameters<PanelPage["host"]["setActivity"]>[0]) =>
  ({ host }: PanelPage) => {
    host.setActivity(shown);
    return Promise.resolve();
  };
const keys =
  (...all: string[]) =>
  async ({ page }: PanelPage) => {
    for (const key of all) await page.keyboard.press(key);
  };
const type = (text: string) => async (panel: PanelPage) => {
  await keys("g")(panel);
  await panel.page.keyboard.type(text);
  await keys("Enter")(panel);
};
const over = (selector: string, x: number, y: number) => async (panel: PanelPage) => {
  const box = (await panel.page.locator(selector).first().boundingBox())!; // it is on the page
  await panel.page.mouse.move(box.x + x * box.width, box.y + y * box.height);
  await panel.page.waitForTimeout(600);
};

export const moments: readonly Moment[] = [
  { name: "empty", layer: null },
  {
    name: "running",
    layer: null,
    prepare: activity({ kind: "running", title: "edges.conv.json", fraction: 0.4, detail: "computing" }),
  },
  {
    name: "failed",
    layer: null,
    prepare: activity({ kind: "failed", title: "edges.conv.json", failure }),
  },
  {
    name: "failed-after",
    ...pin,
    prepare: activity({ kind: "failed", title: "edges.conv.json", failure }),
  },
  {
    name: "stale",
    ...pin,
    prepare: activity({ kind: "stale", reason: "The layer file has changed." }),
  },
  {
    name: "running-after",
    ...pin,
    prepare: activity({ kind: "running", title: "edges.conv.json", fraction: null, detail: "reading photo.png" }),
  },
  {
    name: "searching",
    ...pin,
    prepare: state(`{ searching: { direction: "forward", from: ${PIN}, step: 900000, rate: 4.8e7 } }`),
  },
  { name: "assumed", layer: layers.spoilt, options: { step: PIN, notes } },
  { name: "go-to", ...pin, prepare: keys("g") },
  { name: "go-to-wrong", ...pin, prepare: type("out[0, 2, 11, 99]") },
  { name: "keys", ...pin, prepare: keys("?") },
  { name: "size", ...pin, prepare: over(".chip:has-text('out')", 0.5, 0.5) },
  { name: "linked-x", ...pin, prepare: over("conv-pane conv-heatmap", 0.6, 0.6) },
  { name: "linked-tiny", layer: layers.tiny, options: at(200), prepare: over("conv-pane conv-heatmap", 0.4, 0.4) },
  { name: "selected", ...pin, prepare: type("out[0, 5, 3, 4]") },
  { name: "unwritten", layer: layers.picture, options: at(9000), prepare: type("dW[5, 1, 0, 0]") },
  {
    name: "contributions",
    layer: layers.spoilt,
    options: at(PIN),
    prepare: async ({ page }) => {
      if ((await page.locator(".section").count()) === 0) await page.keyboard.press("s");
      await page.getByRole("button", { name: /^all \d/ }).click();
    },
  },
  { name: "slice", ...pin, prepare: keys("v") },
  { name: "slice-deep", layer: layers.deep, options: at(100_000), prepare: type("x[1, 3:27, ::-1, :]") },
  { name: "slice-matrix", ...pin, prepare: type("col[300:400, :]") },
  {
    name: "fixed",
    ...pin,
    prepare: async ({ page }) =>
      page.evaluate(`document.querySelector("conv-app").panel.setDomain("out", { kind: "fixed", lo: -1, hi: 2 })`),
  },
  {
    name: "table",
    ...pin,
    prepare: async ({ page }) => {
      await page.locator("conv-pane.written conv-heatmap").last().locator("canvas").focus();
      await page.keyboard.press("t");
    },
  },
  {
    name: "cursor",
    layer: layers.tiny,
    options: at(200),
    prepare: keys("ArrowDown", "ArrowRight", "ArrowDown"),
  },
  { name: "focus", ...pin, prepare: keys("Tab", "Tab", "Tab", "Tab") },
  { name: "start", layer: layers.picture, options: at(0) },
  { name: "end", layer: layers.picture },
];
