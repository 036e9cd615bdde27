import assert from "node:assert/strict";
import { type ComparePage, compareSuite } from "./comparePage";
import { float32, waves } from "./compareTensors";
import { themeNames } from "./themes";

const { left, right } = waves();
const sides = { left: { name: "out", tensor: left }, right: { name: "torch.npy", tensor: right } };

async function press(on: ComparePage, ...keys: string[]): Promise<void> {
  for (const key of keys) await on.page.keyboard.press(key);
  await on.settled();
}

/** The text of the first element that a selector finds, on one line. */
async function text({ page }: ComparePage, selector: string): Promise<string> {
  return (await page.locator(selector).first().innerText()).replace(/\s+/g, " ").trim();
}

const readout = (page: ComparePage) => text(page, ".readout");
const index = ({ page }: ComparePage) => page.locator(".readout input").inputValue();

describe("two tensors side by side", () => {
  const open = compareSuite();

  it("says whether they are close, and begins where they differ most", async () => {
    const page = await open(sides);
    assert.equal(await text(page, ".verdict p"), "9 of 6 144 beyond tolerance");
    assert.equal(await text(page, ".planes .quiet"), "plane [0, 3, :, :]");
    assert.equal(await index(page), "0, 3, 12, 22");
    // 0.5 + 2/4 + 2/16 more on the left.
    assert.match(
      await readout(page),
      /left 1\.99275\d* right 0\.86775\d* difference 1\.125 absolute 1\.125 relative 1\.296/,
    );
    assert.match(await readout(page), /beyond tolerance$/);
    const worst = page.page.locator(".worst [role=option]");
    assert.equal(await worst.count(), 100);
    assert.equal(
      await worst
        .nth(0)
        .innerText()
        .then((line) => line.replace(/\s+/g, " ")),
      "[0, 3, 12, 22] 1.993 · 0.868 1.125",
    );
    assert.equal(await worst.nth(0).getAttribute("aria-selected"), "true");
    assert.deepEqual(await page.axe(), []);
  });

  it("gives both sides one scale, and differences one around 0", async () => {
    const page = await open(sides);
    const scale = (i: number) => page.page.locator("conv-colour-bar canvas").nth(i).getAttribute("aria-label");
    assert.equal(await scale(0), "Colours: diverging around 0, symmetric domain, from −2.999 to 2.999");
    assert.equal(await scale(1), await scale(0));
    assert.equal(await scale(2), "Colours: diverging around 0, symmetric domain, from −1.125 to 1.125");
    await press(page, "m");
    assert.equal(await scale(2), "Colours: sequential, full domain, from 0 to 1.125");
  });

  it("goes by the keyboard alone from plane to plane, from worst to worst, to an index, through the measures", async () => {
    const page = await open(sides);
    await press(page, "n", "n");
    assert.equal(await index(page), "0, 3, 12, 20");
    await press(page, "Shift+N");
    assert.equal(await index(page), "0, 3, 12, 21");
    await press(page, "]");
    assert.equal(await text(page, ".planes .quiet"), "plane [0, 4, :, :]");
    await press(page, "[", "[");
    assert.equal(await text(page, ".planes .quiet"), "plane [0, 2, :, :]");
    await press(page, "g");
    await page.page.keyboard.type("0, -1, 2, 3");
    await press(page, "Enter");
    assert.equal(await text(page, ".planes .quiet"), "plane [0, 7, :, :]");
    assert.equal(await index(page), "0, 7, 2, 3");
    await press(page, "g");
    await page.page.keyboard.type("0, 8, 2, 3");
    await press(page, "Enter");
    assert.equal(await text(page, "#compare-why"), "Expected 0…0, 0…7, 0…23, 0…31");
    await page.page.locator(".worst").focus();
    await press(page, "Home", "ArrowDown", "ArrowDown");
    assert.equal(await index(page), "0, 3, 12, 20");
    await press(page, "m", "m", "m");
    assert.equal(await page.page.locator(".side [aria-checked=true]").innerText(), "ulp");
    await press(page, "Escape");
    assert.equal(await index(page), "");
  });

  it("moves one cursor in all three, and pans and zooms them as one", async () => {
    const page = await open(sides);
    await page.page.locator("conv-heatmap canvas").nth(0).focus();
    await press(page, "Control+Home", "ArrowRight", "ArrowDown");
    assert.match(await readout(page), /^index left/);
    assert.equal(await index(page), "0, 3, 1, 1");
    const views = () =>
      page.page.evaluate<{ top: number; left: number; cellWidth: number }[]>(
        `[...document.querySelectorAll("conv-heatmap")].map(({ view }) => view)`,
      );
    await press(page, "+", "+", "Shift+ArrowRight");
    const [first, ...others] = await views();
    assert.ok(first.cellWidth > 12 && first.left > 0);
    for (const view of others) assert.deepEqual(view, first);
    await press(page, "0");
    const [whole, ...rest] = await views();
    for (const view of rest) assert.deepEqual(view, whole);
  });

  it("has the place in view where a high matrix differs, in all three", async () => {
    const page = await open({
      left: { name: "col", tensor: float32([900, 6], (i) => (i === 700 * 6 + 2 ? 9 : i % 5)) },
      right: { name: "expected", tensor: float32([900, 6], (i) => i % 5) },
    });
    assert.equal(await index(page), "700, 2");
    const seen = await page.page.evaluate<boolean[]>(`[...document.querySelectorAll("conv-heatmap")].map(
      ({ view, clientHeight }) => view.top < 700 && view.top + clientHeight / view.cellHeight > 700)`);
    assert.deepEqual(seen, [true, true, true]);
  });

  it("judges by a tolerance that is typed, and refuses what is none", async () => {
    const page = await open(sides);
    const atol = page.page.getByLabel("atol");
    await atol.fill("0.7");
    await press(page, "Enter");
    assert.equal(await text(page, ".verdict p"), "6 of 6 144 beyond tolerance");
    await atol.fill("-1");
    await press(page, "Enter");
    assert.equal(await atol.getAttribute("aria-invalid"), "true");
    assert.equal(await text(page, ".verdict p"), "6 of 6 144 beyond tolerance");
    await atol.fill("2");
    await press(page, "Enter");
    assert.equal(await text(page, ".verdict p"), "All close");
    assert.deepEqual(page.chosen.at(-1), {
      choices: { reading: 0, tolerance: { rtol: 1.3e-6, atol: 2 } },
      exchanged: false,
    });
  });

  it("reads out the bars of sizes", async () => {
    const page = await open(sides);
    const bars = page.page.locator("conv-octaves canvas");
    assert.match(
      (await bars.getAttribute("aria-label")) ?? "",
      /^Sizes of differences, absolute: 4\s362 differ; most of them, /,
    );
    await bars.focus();
    await press(page, "End");
    assert.equal(await text(page, "conv-octaves #readout"), "3 from 1 to 2");
    assert.deepEqual(await page.axe(), []);
  });

  it("says how other shapes are read, and reads them otherwise", async () => {
    // NHWC on the right.
    const at = (n: number, c: number, y: number, x: number) => n + 10 * c + y / 7 + x / 50;
    const nchw = float32([1, 2, 5, 6], (i) => at(0, Math.floor(i / 30), Math.floor(i / 6) % 5, i % 6));
    const nhwc = float32([1, 5, 6, 2], (i) => at(0, i % 2, Math.floor(i / 12), Math.floor(i / 2) % 6));
    const page = await open({ left: { name: "out", tensor: nchw }, right: { name: "keras.npy", tensor: nhwc } });
    assert.equal(await text(page, ".verdict p"), "All close");
    assert.equal(await text(page, ".reading span"), "the shapes differ: right read as");
    const select = page.page.locator(".reading vscode-single-select");
    await page.screenshot("compare-readings");
    await select.click();
    await select.getByRole("option", { name: "reshape(1, 2, 5, 6)" }).click();
    await page.settled();
    assert.match(await text(page, ".verdict p"), /^\d+ of 60 beyond tolerance$/);
    await press(page, "x");
    assert.equal(await text(page, ".one b"), "keras.npy");
  });

  it("explains shapes that cannot be set against each other", async () => {
    const page = await open({
      left: { name: "a.npy", tensor: float32([4, 4], (i) => i) },
      right: { name: "b.npy", tensor: float32([3], (i) => i) },
    });
    assert.match(
      await text(page, "main .alarm"),
      /^4×4 \(16 elements\) and 3 \(3 elements\) cannot be set against each other/,
    );
    assert.deepEqual(await page.axe(), []);
  });

  it("is where it was after a reload", async () => {
    const page = await open(sides);
    await press(page, "]", "m", "m");
    page.host.pause();
    await page.page.reload();
    await page.settled();
    assert.equal(await text(page, ".planes .quiet"), "plane [0, 4, :, :]");
    assert.equal(await page.page.locator(".side [aria-checked=true]").innerText(), "relative");
    assert.equal(await index(page), "0, 3, 12, 22");
  });

  for (const theme of themeNames)
    it(`is to be read in the theme ${theme}`, async () => {
      const page = await open({ ...sides, theme });
      assert.deepEqual(await page.axe(), []);
      await page.screenshot(`compare-${theme}`);
    });

  for (const width of [480, 760])
    it(`needs no scrolling sideways: ${width}`, async () => {
      const page = await open({ ...sides, width, height: 900 });
      assert.equal(await page.page.evaluate("document.documentElement.scrollWidth"), width);
      const boxes = await page.page.locator("conv-heatmap").all();
      for (const box of await Promise.all(boxes.map((map) => map.boundingBox())))
        assert.ok(box !== null && box.width > 180 && box.height > 120 && box.x + box.width <= width);
      assert.deepEqual(await page.axe(), []);
      await page.screenshot(`compare-${width}`);
    });
});
