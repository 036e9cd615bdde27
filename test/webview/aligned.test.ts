import assert from "node:assert/strict";
import { stages } from "../../src/trace/order/stages";
import * as layers from "./layers";
import { panelSuite } from "./suite";

/** What each picture of the scene shows now, and what it would show if the scene put all of them right once more. */
const views = `(async () => {
  const scene = document.querySelector("conv-scene");
  const seen = () => [...scene.querySelectorAll("conv-pane")].map(({ pane, heatmap }) => {
    const { top, left, cellWidth, cellHeight } = heatmap.view;
    return [pane.id, top, left, cellWidth, cellHeight].join(" ");
  });
  const now = seen();
  scene.requestUpdate();
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve)));
  return [now, seen()];
})()`;

describe("matrices that lie side by side", () => {
  const { panel } = panelSuite({ picture: layers.picture });

  it("are aligned with each other and with the step, however late one is laid out", async () => {
    const on = await panel("picture", { width: 1600, height: 900 });
    for (const [round, width] of [1600, 1600, 1100, 1600, 480, 720, 1600].entries()) {
      await on.page.setViewportSize({ width, height: 900 });
      for (const stage of stages) {
        const { start, count, cellSteps } = on.session.trace.steps.spans[stage];
        on.session.seek(start + Math.floor(count / cellSteps / 3) * cellSteps + (cellSteps >> 1) + round);
        await on.settled();
        const [now, wanted] = await on.page.evaluate<[string[], string[]]>(views);
        assert.deepEqual(now, wanted, `${stage} at ${width}`);
      }
    }
  });
});
