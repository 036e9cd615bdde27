import assert from "node:assert/strict";
import { themeNames, themes } from "../themes";
import { MAGENTA, close, heatmapSuite, hex } from "./heatmapSuite";

describe("<conv-heatmap> in a browser", () => {
  const { view, open, run, told, press } = heatmapSuite();

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
        await view().screenshot(`heatmaps-${theme}`);
        assert.deepEqual(await view().axe(), []);
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
    await view().setTheme("light");
    await run("0");
    close(await run<number[]>(corner), [247, 247, 248], 6, "light");
    await view().setTheme("hc-dark");
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
    for (let y = 6; y < 200; y++) column.push((await view().page.evaluate<number[]>(`probe.pixel("x", 6, ${y})`))[0]);
    assert.ok(Math.max(...column) > 245 && Math.min(...column) < 225, "stripes on the background");
    const copies = await run<number[]>(`probe.pixel("corner", 8, 8)`);
    assert.ok(copies[0] < 200, "a copy of a dark cell is no background");
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
      await view().page.getByRole("alert").getByText("the host went away").waitFor();
      await run(`probe.rekey("x", "again")`);
      assert.equal(await view().page.getByRole("alert").count(), 0);
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
});

interface PlaneRows {
  readonly top: number;
  readonly cellHeight: number;
}
