import { build } from "esbuild";
import { basename, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { Run } from "../../src/conv/run";
import { PanelHost } from "../../src/panel/host";
import type { Showing } from "../../src/panel/showing";
import type { Action, NudgeRequest } from "../../src/protocol/messages";
import { Session } from "../../src/session/session";
import { type View, openView } from "./harness";
import type { ThemeName } from "./themes";

const root = join(__dirname, "../..");

/** A page's bundle with its style sheet and font, as the build makes it. */
export interface WebviewBundle {
  readonly script: string;
  readonly style: string;
  readonly files: Readonly<Record<string, { readonly type: string; readonly body: string | Buffer }>>;
}

export async function webviewBundle(entry = "webview/main.ts"): Promise<WebviewBundle> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { webview: entry },
    bundle: true,
    write: false,
    outdir: "dist",
    format: "esm",
    platform: "browser",
    target: "es2023",
    mainFields: ["module", "main"],
    loader: { ".ttf": "file" },
    tsconfig: join(root, "webview/tsconfig.json"),
    logLevel: "warning",
  });
  const named = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))!; // the build makes all three
  const font = named(".ttf");
  const style = named(".css").text;
  return {
    script: named(".js").text,
    style,
    files: {
      "webview.css": { type: "text/css", body: style },
      [basename(font.path)]: { type: "font/ttf", body: Buffer.from(font.contents) },
    },
  };
}

/** Typed arrays on their way through JSON: VS Code's webviews carry them, the bridge of a test does not. */
const carried = { Float32Array, Float64Array, Int32Array, Uint8Array };

function packed(message: unknown): string {
  // As in a structured clone, a buffer that several arrays look at crosses once.
  const buffers: ArrayBufferLike[] = [];
  return JSON.stringify(message, (_, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    const known = buffers.indexOf(value.buffer);
    if (known >= 0) return { $array: value.constructor.name, known };
    buffers.push(value.buffer);
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { $array: value.constructor.name, bytes: bytes.toString("base64") };
  });
}

/** In the page that the host's text comes to. What it unpacks goes to the panel's page, itself or another one. */
const unpacking = `{
  const kinds = ${JSON.stringify(Object.keys(carried) satisfies string[])};
  const bufferOf = (base64) => Uint8Array.fromBase64(base64).buffer;
  const unpacked = (text) => {
    const buffers = [];
    return JSON.parse(text, (_, value) => {
      if (value === null || typeof value !== "object" || !kinds.includes(value.$array)) return value;
      const buffer = "known" in value ? buffers[value.known] : bufferOf(value.bytes);
      if (!("known" in value)) buffers.push(buffer);
      return new globalThis[value.$array](buffer);
    });
  };
  window.fromHost = (text) => window.deliver(unpacked(text));
}`;

const bridge = `${unpacking} {
  window.deliver = (data) => window.postMessage(data, "*");
  new BroadcastChannel("relay").onmessage = ({ data }) => dispatchEvent(new MessageEvent("message", { data }));
  // Messages in either direction so far.
  window.traffic = 0;
  addEventListener("message", () => window.traffic++);
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => {
      window.traffic++;
      void window.toHost(JSON.stringify(message));
    },
    getState: () => JSON.parse(sessionStorage.getItem("state") ?? "null") ?? undefined,
    setState: (state) => sessionStorage.setItem("state", JSON.stringify(state)),
  });
}`;

/** What a page of a webview is opened with. */
interface PageOptions {
  readonly bundle: WebviewBundle;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly density?: number;
  readonly reducedMotion?: boolean;
  /** Whether another page unpacks what the host says, so that the panel's takes in typed arrays, as VS Code's webviews do. */
  readonly relayed?: boolean;
}

/** A page that talks to a host: what the host posts, and how it hears of what the page posts. */
export interface HostedPage extends View {
  /** Every picture has its numbers and is drawn. */
  settled(): Promise<void>;
}

/** Opens a page with a host, made once the way to the page is known. `root` is there when the page has rendered. */
export async function openHosted<Host extends { receive(message: unknown): void }>(
  browser: Browser,
  {
    bundle,
    theme = "dark",
    width = 1360,
    height = 840,
    density = 1,
    reducedMotion = false,
    relayed = false,
  }: PageOptions,
  root: string,
  makeHost: (post: (message: unknown) => Promise<void>) => Host,
): Promise<HostedPage & { readonly host: Host }> {
  let page: Page | null = null;
  let relay: Page | null = null;
  const host = makeHost(async (message) => {
    await (relay ?? page)?.evaluate(
      (text) => (globalThis as unknown as { fromHost(text: string): void }).fromHost(text),
      packed(message),
    );
  });
  const view = await openView(browser, {
    script: bundle.script,
    theme,
    width,
    height,
    density,
    reducedMotion,
    before: bridge,
    files: { ...bundle.files, "main.js": { type: "text/javascript", body: bundle.script } },
    prepare: async (opened) => {
      page = opened;
      await opened.exposeFunction("toHost", (text: string) => host.receive(JSON.parse(text)));
    },
    styles: ["webview.css"],
  });
  if (relayed) relay = await openRelay(view.page);
  return { ...view, host, settled: () => settled(view.page, root) };
}

/** The real page talking to the real host about a real session. */
export interface PanelPage extends HostedPage {
  readonly host: PanelHost;
  /** The one in view; there is none before a run was shown. */
  readonly session: Session;
  /** Lines of the log, and buttons that went beyond the session. */
  readonly log: string[];
  readonly acts: Action[];
  /** Other assumptions that were asked for: which note, which choice. */
  readonly chosen: [number, number][];
  /** Weights that were dragged. */
  readonly nudges: Omit<NudgeRequest, "run">[];
  show(run: Run, more?: Partial<Showing>): Session;
}

export interface PanelOptions extends PageOptions {
  readonly run?: Run;
  readonly title?: string;
  readonly notes?: Showing["notes"];
  readonly step?: number;
}

export async function openPanel(browser: Browser, options: PanelOptions): Promise<PanelPage> {
  const { run, title = "edges", notes = [], step } = options;
  const log: string[] = [];
  const acts: Action[] = [];
  const chosen: [number, number][] = [];
  const nudges: Omit<NudgeRequest, "run">[] = [];
  let session: Session | null = null;
  const show = (shown: Run, more: Partial<Showing> = {}): Session => {
    session = new Session(shown);
    if (step !== undefined && shown === run) session.seek(step);
    hosted?.show({ session, title, notes, ...more });
    return session;
  };
  let hosted: PanelHost | null = null;
  const view = await openHosted(browser, options, "conv-app > *", (post) => {
    hosted = new PanelHost({
      post,
      log: (line) => log.push(line),
      act: (action) => acts.push(action),
      choose: (note, choice) => chosen.push([note, choice]),
      nudge: (nudge) => nudges.push(nudge),
    });
    if (run !== undefined) show(run);
    return hosted;
  });
  return {
    ...view,
    get session() {
      if (session === null) throw new Error("nothing has been shown yet");
      return session;
    },
    log,
    acts,
    chosen,
    nudges,
    show,
    close: async () => {
      view.host.dispose();
      await view.close();
    },
  };
}

/** A page in a process of its own, on a line to the panel's. */
async function openRelay(page: Page): Promise<Page> {
  const context = page.context();
  await context.route("**/relay", (route) => route.fulfill({ contentType: "text/html", body: "<title>relay</title>" }));
  const opened = context.waitForEvent("page");
  await page.evaluate(`window.open("/relay", "_blank", "noopener")`);
  const relay = await opened;
  await relay.waitForLoadState();
  await relay.evaluate(
    `${unpacking} { const line = new BroadcastChannel("relay"); window.deliver = (data) => line.postMessage(data); } 0`,
  );
  await page.bringToFront(); // out of view it would have no frames
  return relay;
}

async function settled(page: Page, root: string): Promise<void> {
  await page.waitForSelector(root, { state: "attached" });
  // Two rests without a message in either direction. (Not so many if they never end, as while something is searched for.)
  const rest = `new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => resolve(window.traffic)), 60))`;
  let traffic = await page.evaluate<number>("window.traffic");
  for (let quiet = 0, rests = 0; quiet < 2 && rests < 30; rests++) {
    const now = await page.evaluate<number>(rest);
    quiet = now === traffic ? quiet + 1 : 0;
    traffic = now;
  }
}
