import assert from "node:assert/strict";
import { stages } from "../../src/trace/order/stages";
import * as layers from "./layers";
import { panelSuite } from "./suite";

/** What lies over something else, or out of sight. */
const covered = `(() => {
  const stage = document.querySelector(".stage");
  const words = document.querySelector(".words").getBoundingClientRect();
  const seen = [...document.querySelectorAll(".words > *, conv-pane .caption, conv-pane conv-heatmap, conv-strip")]
    .map((each) => ({ each, box: each.getBoundingClientRect(), name: each.textContent.trim() || each.localName }))
    // Words that have no room are left out: they stand beside their box, which does not show them.
    .filter(({ each, box }) => box.width > 0 && (each.parentElement.className !== "words" || box.left < words.right));
  const over = seen.flatMap((a, i) => seen.slice(i + 1)
    .filter((b) => a.box.left < b.box.right - 4 && b.box.left < a.box.right - 4 && a.box.top < b.box.bottom - 2 && b.box.top < a.box.bottom - 2)
    .map((b) => a.name + " over " + b.name));
  const { bottom } = document.querySelector("conv-strip").getBoundingClientRect();
  return [
    ...over,
    ...(stage.scrollHeight > stage.clientHeight + 1 ? ["scrolls by " + (stage.scrollHeight - stage.clientHeight)] : []),
    ...(bottom > document.querySelector(".handle").getBoundingClientRect().top + 1 ? ["the strip is below the fold"] : []),
  ];
})()`;

describe("at a zoom of 200 %", () => {
  const { panel } = panelSuite({ picture: layers.picture, uneven: layers.uneven });

  for (const layer of ["picture", "uneven"] as const)
    it(`shows the scene, the products and the transport at once: ${layer}`, async () => {
      const on = await panel(layer, { width: 720, height: 450, density: 2 });
      for (const stage of stages) {
        const { start, count } = on.session.trace.steps.spans[stage];
        on.session.seek(start + (count >> 1));
        await on.settled();
        assert.deepEqual(await on.page.evaluate<string[]>(covered), [], stage);
      }
      assert.deepEqual(await on.axe(), []);
    });
});
