import assert from "node:assert/strict";
import * as layers from "./layers";
import { PIN, panelSuite, until } from "./suite";

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

describe("a run that was edited", () => {
  const { panel, runs } = panelSuite({ picture: layers.picture, tiny: layers.tiny });

  /** The same, with one cell of out that was another number before. */
  const before = () => {
    const { out } = runs.picture.tensors;
    const data = out.data.slice();
    data[2 * 1024 + 11 * 32 + 17] += 0.25;
    return { ...runs.picture, tensors: { ...runs.picture.tensors, out: { ...out, data } as typeof out } };
  };
  const changes = `[...document.querySelectorAll("conv-pane")].filter((pane) => pane.innerText.includes("Δ out")).length`;

  it("shows what has become of out as a heatmap of its own, at the same step; a chip hides it and shows it", async () => {
    const page = await panel("picture", { step: PIN });
    assert.equal(await page.page.evaluate(changes), 0);
    page.show(runs.picture, { before: before() });
    page.session.seek(PIN);
    await until(page, `${changes} === 1`);
    const chip = page.page.locator(".chip[aria-pressed]");
    assert.equal(await chip.innerText(), "Δ out −0.250 … 0");
    assert.match((await chip.getAttribute("data-tip")) ?? "", /1 of 16.384 cells[^]*out\[n 0, f 2, oy 11, ox 17\]/);
    await chip.click();
    await until(page, `${changes} === 0`);
    await chip.click();
    await until(page, `${changes} === 1`);
  });

  it("is drawn from what comes with it, which is not asked for, and looks as if it were", async () => {
    const page = await panel("picture", { step: PIN });
    await page.page.evaluate(`{
      const toHost = window.toHost;
      window.asked = [];
      window.toHost = (text) => {
        asked.push(...JSON.parse(text).map(({ m, a }) => [m, JSON.stringify(a[0])]));
        return toHost(text);
      };
      window.foretold = [];
      addEventListener("message", ({ data }) => {
        for (const { m, a } of data)
          if (m === "show") foretold.push(...a[0].foretold.map(({ request, about }) => [request, JSON.stringify(about)]));
      });
    }`);
    page.session.setRun(before());
    page.host.show({ session: page.session, title: "edges", notes: [] });
    await page.settled();
    // All of it on a quiet machine: what takes too long to foretell is asked for.
    const known = new Set(await page.page.evaluate<string[]>("foretold.map(String)"));
    const asked = await page.page.evaluate<string[]>("asked.map(String)");
    assert.ok(known.size > 0);
    assert.deepEqual(
      asked.filter((request) => known.has(request)),
      [],
    );
    const drawn = await page.page.screenshot();
    await page.page.reload();
    await page.settled();
    assert.ok(drawn.equals(await page.page.screenshot()));
  });

  for (const motion of ["no-preference", "reduce"] as const)
    it(`lights up the shapes that have changed (motion: ${motion})`, async () => {
      const page = await panel("picture", { step: PIN });
      await page.page.emulateMedia({ reducedMotion: motion });
      // The animations of a moment are gone before anybody could look.
      await page.page.evaluate(`{
        window.announced = [];
        const animate = Element.prototype.animate;
        Element.prototype.animate = function (...how) { announced.push(this.dataset.label); return animate.apply(this, how); };
      }`);
      const run = await layers.runLayer({ ...layers.picture(), dout: undefined, spec: { padding: 1, stride: 2 } });
      page.show(run, { before: runs.picture });
      await until(page, `document.querySelector(".was")?.innerText === "out was 1×16×32×32"`);
      const announced = await page.page.evaluate<(string | null)[]>("announced.filter((label) => label)");
      assert.deepEqual(announced, motion === "reduce" ? [] : ["dout", "dcol"]);
    });

  const pane = `[...document.querySelectorAll("conv-pane")].find((pane) => pane.innerText.startsWith("Wᵀ"))`;
  const weights = `${pane}.querySelector("conv-heatmap").shadowRoot.querySelector("canvas").getBoundingClientRect().toJSON()`;

  it("takes a weight that is dragged, or changed by Alt and an arrow key, as steps of its last digit", async () => {
    const page = await panel(null);
    page.show(runs.tiny, { writable: ["W"] });
    page.session.seek(page.session.trace.steps.spans.gemm.start);
    await page.settled();
    const { x, y, width, height } = await page.page.evaluate<Box>(weights);
    const { mouse, keyboard } = page.page;
    await mouse.move(x + width / 2, y + height / 2); // of nine weights the fifth
    await mouse.down();
    await mouse.move(x + width / 2, y + height / 2 - 8);
    await mouse.move(x + width / 2, y + height / 2 - 12);
    await mouse.up();
    await page.settled();
    const dragged = { tensor: "W", offset: 4, stride: 0 };
    assert.deepEqual(page.nudges, [
      { ...dragged, by: 2, begins: true },
      { ...dragged, by: 3, begins: false },
    ]);
    await mouse.click(x + width / 2, y + height / 2);
    await page.settled();
    page.nudges.length = 0;
    await keyboard.press("Alt+Shift+ArrowDown");
    await page.settled();
    assert.deepEqual(page.nudges, [{ ...dragged, by: -1, stride: 1, begins: true }]);
    const spinner = page.page.locator("[role=spinbutton]");
    assert.equal(await spinner.getAttribute("aria-label"), "W[f 0, c 0, ky 1, kx 1]");
    await spinner.press("ArrowUp");
    await page.settled();
    assert.deepEqual(page.nudges.slice(1), [{ ...dragged, by: 1, begins: true }]);
  });

  it("leaves numbers alone that stand in no text", async () => {
    const page = await panel(null);
    page.show(runs.tiny);
    page.session.seek(page.session.trace.steps.spans.gemm.start);
    await page.settled();
    const { x, y, width, height } = await page.page.evaluate<Box>(weights);
    await page.page.mouse.click(x + width / 2, y + height / 2);
    await page.page.keyboard.press("Alt+ArrowUp");
    await page.settled();
    assert.deepEqual(page.nudges, []);
    assert.equal(await page.page.locator("[role=spinbutton]").count(), 0);
  });
});
