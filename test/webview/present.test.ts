import assert from "node:assert/strict";
import * as layers from "./layers";
import { PIN, panelSuite, press, text, until } from "./suite";

describe("the present step in the panel", () => {
  const { panel, runs } = panelSuite({ picture: layers.picture, deep: layers.deep });

  it("says the step, in words and numbers, as the mock's own arithmetic has it", async () => {
    const page = await panel("picture", { step: PIN });
    assert.equal(
      await page.page.locator(".track").getAttribute("aria-valuetext"),
      "gemm adds product 14 of 27 to out[n 0, f 2, oy 11, ox 17]: 0.444 from col[row 369, tap 13] times 0.041 from W[f 2, c 1, ky 1, kx 1]. The sum is −0.503.",
    );
    assert.equal(await text(page, ".index"), "out[n 0, f 2, oy 11, ox 17] · row 369");
    assert.equal(await text(page, ".value"), "−0.503 …");
    assert.equal(await text(page, ".bits"), "−0.5034949 0xbf00e50b");
    assert.match(await text(page, ".inspector .section"), /14 of 27 products added/);
    assert.equal(await text(page, ".card.now"), "13 c1 1,1 0.444 × 0.041 Σ −0.503");
    assert.equal(await page.page.locator(".chip[aria-current=step] b").innerText(), "· Wᵀ");
    assert.equal(await page.page.locator(".timeline input").inputValue(), "187\u202f123");
  });

  for (const width of [480, 1280])
    for (const fused of [true, false])
      it(`says on one line which arithmetic ran: ${fused ? "fused" : "not fused"}, ${width} wide`, async () => {
        const run = runs.picture;
        const ran = { ...run, arithmetic: { ...run.arithmetic, fused } };
        const { page } = await panel(null, { run: ran, step: PIN, width });
        if (width < 860) await page.keyboard.press("s"); // the inspector opens over the scene
        const row = (name: string) => page.locator(".facts tr").filter({ has: page.getByText(name, { exact: true }) });
        const says = fused ? "fast: fused multiply-add" : "reproducible: multiply, add";
        assert.equal(await row("sums").locator("td").innerText(), says);
        assert.equal(await row("blocks").locator("td").innerText(), "128 products each");
        const height = async (name: string) => (await row(name).boundingBox())?.height;
        assert.equal(await height("sums"), await height("groups"));
      });

  it("reads the present step aloud when it has come to rest", async () => {
    const page = await panel("picture", { step: PIN });
    await until(page, `document.querySelector("conv-speech p").textContent !== ""`);
    await press(page, "n");
    await until(
      page,
      `document.querySelector("conv-speech p").textContent.includes("times 0.465 from W[f 2, c 1, ky 1, kx 2]. The sum is −0.265.")`,
    );
  });

  it("pages the taps of a long sum around the present one, with the ends of its blocks and the bias last", async () => {
    // gemm starts after 200 × 288 copies; row 57 (n 0, oy 5, ox 7), filter 4, tap 140.
    const page = await panel("deep", { step: 57_600 + (57 * 6 + 4) * 288 + 140 });
    assert.match(await text(page, ".strip-head .progress"), /^141 of 288 · block 2 of 3$/);
    const cards = () => page.page.locator(".card .at b").allInnerTexts();
    const first = await cards();
    assert.ok(first.includes("140") && first.length >= 8);
    await page.page.getByRole("button", { name: "Later taps" }).click();
    await page.settled();
    const second = await cards();
    assert.equal(Number(second[0]), Number(first[0]) + first.length);
    assert.equal(page.session.step, 57_600 + (57 * 6 + 4) * 288 + 140);
    // Back a page: the end of the first block, after product 127, is marked.
    await page.page.getByRole("button", { name: "Earlier taps" }).click();
    await page.page.getByRole("button", { name: "Earlier taps" }).click();
    await page.settled();
    assert.deepEqual(await page.page.locator(".card.ends-block .at b").allInnerTexts(), ["127"]);
    await page.screenshot("panel-deep");
    // The last step of the cell adds the bias.
    page.session.seek(57_600 + (57 * 6 + 5) * 288 - 1);
    await page.settled();
    assert.equal((await cards()).at(-1), "b");
    const final = await text(page, ".value");
    assert.equal(await page.page.locator(".card").last().locator(".total").innerText(), `= ${final}`);
  });
});
