import assert from "node:assert/strict";
import * as layers from "./layers";
import { PIN, panelSuite, press, text } from "./suite";

describe("the panel where it is narrow", () => {
  const { panel } = panelSuite({ picture: layers.picture });

  it("says the present element in a line, and opens the inspector over the scene", async () => {
    const page = await panel("picture", { step: PIN, width: 540, height: 900 });
    const handle = page.page.locator(".handle");
    assert.equal(await text(page, ".handle"), "Inspector: out[n 0, f 2, oy 11, ox 17] −0.503 final 0.519");
    assert.equal(await handle.getAttribute("aria-expanded"), "false");
    assert.equal(await page.page.locator(".section").count(), 0);
    const scene = await page.page.locator("conv-scene").boundingBox();
    const timeline = await page.page.locator("conv-timeline").boundingBox();
    assert.ok(scene!.height > 500 && timeline!.y + timeline!.height <= 900);
    await handle.click();
    await page.settled();
    assert.match(await text(page, ".sheet .section"), /14 of 27 products added/);
    // As high as the page allows, and all of it within reach.
    const sheet = (await page.page.locator(".sheet").boundingBox())!;
    assert.ok(sheet.height > 400 && sheet.y + sheet.height <= timeline!.y);
    await page.page.getByRole("rowheader", { name: "kernel" }).scrollIntoViewIfNeeded();
    const last = (await page.page.getByRole("rowheader", { name: "kernel" }).boundingBox())!;
    assert.ok(last.x >= 0 && last.x < 540 && last.y + last.height <= sheet.y + sheet.height + 1);
    assert.deepEqual(await page.page.locator("conv-scene").boundingBox(), scene);
    assert.deepEqual(await page.axe(), []);
    await page.screenshot("panel-540-sheet");
    await press(page, "Escape");
    assert.equal(await handle.getAttribute("aria-expanded"), "false");
    await press(page, "s");
    assert.equal(await handle.getAttribute("aria-expanded"), "true");
    // With room again, it is beside the scene.
    await page.page.setViewportSize({ width: 1200, height: 900 });
    await page.settled();
    assert.equal(await handle.count(), 0);
    assert.match(await text(page, ".inspector .section"), /14 of 27 products added/);
  });

  for (const [width, height] of [
    [480, 900],
    [540, 900],
    [720, 450], // 1440 × 900 with everything twice as large
  ] as const)
    it(`needs no scrolling sideways, and keeps the timeline in view: ${width} × ${height}`, async () => {
      const page = await panel("picture", { step: PIN, width, height });
      assert.equal(await page.page.evaluate("document.documentElement.scrollWidth"), width);
      // A field for steps of eleven digits.
      await page.page.evaluate(`document.querySelector(".timeline input").style.width = "calc(15ch + 18px)"`);
      const timeline = (await page.page.locator(".timeline").boundingBox())!;
      assert.ok(timeline.height < 84, "two lines");
      const field = await page.page.locator(".timeline input").boundingBox();
      assert.ok(field!.x + field!.width <= width && field!.y + field!.height <= height);
      assert.deepEqual(await page.axe(), []);
    });
});
