import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { type Choices, ComparisonHost, type Side } from "../../src/compare/host";
import { launch } from "./harness";
import { type HostedPage, type WebviewBundle, openHosted, webviewBundle } from "./panelPage";
import type { ThemeName } from "./themes";

/** The real page that shows two tensors side by side, talking to the real host. */
export interface ComparePage extends HostedPage {
  readonly host: ComparisonHost;
  readonly log: string[];
  /** What the person chose, as the host would keep it. */
  readonly chosen: { readonly choices: Choices; readonly exchanged: boolean }[];
}

interface CompareOptions {
  readonly left: Side;
  readonly right: Side;
  readonly choices?: Choices;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
}

/** To be called in a `describe`: one browser, and after each test nothing that went wrong. */
export function compareSuite(): (options: CompareOptions) => Promise<ComparePage> {
  let browser: Browser;
  let bundle: WebviewBundle;
  let open: ComparePage | null = null;

  before(async () => {
    [browser, bundle] = await Promise.all([launch(), webviewBundle("webview/compare/main.ts")]);
  });
  after(() => browser.close());
  afterEach(async () => {
    const { problems = [], log = [] } = open ?? {};
    open?.host.dispose();
    await open?.close();
    open = null;
    assert.deepEqual(problems, []);
    assert.deepEqual(log, []);
  });

  return async ({ left, right, choices, ...options }) => {
    const log: string[] = [];
    const chosen: ComparePage["chosen"] = [];
    const view = await openHosted(browser, { bundle, ...options }, "conv-compare > *", (post) => {
      const host = new ComparisonHost({
        post,
        log: (line) => log.push(line),
        named: () => undefined,
        chose: (to, exchanged) => chosen.push({ choices: to, exchanged }),
      });
      host.show(left, right, choices);
      return host;
    });
    open = { ...view, log, chosen };
    await open.settled();
    return open;
  };
}
