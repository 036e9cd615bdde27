import assert from "node:assert/strict";
import * as layers from "./layers";
import { PIN, panelSuite, text, until } from "./suite";

describe("what goes on beside a run in the panel", () => {
  const { panel, runs } = panelSuite({ picture: layers.picture, tiny: layers.tiny, spoilt: layers.spoilt });

  describe("what was assumed, and what went wrong", () => {
    it("offers another assumption on its chip, one click away", async () => {
      const page = await panel("tiny", { notes: [{ label: "x", detail: "taken as CHW", choices: ["HWC", "CWH"] }] });
      await page.page.locator(".assumed button", { hasText: "CWH" }).click();
      await page.settled();
      assert.deepEqual(page.chosen, [[0, 1]]);
    });

    it("shows breakpoints on the timeline, and stops at them", async () => {
      const page = await panel("picture", { step: PIN });
      const target = { kind: "element", tensor: "out", region: "[0, 2, 11, 17]", on: "written" } as const;
      page.session.breakpoints.set("test", [{ id: 1, target }]);
      await page.settled();
      const marks = page.page.locator(".mark.breakpoint");
      assert.equal(await marks.count(), 27);
      assert.equal(
        await marks.first().getAttribute("aria-label"),
        "Breakpoint: out[0, 2, 11, 17] written, 27 steps, step 187\u202f110",
      );
      // Where a condition holds first is looked for.
      page.session.breakpoints.set("test", [{ id: 1, target, condition: "ky == 2" }]);
      await until(page, `document.querySelectorAll(".mark.breakpoint").length === 1`);
      assert.equal(
        await marks.first().getAttribute("aria-label"),
        "Breakpoint: out[0, 2, 11, 17] written, first, step 187\u202f116",
      );
      await page.page.getByRole("button", { name: "Continue", exact: true }).click();
      // The pin is c 1, ky 1, kx 1; two steps on, ky is 2.
      await until(page, `document.querySelector(".track").getAttribute("aria-valuenow") === "${PIN + 2}"`);
      page.session.breakpoints.set("test", []);
      await page.settled();
      assert.equal(await marks.count(), 0);
    });

    it("shows the way to the first NaN or infinity, whatever tensor is looked at", async () => {
      const page = await panel("spoilt");
      await until(page, `document.querySelector(".wrong") !== null`);
      // The infinite weight W[5, 0, 1, 1] is met first, by the first window, in the fifth product of filter 5.
      await page.page.getByRole("button", { name: "Go to first ±Inf" }).click();
      await page.settled();
      assert.equal(page.session.step, 27_648 + 5 * 27 + 4);
      const clean = page.show(runs.tiny);
      clean.seek(200);
      await page.settled();
      assert.equal(await page.page.locator(".wrong").count(), 0);
    });
  });

  describe("in its other states", () => {
    it("says what to do where nothing has run, and passes the button on", async () => {
      const page = await panel(null);
      assert.match(await text(page, "main"), /Nothing has run yet/);
      assert.deepEqual(await page.axe(), []);
      await page.screenshot("panel-empty");
      await page.page.locator("vscode-button", { hasText: "Open a Sample" }).click();
      await page.settled();
      assert.deepEqual(page.acts, ["openSample"]);
    });

    it("shows progress, and an error with file, cause and remedy; then the run", async () => {
      const page = await panel(null);
      page.host.setActivity({ kind: "running", title: "edges.conv.json", fraction: 0.4, detail: "computing" });
      await page.settled();
      assert.match(await text(page, "main"), /edges.conv.json computing, 40 % Cancel/);
      assert.deepEqual(await page.axe(), []);
      await page.page.locator("vscode-button", { hasText: "Cancel" }).click();
      const failure = {
        what: "Groups 3 does not divide 16 filters",
        where: "edges.conv.json, 4:12",
        cause: "",
        remedy: "Use 1, 2, 4",
      };
      page.host.setActivity({ kind: "failed", title: "edges.conv.json", failure });
      await page.settled();
      assert.match(await text(page, "main"), /Groups 3 does not divide 16 filters .* 4:12 Remedy Use 1, 2, 4/);
      assert.deepEqual(await page.axe(), []);
      await page.screenshot("panel-failed");
      page.show(runs.tiny);
      await page.settled();
      assert.equal(await page.page.locator("conv-pane").count(), 3);
      assert.deepEqual(page.acts, ["cancel"]);
    });

    it("keeps the run in view under an error, under a newer file, and while the next one runs", async () => {
      const page = await panel("picture", { step: PIN });
      const failure = {
        what: "Not a .npy file",
        where: "x.npy, byte 0",
        cause: "Expected \\x93NUMPY",
        remedy: "Save it again",
      };
      page.host.setActivity({ kind: "failed", title: "edges", failure });
      await page.settled();
      assert.match(await text(page, ".banner"), /Not a \.npy file x\.npy, byte 0 .* Shown is the run before/);
      assert.equal(await text(page, ".value"), "−0.503 …");
      assert.deepEqual(await page.axe(), []);
      await page.screenshot("panel-banner");
      page.host.setActivity({ kind: "stale", reason: "The layer file has changed." });
      await page.settled();
      await page.page.locator(".banner button", { hasText: "Run Again" }).click();
      page.host.setActivity({ kind: "running", title: "edges", fraction: null, detail: "reading" });
      await page.settled();
      assert.match(await text(page, ".banner"), /edges: reading/);
      assert.deepEqual(await page.axe(), []);
      await page.page.locator(".banner button", { hasText: "Cancel" }).click();
      await page.settled();
      assert.deepEqual(page.acts, ["runAgain", "cancel"]);
    });

    it("shows text as text, whatever a title holds", async () => {
      const page = await panel("tiny", { title: `<img src=x onerror="alert(1)">` });
      assert.equal(await page.page.locator("img").count(), 0);
      assert.equal(await page.page.locator("h1").textContent(), `<img src=x onerror="alert(1)">`);
    });
  });
});
