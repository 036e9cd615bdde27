import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { type View, type ViewOptions, bundle, launch, openView } from "../harness";
import type { ThemeName } from "../themes";

type Rgb = readonly [number, number, number];
export interface Told {
  readonly type: string;
  readonly detail: {
    readonly row: number;
    readonly col: number;
    readonly cellHeight: number;
    readonly top: number;
  } | null;
}

/** What tests of heatmaps share: one browser, a page with pictures, and after each test nothing that went wrong. */
export interface HeatmapSuite {
  /** The page that was opened last. */
  readonly view: () => View;
  /** Opens a page and runs an expression of it. It is closed after the test. */
  readonly open: (theme: ThemeName, shows: string, options?: Partial<ViewOptions>) => Promise<void>;
  /** Runs an expression of the page, and waits until what it leads to is drawn. */
  readonly run: <T>(expression: string) => Promise<T>;
  /** What was told of one kind since it was asked last. */
  readonly told: (type: string) => Promise<Told["detail"][]>;
  readonly press: (...keys: readonly string[]) => Promise<void>;
}

export const MAGENTA: Rgb = [255, 0, 255];
const heading = "<main><h1>Heatmaps</h1></main>";

/** To be called in a `describe`. */
export function heatmapSuite(): HeatmapSuite {
  let browser: Browser;
  let script: string;
  let views: View[] = [];

  before(async () => {
    [browser, script] = await Promise.all([launch(), bundle("test/webview/page/heatmap.ts")]);
  });
  after(() => browser.close());
  afterEach(async () => {
    const opened = views;
    views = [];
    assert.deepEqual(
      opened.flatMap(({ problems }) => problems),
      [],
    );
    await Promise.all(opened.map((each) => each.close()));
  });

  const view = () => views[views.length - 1];
  const run = async <T>(expression: string): Promise<T> => {
    const result = await view().page.evaluate<T>(expression);
    await view().page.evaluate("probe.settled()");
    return result;
  };
  return {
    view,
    run,
    open: async (theme, shows, options = {}) => {
      views.push(await openView(browser, { script, theme, width: 1000, height: 700, body: heading, ...options }));
      await run(shows);
    },
    told: async (type) =>
      (await run<Told[]>("probe.takeEvents()")).filter((each) => each.type === type).map(({ detail }) => detail),
    press: async (...keys) => {
      for (const key of keys) await view().page.keyboard.press(key);
      await run("0");
    },
  };
}

export function hex(text: string): Rgb {
  const value = Number.parseInt(text.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function close(found: readonly number[], expected: readonly number[], within: number, what: string): void {
  const off = expected.some((value, i) => Math.abs(found[i] - value) > within);
  assert.ok(!off, `${what}: ${found.join()} is not about ${expected.join()}`);
}
