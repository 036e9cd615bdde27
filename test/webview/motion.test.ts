import assert from "node:assert/strict";
import * as layers from "./layers";
import type { PanelPage } from "./panelPage";
import { PIN, panelSuite, until } from "./suite";

describe("motion in the panel", () => {
  const { panel } = panelSuite({ picture: layers.picture });
  const heatmap = `document.querySelector("conv-pane").heatmap`;

  /** Height of a cell before a double click, right after it, and when it has settled. */
  async function zooming(page: PanelPage): Promise<[number, number, number]> {
    const [before, after] = await page.page.evaluate<[number, number]>(`(() => {
      const before = ${heatmap}.view.cellHeight;
      const canvas = ${heatmap}.renderRoot.querySelector("canvas");
      const { left, top } = canvas.getBoundingClientRect();
      canvas.dispatchEvent(new MouseEvent("dblclick", { clientX: left + 40, clientY: top + 40, bubbles: true, view: window }));
      return [before, ${heatmap}.view.cellHeight];
    })()`);
    await until(page, `Math.abs(${heatmap}.view.cellHeight - ${2 * before}) < 0.001`);
    return [before, after, 2 * before];
  }

  it("takes a picture to where it is zoomed to at once for those who want none", async () => {
    const [, after, settled] = await zooming(await panel("picture", { step: PIN, reducedMotion: true }));
    assert.equal(after, settled);
  });

  it("glides there for others", async () => {
    const [before, after, settled] = await zooming(await panel("picture", { step: PIN }));
    assert.ok(after < settled, `${before}, ${after}`);
  });
});
