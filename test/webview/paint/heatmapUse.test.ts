import assert from "node:assert/strict";
import { themes } from "../themes";
import { type Told, heatmapSuite, hex } from "./heatmapSuite";

describe("<conv-heatmap> in somebody's hands", () => {
  const { view, open, run, told, press } = heatmapSuite();

  describe("by keyboard", () => {
    it("moves a cursor that is seen, told and read out", async () => {
      await open("dark", `probe.show("x", 24, 60, 300, 300)`);
      const { page } = view();
      await page.keyboard.press("Tab");
      await press("ArrowDown", "ArrowRight");
      assert.equal(await run<string>(`probe.readout("x")`), "x[n 0, c 1, iy 12, ix 18] = 0.51424664");
      // From the present cell, (11, 17).
      assert.deepEqual(await told("cell-hover"), [
        { row: 12, col: 17 },
        { row: 12, col: 18 },
      ]);
      const focus = hex(themes.dark.tokens["--vscode-focusBorder"]);
      assert.ok((await run<number>(`probe.count("x", [${focus.join()}], 12)`)) > 20, "the cursor's outline");
      await press("Control+End", "ArrowRight");
      assert.equal(await run<string>(`probe.readout("x")`), "padding at [n 0, c 1, iy 31, ix 32] = 0");
      await press("Home", "Enter");
      assert.deepEqual(await told("cell-select"), [{ row: 31, col: 0 }]);
      await page.keyboard.press("Tab");
      await run("0");
      assert.ok((await run<number>(`probe.count("x", [${focus.join()}], 12)`)) < 5, "no cursor without focus");
    });

    it("reads copies in the padding", async () => {
      await open("dark", `probe.show("corner", 24, 60, 300, 300)`);
      await run(`probe.heatmap("corner").moveCursor(-1, 3)`);
      assert.match(await run<string>(`probe.readout("corner")`), /^\[-1, 3\]: padding, shows \[1, 3\] = −?[\d.]+/);
    });

    it("pages through a matrix that is higher than its box", async () => {
      await open("dark", `probe.show("col", 24, 60, 300, 364)`);
      await run(`probe.heatmap("col").focus()`);
      await press("PageDown", "PageDown");
      const [first, second] = await told("cell-hover");
      assert.ok(first!.row > 40 && second!.row === 2 * first!.row);
      const seen = await run<{ top: number; cellHeight: number }>(`probe.heatmap("col").view`);
      assert.ok(seen.top <= second!.row && second!.row < seen.top + 364 / seen.cellHeight);
    });

    it("zooms, pans and fits", async () => {
      await open("dark", `probe.show("million", 24, 60, 300, 300)`);
      const top = () => run<number>(`probe.heatmap("million").view.top`);
      await run(`probe.heatmap("million").moveCursor(500, 500)`);
      await run(`probe.heatmap("million").focus()`);
      const before = await run<number>(`probe.heatmap("million").view.cellHeight`);
      await press("+", "+");
      assert.ok(Math.abs((await run<number>(`probe.heatmap("million").view.cellHeight`)) / before - 2.25) < 1e-6);
      const there = await top();
      await press("Shift+ArrowDown");
      assert.ok((await top()) > there);
      await press("0");
      assert.equal(await top(), 0);
      assert.equal((await told("view-change")).length, 4);
    });

    it("has a table as its text form", async () => {
      await open("dark", `probe.show("col", 24, 60, 600, 364)`);
      const { page } = view();
      await run(`probe.heatmap("col").focus()`);
      await press("t");
      const table = page.getByRole("table", { name: "col" });
      await table.waitFor();
      await page.getByRole("cell", { name: "−0.16820133" }).first().waitFor();
      assert.equal(await table.getAttribute("aria-rowcount"), "1025");
      assert.equal(await table.getAttribute("aria-colcount"), "28");
      assert.ok((await page.getByRole("rowheader").count()) > 5);
      assert.ok((await page.getByRole("columnheader").count()) > 3);
      assert.deepEqual(await view().axe(), []);
      await page.getByRole("cell", { name: "−0.16820133" }).first().click();
      assert.equal((await told("cell-select")).length, 1);
      await press("Escape");
      assert.equal(await table.count(), 0);
      await press("ArrowDown");
      assert.equal((await told("cell-hover")).at(-1)!.row, 1);
    });

    it("starts its table where the cursor is, also among a million rows", async () => {
      await open("dark", `probe.show("huge", 24, 60, 600, 364); probe.heatmap("huge").moveCursor(700_001, 50)`);
      await run(`probe.heatmap("huge").focus()`);
      await press("t");
      await view().page.getByRole("rowheader", { name: "700001", exact: true }).waitFor();
      await view().page.getByRole("columnheader", { name: "50", exact: true }).waitFor();
      assert.equal(await view().page.getByRole("table").getAttribute("aria-rowcount"), "1000001");
    });

    it("leaves other keys to the page", async () => {
      await open("dark", `probe.show("x", 24, 60, 300, 300); probe.heardKeys = []`);
      await run(`addEventListener("keydown", (event) => probe.heardKeys.push(event.key))`);
      await run(`probe.heatmap("x").focus()`);
      await press("F10", "g", "[", ".", "ArrowDown", "0", "Shift+F11");
      assert.deepEqual(await run(`probe.heardKeys`), ["F10", "g", "[", ".", "Shift", "F11"]);
    });
  });

  describe("by pointer", () => {
    it("names the cell under it, and what a cell stands for", async () => {
      await open("dark", `probe.show("x", 0, 100, 212, 212); probe.show("million", 400, 100, 300, 300)`);
      await view().page.mouse.move(4 + 6 * 18 + 3, 100 + 4 + 6 * 12 + 3);
      await run("0");
      assert.equal(await run(`probe.tip("x")`), "x[n 0, c 1, iy 11, ix 17] = 0.4435378");
      assert.deepEqual((await told("cell-hover")).at(-1), { row: 11, col: 17 });
      await view().page.mouse.move(400 + 4 + 321.5 * 0.292, 100 + 4 + 537.5 * 0.292);
      await run("0");
      assert.match(await run<string>(`probe.tip("million")`), /= NaN\n4 × 4 elements: mean .*, with NaN$/);
      await view().page.mouse.move(900, 600);
      await run("0");
      assert.equal(await run(`probe.tip("million")`), null);
      assert.equal((await told("cell-hover")).at(-1), null);
    });

    it("selects by a click, and not by a drag, which pans", async () => {
      await open("dark", `probe.show("col", 0, 100, 300, 364)`);
      const { mouse } = view().page;
      await mouse.click(100, 300);
      assert.deepEqual(await told("cell-select"), [{ row: 32, col: 8 }]);
      await mouse.move(100, 300);
      await mouse.down();
      await mouse.move(100, 200, { steps: 4 });
      await mouse.up();
      await run("0");
      const moved = await run<Told[]>("probe.takeEvents()");
      assert.ok(moved.every(({ type }) => type !== "cell-select"));
      assert.ok(Math.abs(moved.findLast(({ type }) => type === "view-change")!.detail!.top - 100 / 6) < 0.01);
    });

    it("zooms with the wheel about the pointer, until cells show their numbers", async () => {
      await open("light", `probe.show("x", 0, 100, 212, 212)`);
      const at = { x: 100, y: 200 };
      await view().page.mouse.move(at.x, at.y);
      for (let i = 0; i < 6; i++) await view().page.mouse.wheel(0, -240);
      await run("0");
      const { cellHeight } = await run<{ cellHeight: number }>(`probe.heatmap("x").view`);
      assert.ok(cellHeight > 28, String(cellHeight));
      assert.ok((await run<number>(`probe.count("x", [0, 0, 0], 30)`)) > 50, "ink of numbers");
      assert.match(await run<string>(`probe.tip("x")`), /iy 15, ix 15/);
      for (let i = 0; i < 12; i++) await view().page.mouse.wheel(0, 240);
      await run("0");
      assert.equal(await run(`probe.heatmap("x").view.cellHeight`), 6);
    });
  });

  it("reads a histogram out bin by bin", async () => {
    await open("light", `probe.showBars(24, 60, 268)`);
    const chart = view().page.getByRole("application", {
      name: /^out: 1.024 elements from .* the fullest of 67 bins has/,
    });
    await chart.focus();
    await press("End");
    assert.match(await run<string>("probe.bars()"), /^\d+ elements? from .* to /);
    const last = await run<string>("probe.bars()");
    await press("ArrowLeft");
    assert.notEqual(await run<string>("probe.bars()"), last);
    await press("Home", "ArrowLeft");
    assert.match(await run<string>("probe.bars()"), /from −/);
    assert.deepEqual(await view().axe(), []);
  });
});
