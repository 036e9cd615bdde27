import assert from "node:assert/strict";
import * as layers from "./layers";
import type { PanelPage } from "./panelPage";
import { panelSuite, press, text, until } from "./suite";

describe("a continue that takes long", () => {
  const { panel } = panelSuite({ picture: layers.picture });

  /** Starts one that would walk through the whole run: all of out is looked at anew at every step, and its sum is never so large. */
  async function searching(): Promise<PanelPage> {
    const page = await panel("picture", { step: 100 });
    const target = { kind: "element", tensor: "out", region: "[:]", on: "written" } as const;
    page.session.breakpoints.set("test", [{ id: 1, target, condition: "(out * acc).sum() > 1e9" }]);
    await page.page.getByRole("button", { name: "Continue", exact: true }).click();
    await until(page, `document.querySelector(".searching") !== null`);
    return page;
  }
  const isOver = (page: PanelPage) => until(page, `document.querySelector(".searching") === null`);

  it("says how far it is and how fast, and ends where it began when it is cancelled", async () => {
    const page = await searching();
    assert.match(await text(page, ".searching"), /^Looking for the next stop [\d\u202f ]+ steps · .+ a second Cancel$/);
    assert.equal(await page.page.locator(".thumb.seeker").count(), 1);
    assert.deepEqual(await page.axe(), []);
    await page.screenshot("panel-searching");
    await page.page.getByRole("button", { name: "Cancel" }).click();
    await isOver(page);
    assert.equal(page.session.step, 100);
  });

  it("is given up with Escape, before the selection is let go of", async () => {
    const page = await searching();
    await page.page.evaluate(`document.querySelector("conv-app").panel.select({ tensor: "x", index: [0, 0, 1, 1] })`);
    await press(page, "Escape");
    await isOver(page);
    assert.match(await text(page, ".inspector h3"), /^SELECTED/i);
    assert.equal(page.session.step, 100);
    await press(page, "Escape");
    assert.match(await text(page, ".inspector h3"), /^PRESENT ELEMENT/i);
  });

  it("gives way to a move, and is still there after a reload", async () => {
    const page = await searching();
    page.host.pause();
    await page.page.reload();
    await until(page, `document.querySelector(".searching") !== null`);
    await press(page, "n");
    await isOver(page);
    assert.equal(page.session.step, 101);
  });
});
