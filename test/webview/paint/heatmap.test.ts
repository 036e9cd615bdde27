import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { type View, type ViewOptions, bundle, launch, openView } from "../harness";
import { type ThemeName, themeNames, themes } from "../themes";

type Rgb = readonly [number, number, number];
interface Told {
  readonly type: string;
  readonly detail: {
    readonly row: number;
    readonly col: number;
    readonly cellHeight: number;
    readonly top: number;
  } | null;
}

const MAGENTA: Rgb = [255, 0, 255];
const heading = "<main><h1>Heatmaps</h1></main>";

function hex(text: string): Rgb {
  const value = Number.parseInt(text.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function close(found: readonly number[], expected: readonly number[], within: number, what: string): void {
  const off = expected.some((value, i) => Math.abs(found[i] - value) > within);
  assert.ok(!off, `${what}: ${found.join()} is not about ${expected.join()}`);
}

describe("<conv-heatmap> in a browser", () => {
  let browser: Browser;
  let script: string;
  let view: View;
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

  async function open(theme: ThemeName, shows: string, options: Partial<ViewOptions> = {}): Promise<void> {
    view = await openView(browser, { script, theme, width: 1000, height: 700, body: heading, ...options });
    views.push(view);
    await run(shows);
  }
  /** Runs an expression of the page, and waits until what it leads to is drawn. */
  async function run<T>(expression: string): Promise<T> {
    const result = await view.page.evaluate<T>(expression);
    await view.page.evaluate("probe.settled()");
    return result;
  }
  const told = async (type: string): Promise<Told["detail"][]> =>
    (await run<Told[]>("probe.takeEvents()")).filter((each) => each.type === type).map(({ detail }) => detail);
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await view.page.keyboard.press(key);
    await run("0");
  };

  for (const theme of themeNames)
    describe(theme, () => {
      const background = hex(themes[theme].tokens["--vscode-editor-background"]);
      const isDark = theme === "dark" || theme === "hc-dark";

      it("looks as it should (picture), and has nothing that axe-core finds", async () => {
        await open(
          theme,
          `probe.show("x", 24, 60, 212, 212); probe.show("out", 24, 290, 200, 200); probe.show("special", 24, 500, 310, 190);
           probe.show("col", 260, 60, 300, 364); probe.show("Wt", 580, 60, 264, 148); probe.show("outRows", 580, 240, 264, 364);
           probe.show("corner", 370, 440, 190, 190); probe.showBars(700, 620, 268); probe.show("linked", 864, 60, 120, 120);`,
          { width: 1000, height: 860 },
        );
        await run(
          `probe.heatmap("col").reveal({ top: 340, left: 0, bottom: 390, right: 27 }); probe.heatmap("outRows").alignRows(probe.heatmap("col").view)`,
        );
        await run(`probe.heatmap("special").focus()`);
        await press("ArrowRight");
        await view.screenshot(`heatmaps-${theme}`);
        assert.deepEqual(await view.axe(), []);
      });

      it("leaves unwritten cells in the editor's background, apart from zero", async () => {
        await open(theme, `probe.show("out", 0, 60, 400, 400)`);
        const unwritten = await run<number[]>(`probe.pixel("out", 300, 300)`);
        close(unwritten, background, 14, "unwritten");
        await open(theme, `probe.show("special", 0, 60, 400, 320)`);
        // Row 7 is unwritten, row 0 is zero; columns 0 and 1 are finite. Corners of cells, beside the numbers.
        const { cellWidth, cellHeight } = await run<{ cellWidth: number; cellHeight: number }>(
          `probe.heatmap("special").view`,
        );
        const cell = (row: number) =>
          run<number[]>(`probe.pixel("special", ${4 + cellWidth - 4}, ${4 + cellHeight * row + 4})`);
        close(await cell(7), background, 14, "unwritten");
        const zero = await cell(0);
        close(zero, isDark ? [42, 42, 46] : [247, 247, 248], 6, "zero");
        assert.ok(zero.some((value, i) => Math.abs(value - background[i]) > 6));
      });

      it("shows one NaN in a million elements when all of them are seen", async () => {
        await open(theme, `probe.show("million", 0, 60, 300, 300)`);
        assert.ok((await run<number>(`probe.heatmap("million").view.cellHeight`)) < 0.3);
        assert.ok((await run<number>(`probe.count("million", [${MAGENTA.join()}])`)) >= 12);
        // At the place where it is: row 537, column 321 of 1000.
        const at = (index: number) => 4 + (index + 0.5) * 0.292;
        close(await run<number[]>(`probe.pixel("million", ${at(321)}, ${at(537)})`), MAGENTA, 40, "NaN");
        await open(theme, `probe.show("positive", 0, 60, 300, 300); probe.show("x", 400, 60, 300, 300)`);
        for (const name of ["positive", "x"])
          assert.equal(await run<number>(`probe.count("${name}", [${MAGENTA.join()}], 40)`), 0);
      });

      it("marks the infinities in colours of their own", async () => {
        await open(theme, `probe.show("special", 0, 60, 160, 130)`);
        for (const colour of ["255, 0, 255", "255, 0, 130", "135, 0, 255"])
          assert.ok((await run<number>(`probe.count("special", [${colour}], 4)`)) > 300, colour);
      });
    });

  it("follows the theme when it changes", async () => {
    await open("dark", `probe.show("special", 0, 60, 400, 320)`);
    const corner = `probe.pixel("special", 40, 8)`;
    close(await run<number[]>(corner), [42, 42, 46], 6, "dark");
    await view.setTheme("light");
    await run("0");
    close(await run<number[]>(corner), [247, 247, 248], 6, "light");
    await view.setTheme("hc-dark");
    await run("0");
    close(await run<number[]>(corner), [42, 42, 46], 6, "high contrast");
  });

  it("has one canvas pixel for each device pixel", async () => {
    await open("dark", `probe.show("x", 0, 60, 212, 212)`, { density: 2 });
    assert.deepEqual(await run<number[]>(`probe.canvasSize("x")`), [424, 424]);
    const { cellHeight } = await run<{ cellHeight: number }>(`probe.heatmap("x").view`);
    assert.equal(cellHeight, 6);
  });

  it("draws the padding hatched, and under it what it shows", async () => {
    await open("light", `probe.show("x", 0, 60, 212, 212); probe.show("corner", 300, 60, 300, 300)`);
    const column: number[] = [];
    for (let y = 6; y < 200; y++) column.push((await view.page.evaluate<number[]>(`probe.pixel("x", 6, ${y})`))[0]);
    assert.ok(Math.max(...column) > 245 && Math.min(...column) < 225, "stripes on the background");
    const copies = await run<number[]>(`probe.pixel("corner", 8, 8)`);
    assert.ok(copies[0] < 200, "a copy of a dark cell is no background");
  });

  describe("by keyboard", () => {
    it("moves a cursor that is seen, told and read out", async () => {
      await open("dark", `probe.show("x", 24, 60, 300, 300)`);
      const { page } = view;
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
      const { page } = view;
      await run(`probe.heatmap("col").focus()`);
      await press("t");
      const table = page.getByRole("table", { name: "col" });
      await table.waitFor();
      await page.getByRole("cell", { name: "−0.16820133" }).first().waitFor();
      assert.equal(await table.getAttribute("aria-rowcount"), "1025");
      assert.equal(await table.getAttribute("aria-colcount"), "28");
      assert.ok((await page.getByRole("rowheader").count()) > 5);
      assert.ok((await page.getByRole("columnheader").count()) > 3);
      assert.deepEqual(await view.axe(), []);
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
      await view.page.getByRole("rowheader", { name: "700001", exact: true }).waitFor();
      await view.page.getByRole("columnheader", { name: "50", exact: true }).waitFor();
      assert.equal(await view.page.getByRole("table").getAttribute("aria-rowcount"), "1000001");
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
      await view.page.mouse.move(4 + 6 * 18 + 3, 100 + 4 + 6 * 12 + 3);
      await run("0");
      assert.equal(await run(`probe.tip("x")`), "x[n 0, c 1, iy 11, ix 17] = 0.4435378");
      assert.deepEqual((await told("cell-hover")).at(-1), { row: 11, col: 17 });
      await view.page.mouse.move(400 + 4 + 321.5 * 0.292, 100 + 4 + 537.5 * 0.292);
      await run("0");
      assert.match(await run<string>(`probe.tip("million")`), /= NaN\n4 × 4 elements: mean .*, with NaN$/);
      await view.page.mouse.move(900, 600);
      await run("0");
      assert.equal(await run(`probe.tip("million")`), null);
      assert.equal((await told("cell-hover")).at(-1), null);
    });

    it("selects by a click, and not by a drag, which pans", async () => {
      await open("dark", `probe.show("col", 0, 100, 300, 364)`);
      const { mouse } = view.page;
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
      await view.page.mouse.move(at.x, at.y);
      for (let i = 0; i < 6; i++) await view.page.mouse.wheel(0, -240);
      await run("0");
      const { cellHeight } = await run<{ cellHeight: number }>(`probe.heatmap("x").view`);
      assert.ok(cellHeight > 28, String(cellHeight));
      assert.ok((await run<number>(`probe.count("x", [0, 0, 0], 30)`)) > 50, "ink of numbers");
      assert.match(await run<string>(`probe.tip("x")`), /iy 15, ix 15/);
      for (let i = 0; i < 12; i++) await view.page.mouse.wheel(0, 240);
      await run("0");
      assert.equal(await run(`probe.heatmap("x").view.cellHeight`), 6);
    });
  });

  describe("tiles", () => {
    it("keep the old picture until the new one is there", async () => {
      await open("dark", `probe.show("million", 0, 60, 300, 300)`);
      const middle = `probe.pixel("million", 150, 150)`;
      const before = await run(middle);
      await run(`probe.hold(); probe.rekey("million", "next")`);
      assert.deepEqual(await run(middle), before);
      await run(`probe.release()`);
      assert.deepEqual(await run(middle), before);
      assert.equal((await run<number>(`probe.count("million", [${MAGENTA.join()}])`)) >= 12, true);
    });

    it("are asked for once for a key, and only where they are seen", async () => {
      await open("dark", `probe.show("huge", 0, 60, 300, 300)`);
      assert.deepEqual(await run("probe.takeLoads()"), ["0/0/0"]);
      await run(`probe.rekey("huge", "huge")`);
      assert.deepEqual(await run("probe.takeLoads()"), []);
      await run(`probe.heatmap("huge").reveal({ top: 70001, left: 50, bottom: 70002, right: 51 })`);
      assert.deepEqual(await run("probe.takeLoads()"), ["0/69888/0"]);
      assert.ok((await run<number>(`probe.count("huge", [255, 0, 130], 30)`)) > 20, "the infinity that it went to");
    });

    it("say what could not be loaded", async () => {
      await open("dark", `probe.show("x", 0, 60, 300, 300)`);
      await run(`probe.refuse("x", "the host went away")`);
      await view.page.getByRole("alert").getByText("the host went away").waitFor();
      await run(`probe.rekey("x", "again")`);
      assert.equal(await view.page.getByRole("alert").count(), 0);
    });
  });

  it("shows the same rows as its neighbour", async () => {
    await open("dark", `probe.show("col", 0, 60, 300, 364); probe.show("outRows", 320, 60, 264, 364)`);
    await run(`probe.heatmap("col").reveal({ top: 500, left: 0, bottom: 501, right: 27 })`);
    await run(`probe.heatmap("outRows").alignRows(probe.heatmap("col").view)`);
    const [a, b] = await run<PlaneRows[]>(`[probe.heatmap("col").view, probe.heatmap("outRows").view]`);
    assert.ok(Math.abs(a.top - b.top) < 1e-9 && a.cellHeight === b.cellHeight && a.top > 400);
    assert.deepEqual(await told("view-change"), []);
  });

  it("keeps its place when the box changes, unless nobody has moved yet", async () => {
    await open("dark", `probe.show("million", 0, 60, 300, 300)`);
    await run(`probe.resize("million", 400, 400)`);
    assert.ok((await run<number>(`probe.heatmap("million").view.cellHeight`)) > 0.39);
    await run(`probe.heatmap("million").reveal({ top: 600, left: 600, bottom: 620, right: 620 })`);
    const before = await run<PlaneRows>(`probe.heatmap("million").view`);
    await run(`probe.resize("million", 420, 380)`);
    const after = await run<PlaneRows>(`probe.heatmap("million").view`);
    assert.equal(after.cellHeight, before.cellHeight);
    assert.ok(Math.abs(after.top - before.top) < 1e-9);
  });

  it("reads a histogram out bin by bin", async () => {
    await open("light", `probe.showBars(24, 60, 268)`);
    const chart = view.page.getByRole("application", {
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
    assert.deepEqual(await view.axe(), []);
  });
});

interface PlaneRows {
  readonly top: number;
  readonly cellHeight: number;
}
