// Takes the pictures of the README, in a real VS Code, as built: node test/vscode/pictures.mjs
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../setup.mjs";
import { openWorkbench } from "./served/workbench.mjs";

const folder = join(root, "media", "readme");
mkdirSync(folder, { recursive: true });

// Steps of samples/colours.conv.json: x 1×3×32×32, 16 filters of 3×3, 1 398 784 steps.
const scenes = { "panel-im2col": 9976, "panel-dw": 560_000, "panel-col2im": 1_385_000 };

const vscode = await openWorkbench({ open: "colours.conv.json", run: true, size: { width: 1760, height: 940 } });
const { page } = vscode;

/** Goes to a step by the panel's own keys. */
async function goTo(step) {
  const panel = await vscode.panel();
  await panel
    .locator("header")
    .first()
    .click({ position: { x: 3, y: 3 } });
  await page.keyboard.press("g");
  await page.keyboard.type(String(step));
  await page.keyboard.press("Enter");
  await page.mouse.move(5, 5);
  await page.waitForTimeout(1200);
}
const shoot = (name, target) => target.screenshot({ path: join(folder, `${name}.png`) });

try {
  await vscode.panel().then((panel) => panel.locator("conv-scene").waitFor());
  await page.keyboard.press("Control+b"); // the side bar
  await page.waitForTimeout(1000);
  // The editor is made narrow: the panel is what there is to see.
  const sash = await page.locator(".split-view-container .monaco-sash.vertical:not(.disabled)").last().boundingBox();
  const middle = sash.y + sash.height / 2;
  await page.mouse.move(sash.x + sash.width / 2, middle);
  await page.mouse.down();
  await page.mouse.move(430, middle, { steps: 5 });
  await page.mouse.up();
  await goTo(187_123);
  await shoot("panel-gemm", page);
  const frame = await (await vscode.panel()).frameElement();
  for (const [name, step] of Object.entries(scenes)) {
    await goTo(step);
    await shoot(name, frame);
  }
  await page.keyboard.press("Control+Shift+d"); // Run and Debug, where Conv Shapes is
  const header = (name) => page.locator(".sidebar .pane-header", { hasText: name });
  await header("Run").first().click(); // folds it
  await header("Conv Shapes").click();
  await page.waitForTimeout(1000);
  await page.locator(".sidebar .monaco-list-row", { hasText: "out" }).first().click();
  await page.keyboard.press("ArrowRight");
  await page.waitForTimeout(1500);
  await shoot("shapes", page.locator(".part.sidebar"));
} catch (error) {
  await page.screenshot({ path: join(root, "out", "screenshots", "failed.png") });
  throw error;
} finally {
  await vscode.close();
}
