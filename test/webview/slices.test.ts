import assert from "node:assert/strict";
import * as layers from "./layers";
import type { PanelPage } from "./panelPage";
import { PIN, panelSuite, press, text, until } from "./suite";

describe("a slice", () => {
  const { panel } = panelSuite({ picture: layers.picture, deep: layers.deep });
  const lookAt = async (on: PanelPage, slice: string) => {
    await on.page.evaluate(`document.querySelector("conv-app").panel.lookAt(${JSON.stringify(slice)})`);
    await on.settled();
  };
  const captions = async (on: PanelPage) =>
    (await on.page.locator(".caption").allInnerTexts()).map((caption) => caption.replace(/\s+/g, " ").trim());

  it("of a matrix has cells that can be seen, and shows the present row", async () => {
    const on = await panel("picture", { step: PIN });
    await lookAt(on, "col[:, :]");
    const view = () =>
      on.page.evaluate<{ top: number; cellWidth: number; cellHeight: number }>(
        `document.querySelector("conv-pane").heatmap.view`,
      );
    await until(on, `document.querySelector("conv-pane").heatmap.view.top > 0`);
    const { top, cellWidth, cellHeight } = await view();
    assert.ok(cellHeight >= 4 && cellWidth >= 20, `${cellWidth} × ${cellHeight}`);
    assert.ok(top <= 369, "row 369 is the present one");
  });

  it("names its planes by what tells them apart, within a narrow grid", async () => {
    const on = await panel("deep", { width: 480, height: 900 });
    await lookAt(on, "out[1, :, :, :]");
    assert.deepEqual((await captions(on)).slice(0, 2), ["out f 0", "out f 1"]);
    await lookAt(on, "out[:, 1:3, :, :]");
    assert.deepEqual(await captions(on), ["out n0 f1", "out n0 f2", "out n1 f1", "out n1 f2"]);
    await lookAt(on, "x[1, 3, :, :]");
    assert.deepEqual(await captions(on), ["x n 1 · c 3"]);
    await lookAt(on, "x[:, :, :, :]");
    assert.equal(await text(on, "#cut-says"), "10 × 10");
    const scene = (await on.page.locator("conv-cut").boundingBox())!; // it is on the page
    for (const box of await on.page.locator(".caption").all()) {
      const { x, width } = (await box.boundingBox())!; // likewise
      assert.ok(x + width <= scene.x + scene.width + 1, "cut off");
    }
  });

  it("is a table that begins at the present cell, with names on its rows and columns", async () => {
    const on = await panel("picture", { step: PIN });
    await press(on, "ArrowDown"); // into a picture of the result
    await press(on, "t");
    const table = on.page.locator("conv-heatmap-table");
    await until(
      on,
      `document.activeElement.shadowRoot.querySelector("conv-heatmap-table").shadowRoot.querySelector("tbody th") !== null`,
    );
    assert.equal((await table.locator("tbody th").first().innerText()).trim(), "oy 11");
    assert.ok((await table.locator("thead th").allInnerTexts()).map((name) => name.trim()).includes("ox 17"));
    assert.deepEqual(await on.axe(), []);
  });
});
