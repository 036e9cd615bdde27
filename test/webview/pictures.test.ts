import assert from "node:assert/strict";
import { mark } from "../../src/tensor/slice";
import * as layers from "./layers";
import type { PanelPage } from "./panelPage";
import { PIN, panelSuite, press, text, until } from "./suite";

describe("the pictures of the panel", () => {
  const { panel } = panelSuite({ picture: layers.picture, deep: layers.deep, tiny: layers.tiny });

  it("holds a plane that was chosen, and follows the step again", async () => {
    const page = await panel("deep", { step: 57_600 + (57 * 6 + 4) * 288 + 140 });
    const at = page.page.getByRole("button", { name: /^c \d+\/32 of x/ });
    assert.equal((await at.innerText()).trim(), "c 15/32");
    await page.page.getByRole("button", { name: "x: next c" }).click();
    await press(page, "n", "n");
    assert.equal((await at.innerText()).trim(), "c 16/32");
    assert.equal(await at.getAttribute("aria-pressed"), "true");
    await at.click();
    await page.settled();
    assert.equal((await at.innerText()).trim(), "c 15/32");
  });

  it("gives tensors that are compared one colour scale, and says so", async () => {
    const page = await panel("picture", { step: PIN });
    const scale = (tensor: string) =>
      page.page.evaluate<{ lo: number; hi: number }>(
        `document.querySelector("conv-app").panel.facts.scale("${tensor}")`,
      );
    const choose = async (tensor: string) => {
      await page.page.getByRole("button", { name: tensor, exact: true }).click();
      await page.settled();
    };
    await choose("col");
    assert.match(await text(page, ".colour-head"), /^COLOUR shared with x compare$/i);
    assert.deepEqual(await scale("col"), await scale("x"));
    await choose("W");
    const apart = await scale("W");
    await page.page.getByRole("button", { name: "compare", exact: true }).click();
    await choose("out");
    const out = await scale("out");
    assert.ok(out.hi > apart.hi);
    await page.page.getByRole("button", { name: "compare", exact: true }).click();
    await page.settled();
    assert.match(await text(page, ".colour-head"), /^COLOUR shared with W compared$/i);
    assert.deepEqual(await scale("W"), out);
    assert.deepEqual(await page.axe(), []);
    await page.page.getByRole("button", { name: "compared", exact: true }).click();
    await page.settled();
    assert.deepEqual(await scale("W"), apart);
  });

  describe("a tensor, plane by plane", () => {
    const titles = (page: PanelPage) => page.page.locator(".caption").allInnerTexts();

    it("is looked at by a slice in NumPy's notation, and by pages", async () => {
      const page = await panel("deep", { step: 57_600 + (57 * 6 + 4) * 288 + 140, width: 900, height: 700 });
      await page.page.getByRole("button", { name: "x", exact: true }).click();
      await page.page.getByRole("button", { name: "look at all" }).click();
      await page.settled();
      const field = page.page.getByRole("textbox", { name: "slice" });
      assert.equal(await field.inputValue(), "x[0, :, :, :]");
      assert.match(await text(page, "#cut-says"), /^32 planes of 10 × 10$/);
      const first = await titles(page);
      assert.ok(first.length >= 8 && first.length < 32);
      assert.deepEqual(await page.axe(), []);
      await page.screenshot("panel-cut");
      await page.page.getByRole("button", { name: "Next planes" }).click();
      await page.settled();
      assert.match((await titles(page))[0].replace(/\s+/g, " "), new RegExp(`^x c ${first.length}$`));
      await field.fill("x[1, 3::8, ::-1, 2:6]");
      await field.press("Enter");
      await page.settled();
      assert.equal(await text(page, "#cut-says"), "4 planes of 10 × 4");
      const cell = await page.page.evaluate<string>(`document.querySelectorAll("conv-pane")[1].heatmap.cellName(2, 3)`);
      assert.equal(cell, "x[n 1, c 11, iy 7, ix 5]");
      await field.fill("x[1, 99]");
      await field.press("Enter");
      assert.equal(await text(page, "#cut-says"), "Expected: nothing is left of axis 1 of x, which goes from 0 to 31");
      assert.deepEqual(await page.axe(), []);
      await field.press("Escape");
      await page.settled();
      assert.equal(await page.page.locator("conv-scene").count(), 1);
    });

    it("is there by keyboard alone, and still there after a reload", async () => {
      const page = await panel("picture", { step: PIN });
      await press(page, "v");
      assert.equal(await page.page.getByRole("textbox", { name: "slice" }).inputValue(), "out[0, :, :, :]");
      assert.equal((await titles(page)).length, 16);
      await press(page, "g");
      await page.page.keyboard.type("W[2:4, :, ::2]");
      await press(page, "Enter");
      assert.equal(await text(page, "#cut-says"), "6 planes of 2 × 3");
      await until(page, `JSON.parse(sessionStorage.getItem("state"))?.cut === "W[2:4, :, ::2]"`);
      page.host.pause();
      await page.page.reload();
      await page.settled();
      assert.equal(await text(page, "#cut-says"), "6 planes of 2 × 3");
      await press(page, "Escape");
      assert.equal(await page.page.locator("conv-scene").count(), 1);
    });

    it("shows the present moment, also of a part that goes backwards", async () => {
      const page = await panel("tiny", { step: 200 }); // out[0, 0, 1, 2] in the making
      await page.page.evaluate(`document.querySelector("conv-app").panel.lookAt("out[0, 0, :, ::-1]")`);
      await page.settled();
      const outlines = await page.page.evaluate<string[]>(
        `document.querySelector("conv-pane").heatmap.overlays.map(({ rect, role }) => role + " " + rect.top + "," + rect.left)`,
      );
      assert.deepEqual(outlines, ["window 1,1"]);
      // Row 1 of out is 9, −9, then what is in the making, then nothing yet: here from right to left.
      const row = await page.page.evaluate<[number[], number[]]>(`(async () => {
        const { source } = document.querySelector("conv-pane").heatmap;
        const tile = await source.load({ top: 0, left: 0, bottom: 4, right: 4 }, 0, new AbortController().signal);
        return [[...tile.mean.subarray(6, 8)], [...tile.marks.subarray(4, 8)]];
      })()`);
      assert.deepEqual(row, [
        [-9, 9],
        [mark.unwritten, 0, 0, 0],
      ]);
    });
  });
});
