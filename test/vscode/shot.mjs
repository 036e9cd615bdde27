// Takes pictures of the extension, as built, in a real VS Code. `node test/vscode/shot.mjs --help` says how.
import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openWorkbench, themes } from "./served/workbench.mjs";

const help = `node test/vscode/shot.mjs [options] [action]…

  --open FILE         a file of the folder to open, and to run unless --no-run
  --folder FOLDER     the workspace, samples by default; a copy of it is opened
  --theme THEME       ${Object.keys(themes).join(", ")}
  --size WxH          1440x900
  --panel             pictures show the panel only
  --setting KEY=JSON  a VS Code setting; may be repeated

Actions, in order:
  command=TITLE       run a command from the palette
  key=KEY             press a key in the page, as playwright names it: F10, Shift+F11, Control+Alt+B
  type=TEXT           type
  click=TEXT          click the element of the workbench that has this text
  panel-click=CSS     click in the panel;  panel-key=KEY  press a key there;  panel-hover=CSS
  panel-eval=JS       evaluate in the panel and print the result
  wait=MS
  shot=FILE           take a picture. Without any, one is taken at the end: out/screenshots/shot.png`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    open: { type: "string" },
    run: { type: "boolean", default: true },
    folder: { type: "string" },
    theme: { type: "string" },
    size: { type: "string", default: "1440x900" },
    panel: { type: "boolean", default: false },
    setting: { type: "string", multiple: true, default: [] },
    help: { type: "boolean" },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}

const [width, height] = values.size.split("x").map(Number);
const settings = Object.fromEntries(
  values.setting.map((pair) => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), JSON.parse(pair.slice(at + 1))];
  }),
);
const { open, folder, theme, run } = values;
const vscode = await openWorkbench({
  ...(open ? { open, run } : {}),
  ...(folder ? { folder: resolve(folder) } : {}),
  ...(theme ? { theme } : {}),
  settings,
  size: { width, height },
});
const { page } = vscode;
page.on("console", (message) => {
  if (message.type() === "error" && message.location().url.includes("/dist/")) console.error("panel:", message.text());
});

const actions = {
  command: (title) => vscode.command(title),
  key: (key) => page.keyboard.press(key),
  type: (text) => page.keyboard.type(text),
  click: (text) => page.getByText(text, { exact: true }).first().click(),
  "panel-click": async (css) => (await vscode.panel()).locator(css).first().click(),
  "panel-hover": async (css) => (await vscode.panel()).locator(css).first().hover(),
  "panel-key": async (key) => (await vscode.panel()).locator("body").press(key),
  "panel-eval": async (js) => console.log(await (await vscode.panel()).evaluate(js)),
  wait: (ms) => page.waitForTimeout(Number(ms)),
  async shot(file) {
    mkdirSync(dirname(resolve(file)), { recursive: true });
    const target = values.panel ? await (await vscode.panel()).frameElement() : page;
    await target.screenshot({ path: file });
    console.log(file);
  },
};

try {
  if (open && run) await vscode.panel().then((panel) => panel.waitForLoadState());
  await page.waitForTimeout(1500);
  const steps = positionals.some((step) => step.startsWith("shot=")) ? positionals : [...positionals, "shot="];
  for (const step of steps) {
    const at = step.indexOf("=");
    const act = actions[step.slice(0, at)];
    if (!act) throw new Error(`no such action: ${step}\n\n${help}`);
    await act(step.slice(at + 1) || "out/screenshots/shot.png");
    await page.waitForTimeout(300);
  }
} catch (error) {
  mkdirSync("out/screenshots", { recursive: true });
  await page.screenshot({ path: "out/screenshots/failed.png" });
  console.error(error instanceof Error ? error.message : error, "\nout/screenshots/failed.png shows the moment");
  process.exitCode = 1;
} finally {
  await vscode.close();
}
