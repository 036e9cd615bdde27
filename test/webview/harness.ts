import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { type ThemeName, themes } from "./themes";

/**
 * A page like VS Code's webview: strict CSP, theme tokens on the root, classes on the body. Served from memory.
 *
 *   const browser = await launch();
 *   const view = await openView(browser, { script: await bundle("test/webview/page/heatmap.ts"), theme: "dark" });
 *   await view.page.keyboard.press("ArrowRight");
 *   assert.deepEqual(view.problems, []);
 */
export interface View {
  readonly page: Page;
  /** Errors of the page, console errors and warnings, and CSP violations, as they came. Hold it to be empty. */
  readonly problems: string[];
  setTheme(theme: ThemeName): Promise<void>;
  /** Violations of axe-core's rules (WCAG 2.2 A and AA, best practices), one line each. */
  axe(): Promise<string[]>;
  /** Writes out/screenshots/<name>.png, and answers its bytes. */
  screenshot(name: string): Promise<Buffer>;
  close(): Promise<void>;
}

export interface ViewOptions {
  /** An ES module, see `bundle`. */
  readonly script: string;
  readonly theme: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** Device pixels per CSS pixel. */
  readonly density?: number;
  readonly reducedMotion?: boolean;
  /** A classic script that runs before everything else, outside the CSP: a stand-in for acquireVsCodeApi. */
  readonly before?: string;
  /** What the body holds at first. */
  readonly body?: string;
  /** Called with the page before it is opened: to expose functions to it. */
  readonly prepare?: (page: Page) => Promise<void>;
  /** Names of files that the page links as style sheets. */
  readonly styles?: readonly string[];
  /** Files beside the page, by name: style sheets, fonts. */
  readonly files?: Readonly<Record<string, { readonly type: string; readonly body: string | Buffer }>>;
}

const root = join(__dirname, "../..");
const origin = "https://webview.test";
const nonce = "bm9uY2U";
const policy = [
  "default-src 'none'",
  `script-src 'nonce-${nonce}'`,
  `style-src ${origin}`,
  `font-src ${origin}`,
  `img-src ${origin} data:`,
].join("; ");

/** The same Chromium as the suites in VS Code use. */
export async function launch(): Promise<Browser> {
  const module = pathToFileURL(join(root, "test/vscode/served/browser.mjs")).href;
  // A JavaScript module without types: its one function that is wanted here is named.
  const { launchChromium } = (await import(module)) as { launchChromium: () => Promise<Browser> };
  return await launchChromium();
}

/** Bundles a module of the webview, or of test/webview/page, as `npm run build` does. `entry` is relative to the repository. */
export async function bundle(entry: string): Promise<string> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2023",
    mainFields: ["module", "main"],
    loader: { ".ttf": "empty" },
    tsconfig: join(root, "webview/tsconfig.json"),
    logLevel: "warning",
    outdir: "out",
  });
  return result.outputFiles.find((file) => file.path.endsWith(".js"))!.text;
}

export async function openView(browser: Browser, options: ViewOptions): Promise<View> {
  const { width = 800, height = 600, density = 1, reducedMotion = false } = options;
  const page = await browser.newPage({
    viewport: { width, height },
    deviceScaleFactor: density,
    reducedMotion: reducedMotion ? "reduce" : "no-preference",
  });
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      problems.push(`${message.type()}: ${message.text()}`);
  });
  await page.addInitScript(
    `addEventListener("securitypolicyviolation", (e) => console.error("CSP: " + e.violatedDirective + " " + e.blockedURI));`,
  );
  if (options.before !== undefined) await page.addInitScript(options.before);
  const files: NonNullable<ViewOptions["files"]> = {
    "": { type: "text/html", body: document(options) },
    "base.css": { type: "text/css", body: sheet },
    "theme.js": { type: "text/javascript", body: rootScript(options.theme) },
    "main.js": { type: "text/javascript", body: options.script },
    ...options.files,
  };
  await page.route("**/*", async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    const file = files[name];
    if (!(name in files)) await route.fulfill({ status: 404 });
    else await route.fulfill({ contentType: `${file.type}; charset=utf-8`, body: file.body });
  });
  await options.prepare?.(page);
  await page.goto(`${origin}/`);
  return {
    page,
    problems,
    setTheme: async (theme) => {
      await page.evaluate(themeScript(theme));
    },
    axe: () => axe(page),
    screenshot: async (name) => {
      mkdirSync(join(root, "out/screenshots"), { recursive: true });
      return await page.screenshot({ path: join(root, `out/screenshots/${name}.png`) });
    },
    close: () => page.close(),
  };
}

function document({ theme, body = "", styles = [] }: ViewOptions): string {
  const { bodyClass, kind } = themes[theme];
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <title>Conv Debugger</title>
    <link rel="icon" href="data:," />
    <script nonce="${nonce}" src="theme.js"></script>
    <link rel="stylesheet" href="base.css" />
    ${styles.map((name) => `<link rel="stylesheet" href="${name}" />`).join("")}
    <script type="module" nonce="${nonce}" src="main.js"></script>
  </head>
  <body class="${bodyClass}" data-vscode-theme-kind="${kind}">${body}</body>
</html>`;
}

/** What a webview's body looks like before the extension says anything. */
const sheet = `html { background: var(--vscode-editor-background); }
body {
  margin: 0; padding: 0 20px; color: var(--vscode-editor-foreground);
  font: var(--vscode-font-weight) var(--vscode-font-size) var(--vscode-font-family);
}`;

function rootScript(theme: ThemeName): string {
  return `{
    const style = document.documentElement.style;
    for (const name of [...style]) style.removeProperty(name);
    for (const [name, value] of Object.entries(${JSON.stringify(themes[theme].tokens)})) style.setProperty(name, value);
  }`;
}

/** As VS Code does when the user changes the theme: other properties on the root, other classes on the body. */
function themeScript(theme: ThemeName): string {
  const { bodyClass, kind } = themes[theme];
  return `${rootScript(theme)}
    document.body.className = ${JSON.stringify(bodyClass)};
    document.body.dataset.vscodeThemeKind = ${JSON.stringify(kind)};`;
}

interface AxeResult {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

async function axe(page: Page): Promise<string[]> {
  const source = readFileSync(createRequire(__filename).resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate(source);
  const violations = await page.evaluate<readonly AxeResult[]>("axe.run().then((result) => result.violations)");
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html} ${node.failureSummary ?? ""}`.replace(/\s+/g, " ")),
  );
}
