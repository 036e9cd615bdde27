import assert from "node:assert/strict";
import * as layers from "./layers";
import { PIN, panelSuite, press, text, until } from "./suite";

describe("the panel after a reload", () => {
  const { panel, runs } = panelSuite({ picture: layers.picture, tiny: layers.tiny });

  it("is where it was, and is looked at as it was", async () => {
    const page = await panel("picture", { step: PIN });
    const { page: tab } = page;
    await tab.getByRole("button", { name: "x: next c" }).click();
    await press(page, "g");
    await tab.keyboard.type("out[0, 5, 3, 4]");
    await press(page, "Enter");
    page.session.seek(PIN);
    await tab.locator(".tensor-name", { hasText: "dW" }).click();
    await until(
      page,
      `((state) => state?.described === "dW" && state.step === ${PIN})(JSON.parse(sessionStorage.getItem("state")))`,
    );
    page.host.pause();
    await tab.reload();
    await page.settled();
    assert.equal(page.session.step, PIN);
    assert.equal(await text(page, ".index"), "out[n 0, f 5, oy 3, ox 4] · row 100");
    assert.equal(await text(page, ".shape"), "dW 16×3×3×3");
    assert.match(await text(page, ".caption"), /^x c 2\/3/);
  });

  it("ignores a state that is not one of ours", async () => {
    const page = await panel("picture", { step: PIN });
    for (const state of [
      `{"version":1,"step":"x"}`,
      `[1,2`,
      `{"version":9}`,
      `"<b>"`,
      `{"version":1,"selected":{"tensor":"__proto__"}}`,
    ]) {
      page.host.pause();
      await page.page.evaluate(
        (text) => {
          (
            globalThis as unknown as { sessionStorage: { setItem(name: string, value: string): void } }
          ).sessionStorage.setItem("state", text);
        },
        state.startsWith("[") ? "null" : state,
      );
      await page.page.reload();
      await page.settled();
      assert.equal(await text(page, ".value"), "−0.503 …");
    }
  });

  it("lets go of a selection that the next run does not have", async () => {
    const page = await panel("picture", { step: PIN });
    await press(page, "g");
    await page.page.keyboard.type("out[0, 15, 31, 31]");
    await press(page, "Enter");
    page.show(runs.tiny);
    page.session.seek(200);
    await page.settled();
    assert.equal(await text(page, ".index"), "out[n 0, f 0, oy 1, ox 2] · row 6");
  });

  it("drops what does not come by the protocol, without a word", async () => {
    const page = await panel("picture", { step: PIN });
    await page.page.evaluate(`for (const message of [
      null, 7, "x", {}, { t: "q" }, { t: "q", m: "moved", a: ["x"] }, { t: "q", m: "moved", a: [-5] }, { t: "q", m: "constructor", a: [] },
      { t: "q", m: "show", a: [{ run: null }] }, { t: "q", m: "__proto__", a: [] }, { t: "s", i: "nobody", r: 1 },
      { t: "q", m: "show", a: [{ run: { id: 1 }, step: 0, depth: "tap", marks: [], activity: null }] },
    ]) window.postMessage(message, "*")`);
    await page.settled();
    assert.equal(await text(page, ".value"), "−0.503 …");
    assert.equal(await page.page.locator(".track").getAttribute("aria-valuenow"), String(PIN));
  });
});
