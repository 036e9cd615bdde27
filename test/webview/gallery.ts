/**
 * Takes pictures of the panel in every stage, in every theme, narrow, wide and enlarged, on a tiny and on a huge layer, and puts
 * them on contact sheets: to be looked at, side by side. Then of what is no stage: errors, dialogs, what is pointed at.
 *
 *   npx tsx test/webview/gallery.ts [words of the sheets that are wanted]      writes out/gallery/<sheet>.png and the single pictures
 *
 * The huge layer (x 8×256×224×224, col 4·10⁵×2304) takes 4 GB of memory and some twenty seconds: ask for it by "huge".
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import type { Run } from "../../src/conv/run";
import { type Stage, stages } from "../../src/trace/order/stages";
import { launch } from "./harness";
import * as layers from "./layers";
import { type Moment, moments } from "./moments";
import { type PanelPage, type WebviewBundle, openPanel, webviewBundle } from "./panelPage";
import { type ThemeName, themeNames } from "./themes";

const folder = join(__dirname, "../../out/gallery");

/** One contact sheet: a picture of each stage. */
interface Sheet {
  readonly name: string;
  readonly layer: () => layers.LayerSketch;
  readonly theme: ThemeName;
  readonly width: number;
  readonly height: number;
  /** Device pixels per CSS pixel: 2 in half the size is what VS Code shows at a zoom of 200 %. */
  readonly density?: number;
  /** Done on the page before the picture is taken. */
  readonly prepare?: (panel: PanelPage) => Promise<void>;
  /** Only when it is asked for by name. */
  readonly dear?: true;
}

const sizes = { narrow: [480, 900], middle: [900, 800], wide: [1600, 900] } as const;
const zoomed = { width: 720, height: 450, density: 2 };
const inspecting = async (panel: PanelPage) => panel.page.keyboard.press("s");

const sheets: readonly Sheet[] = [
  ...themeNames.flatMap((theme) =>
    Object.entries(sizes).map(([size, [width, height]]) => ({
      name: `${size}-${theme}`,
      layer: layers.picture,
      theme,
      width,
      height,
    })),
  ),
  ...themeNames.map((theme) => ({ name: `mock-${theme}`, layer: layers.picture, theme, width: 1360, height: 840 })),
  { name: "zoomed-dark", layer: layers.picture, theme: "dark", ...zoomed },
  { name: "zoomed-hc-light", layer: layers.picture, theme: "hc-light", ...zoomed },
  { name: "sheet-dark", layer: layers.picture, theme: "dark", width: 480, height: 900, prepare: inspecting },
  { name: "point-light", layer: point, theme: "light", width: 1360, height: 840 },
  { name: "tiny-dark", layer: layers.tiny, theme: "dark", width: 1360, height: 840 },
  { name: "tiny-narrow", layer: layers.tiny, theme: "light", width: 480, height: 900 },
  { name: "uneven-dark", layer: layers.uneven, theme: "dark", width: 1360, height: 840 },
  { name: "deep-light", layer: layers.deep, theme: "light", width: 1360, height: 840 },
  { name: "spoilt-dark", layer: layers.spoilt, theme: "dark", width: 1360, height: 840 },
  ...(["dark", "hc-light"] as const).flatMap((theme) => [
    { name: `huge-wide-${theme}`, layer: huge, theme, width: 1600, height: 900, dear: true as const },
    { name: `huge-narrow-${theme}`, layer: huge, theme, width: 540, height: 900, dear: true as const },
  ]),
];

/** A filter of one weight. */
function point(): layers.LayerSketch {
  const { x } = layers.tiny();
  return { x, W: { ...x, shape: [1, 1, 1, 1], data: Float32Array.of(-0.5) } };
}

function huge(): layers.LayerSketch {
  return layers.huge(256, 224);
}

void main();

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const names = [...sheets.map(({ name }) => name), ...moments.map(({ name }) => `moment-${name}`)];
  const unknown = words.filter((word) => !names.some((name) => name.includes(word)));
  if (unknown.length > 0) throw new Error(`No sheet is called ${unknown.join(", ")}. There are ${names.join(", ")}`);
  const wanted = sheets.filter(({ name, dear }) =>
    words.length === 0 ? dear !== true : words.some((word) => name.includes(word)),
  );
  mkdirSync(folder, { recursive: true });
  const [browser, bundle] = await Promise.all([launch(), webviewBundle()]);
  const runs = new Map<Sheet["layer"], Promise<Run>>();
  for (const sheet of wanted) {
    const run = runs.get(sheet.layer) ?? layers.runLayer(sheet.layer());
    runs.set(sheet.layer, run);
    await take(browser, bundle, sheet, await run);
  }
  for (const moment of moments)
    if (words.length === 0 || words.some((word) => `moment-${moment.name}`.includes(word)))
      await takeMoment(browser, bundle, moment);
  await browser.close();
}

async function take(browser: Browser, bundle: WebviewBundle, sheet: Sheet, run: Run): Promise<void> {
  const panel = await openPanel(browser, { bundle, run, ...sheet });
  await panel.settled();
  await sheet.prepare?.(panel);
  const pictures: Buffer[] = [];
  for (const stage of stages) {
    panel.session.seek(middleOf(panel, stage));
    await panel.settled();
    await panel.settled();
    const picture = await panel.page.screenshot();
    writeFileSync(join(folder, `${sheet.name}-${stage}.png`), picture);
    pictures.push(picture);
  }
  for (const problem of [...panel.problems, ...panel.log]) console.log(`${sheet.name}: ${problem}`);
  await panel.close();
  writeFileSync(join(folder, `${sheet.name}.png`), await contactSheet(browser, sheet, pictures));
  console.log(`out/gallery/${sheet.name}.png`);
}

/** In two themes, one of them narrow. */
async function takeMoment(browser: Browser, bundle: WebviewBundle, moment: Moment): Promise<void> {
  const { name, layer, options, prepare } = moment;
  const run = layer === null ? {} : { run: await layers.runLayer(layer()) };
  for (const [look, theme, width, height] of [
    ["wide", "dark", 1360, 840],
    ["narrow", "light", 480, 900],
  ] as const) {
    const panel = await openPanel(browser, { bundle, ...run, theme, width, height, ...options });
    await panel.settled();
    await prepare?.(panel);
    await panel.settled();
    writeFileSync(join(folder, `moment-${name}-${look}.png`), await panel.page.screenshot());
    for (const problem of panel.problems) console.log(`${name}: ${problem}`);
    await panel.close();
  }
  console.log(`out/gallery/moment-${name}-*.png`);
}

/** A step in the middle of a stage, in the middle of a cell. */
function middleOf({ session }: PanelPage, stage: Stage): number {
  const { start, count, cellSteps } = session.trace.steps.spans[stage];
  const cell = Math.floor(count / cellSteps / 3);
  return start + cell * cellSteps + (cellSteps >> 1);
}

async function contactSheet(
  browser: Browser,
  { name, width, height }: Sheet,
  pictures: readonly Buffer[],
): Promise<Buffer> {
  const across = width > height ? 2 : 6;
  const page = await browser.newPage({ viewport: { width: across * (width + 16) + 16, height: 400 } });
  const images = pictures.map(
    (picture) => `<img width=${width} src="data:image/png;base64,${picture.toString("base64")}">`,
  );
  await page.setContent(
    `<title>${name}</title><body style="margin:8px;background:#888;font-size:0">${images
      .map((image) => `<span style="display:inline-block;padding:8px">${image}</span>`)
      .join("")}`,
  );
  const sheet = await page.screenshot({ fullPage: true });
  await page.close();
  return sheet;
}
