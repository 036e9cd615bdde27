import assert from "node:assert/strict";
import * as layers from "./layers";
import { PIN, panelSuite, press, text, until } from "./suite";

describe("the panel by keyboard alone", () => {
  const { panel } = panelSuite({ picture: layers.picture, tiny: layers.tiny });

  it("goes from start to finish and back", async () => {
    const page = await panel("picture");
    const at = () => page.session.step;
    const total = 1_398_784;
    assert.equal(at(), total - 1);
    await press(page, "Home");
    assert.equal(at(), 0);
    await press(page, "F10", "F10");
    assert.equal(at(), 2);
    await press(page, "Shift+F10");
    assert.equal(at(), 1);
    await press(page, "Shift+F11"); // out: the rest of the row
    assert.deepEqual([at(), page.session.depth], [26, "cell"]);
    await press(page, "F10");
    assert.equal(at(), 53);
    await press(page, "F11");
    assert.deepEqual([at(), page.session.depth], [54, "tap"]);
    await press(page, "]");
    assert.equal(at(), 27_648);
    await press(page, "[");
    assert.equal(at(), 0);
    const starts = [27_648, 470_016, 486_400, 928_768, 1_371_136];
    for (const start of starts) {
      await press(page, "]");
      assert.equal(at(), start);
    }
    await press(page, "]");
    assert.equal(at(), total - 1);
    await press(page, "1", "Shift+F10");
    assert.deepEqual([at(), page.session.depth], [1_371_135, "stage"]);
    await press(page, "End");
    assert.equal(at(), total - 1);
  });

  it("goes to a step, a stage, a row and an element, and says what it does not understand", async () => {
    const page = await panel("picture");
    const go = async (where: string) => {
      await press(page, "g");
      await page.page.keyboard.type(where);
      await press(page, "Enter");
    };
    await go("187 123");
    assert.equal(page.session.step, PIN);
    await go("dW");
    assert.equal(page.session.step, 486_400);
    await go("row 369");
    assert.equal(page.session.step, 9963);
    await go("out[0, 2, 11, 17]");
    assert.equal(page.session.step, 187_136);
    assert.match(await text(page, ".inspector h3"), /^SELECTED/i);
    await go("out[0, 2, 11, 99]");
    assert.equal(await text(page, "#go-to-why"), "Expected: axis 3 of out goes from 0 to 31");
    assert.deepEqual(await page.axe(), []);
    await press(page, "Escape", "Escape");
    assert.match(await text(page, ".inspector h3"), /^PRESENT ELEMENT/i);
  });

  it("reaches every part with Tab, in the order in which it is read, and keeps no one in", async () => {
    const page = await panel("tiny", { step: 200 });
    const stops: string[] = [];
    for (let i = 0; i < 80; i++) {
      await page.page.keyboard.press("Tab");
      const where = await page.page.evaluate<string>(`(() => {
        const at = document.activeElement;
        return at === document.body ? "" : at.closest("conv-flow, conv-scene, conv-strip, conv-inspector, conv-timeline")?.localName ?? at.localName;
      })()`);
      if (where === "") break;
      if (where !== stops.at(-1)) stops.push(where);
    }
    assert.deepEqual(stops, ["conv-flow", "conv-scene", "conv-strip", "conv-inspector", "conv-timeline"]);
  });

  it("moves a cursor in a heatmap, selects there, and lets go", async () => {
    const page = await panel("tiny", { step: 200 });
    await press(page, "ArrowDown"); // from nowhere: into the result
    await press(page, "Control+Home", "ArrowRight", "ArrowDown", "Enter");
    assert.equal(await text(page, ".index"), "out[n 0, f 0, oy 1, ox 1] · row 5");
    assert.equal(page.session.step, 200);
    await press(page, "Escape");
    assert.equal(await text(page, ".index"), "out[n 0, f 0, oy 1, ox 2] · row 6");
  });

  it("steps on the timeline, in the strip, and plays", async () => {
    const page = await panel("tiny", { step: 200 });
    await page.page.locator(".track").focus();
    await press(page, "ArrowRight", "ArrowRight", "ArrowLeft");
    assert.equal(page.session.step, 201);
    await press(page, "PageUp");
    assert.equal(page.session.step, 288);
    await page.page.locator(".card.now").focus();
    await press(page, "ArrowRight");
    assert.equal(page.session.step, 289);
    await page.page.keyboard.press(".");
    await until(page, `document.querySelector("[aria-label=Pause]") !== null`);
    while (page.session.step < 292) await page.settled();
    await press(page, ".");
    const stopped = page.session.step;
    await page.settled();
    assert.equal(page.session.step, stopped);
  });

  it("goes in and out, forward and backward, by buttons", async () => {
    const page = await panel("picture", { step: PIN });
    const click = async (name: string) => {
      await page.page.getByRole("button", { name, exact: true }).click();
      await page.settled();
      return [page.session.step, page.session.depth];
    };
    // Cell 187 110 … 187 136 of row 369 and filter 2.
    assert.deepEqual(await click("Step out: finish this and go one depth up"), [187_136, "cell"]);
    assert.deepEqual(await click("Step in, backwards"), [187_135, "tap"]);
    assert.deepEqual(await click("Step out, backwards"), [187_109, "cell"]);
    assert.deepEqual(await click("Step in: one depth deeper"), [187_110, "tap"]);
    assert.deepEqual(await click("Continue"), [470_016, "tap"]);
    assert.deepEqual(await click("Reverse continue"), [27_648, "tap"]);
  });

  it("lists every key", async () => {
    const page = await panel("tiny");
    await press(page, "?");
    const keys = await page.page.locator(".keys kbd").allInnerTexts();
    for (const key of ["F10", "Shift+F10", "F11", "Shift+F11", "Home", "End", "g", "[", "]", ".", "?"])
      assert.ok(keys.includes(key), key);
    assert.deepEqual(await page.axe(), []);
    await page.screenshot("panel-keys");
    await press(page, "Escape");
    assert.equal(await page.page.locator(".keys").count(), 0);
  });
});
