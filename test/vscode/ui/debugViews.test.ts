import { type Workbench, openWorkbench } from "../served/workbench.mjs";
import { goToLine, shoot, shootFailure, startDebugging, stepIs as panelStepIs } from "./support";

// The sample's steps: x 1×1×30×40, W 2×1×3×3, dilation 2, padding 2. im2col has 1200 · 9, gemm 1200 · 2 · 9, db 2 · 1200.
const GEMM = 10_800;
const DW = GEMM + 21_600 + 2_400;
/** x[0, 0, 9, 32] is NaN. dW[0, 0, 0, 0] meets it where the window at oy 11, ox 34 begins with it. */
const FIRST_NAN_OF_DW = DW + 11 * 40 + 34;

describe("the views of the debugger, by the keyboard", () => {
  let vscode: Workbench;
  before(async () => {
    vscode = await openWorkbench({ open: "nan.conv.json", size: { width: 1600, height: 1000 } });
  });
  afterEach(function () {
    return shootFailure(this, vscode);
  });
  after(() => vscode.close());

  const press = async (...keys: string[]) => {
    for (const key of keys) await vscode.page.keyboard.press(key);
  };
  const type = (text: string) => vscode.page.keyboard.type(text);
  const stepIs = (wanted: number) => panelStepIs(vscode, wanted);
  const listing = () => vscode.page.locator(".tab", { hasText: "nan.conv.json.py" });
  /** A row of a view of the side bar. */
  const row = (view: string, text: string | RegExp) =>
    vscode.page.locator(`.${view} .monaco-list-row`, { hasText: text }).first();
  const goTo = (place: string) => goToLine(vscode, place);
  const inListing = async (place: string) => {
    await listing().click();
    await goTo(place);
  };
  /** Picks an entry of the context menu of what is in focus. */
  const choose = async (label: string) => {
    await press("Shift+F10");
    const menu = vscode.page.locator(".monaco-menu");
    await menu.locator(".action-item", { hasText: label }).waitFor();
    for (let tries = 0; tries < 30; tries++) {
      await press("ArrowDown");
      if ((await menu.locator(".action-item.focused").innerText()).includes(label)) break;
    }
    await press("Enter");
    await menu.waitFor({ state: "detached" });
  };
  /** Puts the focus on a row, as the arrow keys do. */
  const focusOn = async (view: string, title: string, text: string | RegExp) => {
    await vscode.command(`Run and Debug: Focus on ${title} View`);
    await press("Home");
    const focused = vscode.page.locator(`.${view} .monaco-list-row.focused`, { hasText: text });
    for (let tries = 0; tries < 60 && !(await focused.isVisible()); tries++) await press("ArrowDown");
    await focused.waitFor();
  };

  it("stops where a number of the layer file is used", async () => {
    await vscode.page.locator(".codelens-decoration", { hasText: "Debug" }).waitFor();
    await vscode.page.locator(".editor-instance .monaco-editor").first().click();
    await goTo("11:20"); // [[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]]
    await press("Shift+F9");
    await startDebugging(vscode);
    await press("F5");
    await stepIs(GEMM + 3);
    await shoot(vscode, "number-breakpoint");
  });

  it("shows the numbers of the step beside the lines, and under the cursor", async () => {
    const beside = (text: string) => vscode.page.locator(".view-line", { hasText: text }).first().waitFor();
    await beside("tap = 3");
    await beside("W[0, 0, 1, 0] = -2");
    await inListing("43:56"); // acc += col[row, tap] * W[f, c, ky, kx]
    await press("Control+k", "Control+i");
    await vscode.page.locator(".debug-hover-widget .value", { hasText: /^-2$/ }).waitFor();
    await shoot(vscode, "hover");
    await press("Escape");
  });

  it("watches what is at the cursor, and any expression", async () => {
    await inListing("43:40");
    await vscode.command("Debug: Add to Watch");
    await row("debug-watch", /col\[row, tap\] = ?0/).waitFor();
    await focusOn("debug-watch", "Watch", "col[row, tap]");
    await press("F2");
    const box = vscode.page.locator(".debug-watch input");
    await box.fill("isnan(x).any() && row * 9 + tap == 3");
    await press("Enter");
    await row("debug-watch", /tap == 3 = ?true/).waitFor();
    await press("F10");
    await stepIs(GEMM + 4);
    await row("debug-watch", /tap == 3 = ?false/).waitFor();
    await shoot(vscode, "watch");
  });

  it("shows the loop indices first, and everything that the step touches", async () => {
    await vscode.command("Run and Debug: Focus on Variables View");
    await row("debug-variables", /^kx = ?1$/).waitFor(); // opened by itself
    await press("Home", "ArrowLeft");
    await focusOn("debug-variables", "Variables", "Reads and Writes");
    await press("ArrowRight");
    await row("debug-variables", /^read W\[0, 0, 1, 1\] = ?0$/).waitFor();
  });

  it("sets a weight, and the layer has run again: the panel shows it, too", async () => {
    await focusOn("debug-variables", "Variables", "read W[0, 0, 1, 1]");
    await choose("Set Value");
    await vscode.page.locator(".debug-variables input").fill("7");
    await press("Enter");
    await row("debug-variables", /^read W\[0, 0, 1, 1\] = ?7$/).waitFor();
    const strip = (await vscode.panel()).locator("conv-strip");
    await strip.getByText("× 7").first().waitFor();
    await vscode.page.locator(".view-line", { hasText: "acc = -18.53" }).first().waitFor();
    await stepIs(GEMM + 4);
    await shoot(vscode, "set-variable");
  });

  it("stops where an element changes", async () => {
    await vscode.command("Remove All Breakpoints");
    await focusOn("debug-variables", "Variables", "write out[0, 0, 0, 0]");
    await choose("Break on Value Change");
    await row("debug-breakpoints", "out[0, 0, 0, 0]").waitFor();
    await press("F5");
    await stepIs(GEMM + 5); // x[0, 0, 0, 2] is not 0, nor is its weight
    await shoot(vscode, "data-breakpoint");
  });

  it("stops at a stage by its name", async () => {
    await vscode.command("Remove All Breakpoints");
    await vscode.command("Add Function Breakpoint");
    await vscode.page.locator(".debug-breakpoints input.input").fill("dW");
    await press("Enter");
    await row("debug-breakpoints", "dW").waitFor();
    await press("F5");
    await stepIs(DW);
    await shoot(vscode, "function-breakpoint");
  });

  it("stops at NaN, and says where it comes from", async () => {
    await vscode.command("Remove All Breakpoints");
    await focusOn("debug-breakpoints", "Breakpoints", "NaN");
    await press("Space");
    await press("F5");
    await stepIs(FIRST_NAN_OF_DW);
    await vscode.page.locator(".exception-widget", { hasText: "NaN" }).waitFor();
    await shoot(vscode, "exception");
    await focusOn("debug-breakpoints", "Breakpoints", "NaN");
    await press("Space");
  });

  /** Opens the box for a breakpoint at a line, and fills it in. */
  const breakAt = async (line: number, command: string, text: string, before: readonly string[] = []) => {
    const widget = vscode.page.locator(".breakpoint-widget");
    await inListing(`${line}:1`);
    await vscode.command(command);
    await widget.locator(".monaco-editor.focused").waitFor();
    await press(...before);
    await widget.locator(".monaco-editor.focused").waitFor();
    await type(text);
    await press("Enter");
    await widget.waitFor({ state: "detached" });
    const verified = `.codicon-debug-breakpoint${command.includes("Logpoint") ? "-log" : "-conditional"}`;
    await vscode.page.locator(`.debug-breakpoints ${verified}`).first().waitFor();
  };

  it("stops on a condition, and logs without stopping", async () => {
    await breakAt(72, "Debug: Add Conditional Breakpoint", "oy == 20 && f == 0 && kx == 1 && ky == 1");
    await breakAt(71, "Debug: Add Logpoint", "row {row} of {stage}");
    await press("F5");
    await stepIs(DW + 4 * 1200 + 20 * 40);
    await vscode.command("Debug Console: Focus on Debug Console View");
    await vscode.page.locator(".repl .monaco-list-row", { hasText: "row 800 of dW" }).first().waitFor();
    await shoot(vscode, "condition");
  });

  it("stops at the seventh hit", async () => {
    await vscode.command("Remove All Breakpoints");
    const hitCount = ["Shift+Tab", "ArrowDown"]; // the kind of condition, from where the focus comes back
    await breakAt(73, "Debug: Add Conditional Breakpoint", "7", hitCount); // a cell of dW is done
    await press("F5");
    await stepIs(DW + 7 * 1200 - 1);
  });

  it("completes what is typed on the console, and evaluates it", async () => {
    await vscode.command("Debug Console: Focus on Debug Console View");
    await type("out[0, 0, 0].m");
    const suggestions = vscode.page.locator(".suggest-widget.visible .monaco-list-row");
    await suggestions.filter({ hasText: "max()" }).waitFor();
    await shoot(vscode, "completions");
    await type("ax()");
    await press("Escape", "Enter");
    await vscode.page
      .locator(".repl .monaco-list-row", { hasText: /^\d+\.\d+$/ })
      .first()
      .waitFor();
    await shoot(vscode, "console");
  });
});
