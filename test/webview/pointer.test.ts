import assert from "node:assert/strict";
import * as layers from "./layers";
import { PIN, panelSuite, text, until } from "./suite";

describe("the panel under the pointer", () => {
  const { panel } = panelSuite({
    picture: layers.picture,
    tiny: layers.tiny,
    uneven: layers.uneven,
    spoilt: layers.spoilt,
  });

  it("follows the scrubber from end to end, and ends where it was let go", async () => {
    const page = await panel("picture", { step: PIN });
    const box = (await page.page.locator(".track").boundingBox())!;
    const y = box.y + 14;
    await page.page.mouse.move(box.x + 4, y);
    await page.page.mouse.down();
    const seen: number[] = [];
    for (let i = 1; i <= 40; i++) {
      await page.page.mouse.move(box.x + 4 + ((box.width - 8) * i) / 40, y);
      seen.push(Number((await page.page.locator(".track").getAttribute("aria-valuenow")) ?? -1));
    }
    await page.page.mouse.up();
    await page.settled();
    // Never a jump back: the thumb stays under the hand whatever the host is still answering.
    assert.deepEqual(
      seen,
      [...seen].sort((a, b) => a - b),
    );
    assert.equal(page.session.step, seen.at(-1));
    await page.page.mouse.click(box.x + 2, y);
    await page.settled();
    assert.ok(page.session.step < 2000);
  });

  it("lights an input cell's outputs, an output's window, row and filter", async () => {
    const page = await panel("tiny", { step: 200 });
    const linked = (title: string) =>
      page.page.evaluate<string[]>(`[...document.querySelectorAll("conv-pane")]
        .filter((pane) => pane.pane.title === ${JSON.stringify(title)})
        .map((pane) => pane.heatmap.overlays.filter(({ role }) => role === "linked")
          .map(({ rect }) => rect.top + "," + rect.left + "-" + rect.bottom + "," + rect.right).join(" "))`);
    const cell = async (title: string, row: number, col: number) => {
      const heatmap = page.page.locator("conv-pane", { has: page.page.locator(`b:text-is("${title}")`) }).first();
      const view = await heatmap.evaluate<{ x: number; y: number }, readonly [number, number]>(
        (pane, [r, c]) => {
          const { heatmap: map } = pane as unknown as {
            heatmap: { view: { top: number; left: number; cellWidth: number; cellHeight: number } } & {
              getBoundingClientRect(): { left: number; top: number };
            };
          };
          const box = map.getBoundingClientRect();
          const { top, left, cellWidth, cellHeight } = map.view;
          return { x: box.left + 4 + (c - left + 0.5) * cellWidth, y: box.top + 4 + (r - top + 0.5) * cellHeight };
        },
        [row, col],
      );
      await page.page.mouse.move(view.x, view.y);
      await page.settled();
    };
    await cell("x", 0, 0);
    // x[0, 0] of 4×4 under 3×3 with padding 1: read by outputs (0,0), (0,1), (1,0), (1,1).
    assert.equal((await linked("out"))[0], "0,0-1,1 0,1-1,2 1,0-2,1 1,1-2,2");
    assert.equal((await linked("col"))[0], "0,4-1,5 1,3-2,4 4,1-5,2 5,0-6,1");
    await cell("out", 1, 2);
    assert.equal((await linked("x"))[0], "0,1-3,4");
    assert.equal((await linked("col"))[0], "6,0-7,9");
    assert.equal((await linked("Wᵀ"))[0], "0,0-9,1");
    await page.page.mouse.move(5, 5);
    await page.settled();
    assert.equal((await linked("x"))[0], "");
  });

  it("explains a size with this layer's numbers", async () => {
    const page = await panel("uneven", { step: 9000 });
    await page.page.locator(".chip", { hasText: "out" }).hover();
    await page.page.waitForSelector(".tip:not([hidden])");
    const formula = await text(page, ".tip");
    assert.match(formula, /oH = floor\(\(9 \+ 2 \+ 1 − 3\) \/ 2\) \+ 1 = 5/);
    assert.match(formula, /2·\(2 − 1\) \+ 1 = 3/);
    await page.screenshot("panel-tip");
  });

  it("goes where a chip, a card, a term and a mark lead", async () => {
    const page = await panel("spoilt", { step: PIN });
    await page.page.locator(".card.future").first().click();
    await page.settled();
    assert.equal(page.session.step, PIN + 1);
    await page.page.locator(".terms th button").first().click(); // c1 ky2 kx2: the largest, tap 17
    await page.settled();
    assert.equal(page.session.step, PIN + 4);
    await page.page.locator(".mark").first().click();
    await page.settled();
    assert.match(
      await page.page.locator(".mark").first().getAttribute("data-tip").then(String),
      /^First (NaN|infinity) in out/,
    );
    await page.page.locator(".segmented button", { hasText: "Backward" }).click();
    await page.settled();
    assert.equal(page.session.step, 470_016);
    await page.page.locator(".chip", { hasText: "dW" }).click();
    await page.settled();
    assert.equal(page.session.step, 486_400);
    await page.page.locator(".tensor .alarm .link").first().click(); // the first NaN of dW
    await page.settled();
    assert.match(await text(page, ".value"), /^NaN$/);
  });

  it("keeps the matrices of a product together when one is zoomed", async () => {
    const page = await panel("picture", { step: PIN });
    const pane = (title: string, at = 0) =>
      page.page.evaluate<{ top: number; left: number; cellWidth: number; cellHeight: number }>(
        `[...document.querySelectorAll("conv-pane")].filter((pane) => pane.pane.title === "${title}" && pane.pane.picture.plane === null)[${at}].heatmap.view`,
      );
    const cellHeight = (title: string) =>
      `[...document.querySelectorAll("conv-pane")].find((pane) => pane.pane.title === "${title}" && pane.pane.picture.plane === null).heatmap.view.cellHeight`;
    const box = (await page.page.locator("conv-pane", { has: page.page.locator('b:text-is("col")') }).boundingBox())!;
    await page.page.mouse.move(box.x + 200, box.y + 200);
    for (let i = 0; i < 5; i++) await page.page.mouse.wheel(0, -120);
    await until(page, `${cellHeight("col")} > 15 && Math.abs(${cellHeight("out")} - ${cellHeight("col")}) < 0.01`);
    await page.settled();
    const [col, out, W] = [await pane("col"), await pane("out"), await pane("Wᵀ")];
    assert.ok(col.cellHeight > 15);
    const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 0.01, `${a} and ${b}`);
    near(col.top, out.top);
    near(col.cellHeight, out.cellHeight);
    near(col.left, W.top);
    near(out.left, W.left);
    near(out.cellWidth, W.cellWidth);
  });
});
