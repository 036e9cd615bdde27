import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import type { Run } from "../../src/conv/run";
import { launch } from "./harness";
import { type LayerSketch, runLayer } from "./layers";
import { type PanelOptions, type PanelPage, type WebviewBundle, openPanel, webviewBundle } from "./panelPage";

/** The pin of the design, of `layers.picture`: gemm, n 0, oy 11, ox 17, f 2, c 1, ky 1, kx 1. */
export const PIN = 187123;

/** What tests of the panel share: one browser, runs of some layers, and after each test nothing that went wrong. */
export interface PanelSuite<Name extends string> {
  readonly runs: Readonly<Record<Name, Run>>;
  /** Opens the panel on a layer; null: nothing has run. It is closed after the test. */
  readonly panel: (layer: Name | null, more?: Partial<PanelOptions>) => Promise<PanelPage>;
}

/** To be called in a `describe`. */
export function panelSuite<Name extends string>(sketches: Readonly<Record<Name, () => LayerSketch>>): PanelSuite<Name> {
  let browser: Browser;
  let bundle: WebviewBundle;
  let open: PanelPage | null = null;
  const runs: Partial<Record<Name, Run>> = {};

  before(async () => {
    [browser, bundle] = await Promise.all([launch(), webviewBundle()]);
    for (const name of Object.keys(sketches) as Name[]) runs[name] = await runLayer(sketches[name]()); // its own keys
  });
  after(() => browser.close());
  afterEach(async () => {
    const { problems = [], log = [] } = open ?? {};
    await open?.close();
    open = null;
    assert.deepEqual(problems, []);
    assert.deepEqual(log, []);
  });

  return {
    runs: runs as Record<Name, Run>, // complete before the first test
    panel: async (layer, more = {}) => {
      open = await openPanel(browser, { bundle, ...(layer === null ? {} : { run: runs[layer] }), ...more });
      await open.settled();
      return open;
    },
  };
}

export async function press(on: PanelPage, ...keys: string[]): Promise<void> {
  for (const key of keys) await on.page.keyboard.press(key);
  await on.settled();
}

/** The text of the first element that a selector finds, on one line. */
export async function text({ page }: PanelPage, selector: string): Promise<string> {
  const found = await page.locator(selector).first().innerText();
  return found.replace(/\s+/g, " ").trim();
}

/** Waits until an expression of the page holds. (Not Playwright's own way, which the page's policy forbids.) */
export async function until(on: PanelPage, expression: string): Promise<void> {
  while (!(await on.page.evaluate<boolean>(expression))) await on.settled();
}
