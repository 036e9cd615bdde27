import assert from "node:assert/strict";
import { mark } from "../../src/tensor/slice";
import * as layers from "./layers";
import type { PanelPage } from "./panelPage";
import { PIN, panelSuite, press, text, until } from "./suite";

describe("the panel in a browser", () => {
  const { panel, runs } = panelSuite({
    picture: layers.picture,
    tiny: layers.tiny,
    uneven: layers.uneven,
    spoilt: layers.spoilt,
    deep: layers.deep,
  });

  describe("at the pin of the design", () => {
    it("says the step, in words and numbers, as the mock's own arithmetic has it", async () => {
      const page = await panel("picture", { step: PIN });
      assert.equal(
        await page.page.locator(".track").getAttribute("aria-valuetext"),
        "gemm, row 369 (n 0, oy 11, ox 17), filter 2, tap 13 of 27: 0.444 × 0.041, sum −0.503",
      );
      assert.equal(await text(page, ".index"), "out[n 0, f 2, oy 11, ox 17] · row 369");
      assert.equal(await text(page, ".value"), "−0.503 …");
      assert.equal(await text(page, ".bits"), "−0.5034949 0xbf00e50b");
      assert.match(await text(page, ".inspector .section"), /14 of 27 products added/);
      assert.equal(await text(page, ".card.now"), "13 c1 1,1 0.444 × 0.041 Σ −0.503");
      assert.equal(await page.page.locator(".chip[aria-current=step] b").innerText(), "· Wᵀ");
      assert.equal(await page.page.locator(".timeline input").inputValue(), "187\u202f123");
    });

    for (const width of [480, 1280])
      for (const fused of [true, false])
        it(`says on one line which arithmetic ran: ${fused ? "fused" : "not fused"}, ${width} wide`, async () => {
          const run = runs.picture;
          const ran = { ...run, arithmetic: { ...run.arithmetic, fused } };
          const { page } = await panel(null, { run: ran, step: PIN, width });
          if (width < 860) await page.keyboard.press("s"); // the inspector opens over the scene
          const row = (name: string) =>
            page.locator(".facts tr").filter({ has: page.getByText(name, { exact: true }) });
          const says = fused ? "fast: fused multiply-add" : "reproducible: multiply, add";
          assert.equal(await row("sums").locator("td").innerText(), says);
          assert.equal(await row("blocks").locator("td").innerText(), "128 products each");
          const height = async (name: string) => (await row(name).boundingBox())?.height;
          assert.equal(await height("sums"), await height("groups"));
        });

    it("reads the present step aloud when it has come to rest", async () => {
      const page = await panel("picture", { step: PIN });
      await until(page, `document.querySelector("conv-speech p").textContent !== ""`);
      await press(page, "n");
      await until(
        page,
        `document.querySelector("conv-speech p").textContent.includes("tap 14 of 27: 0.514 × 0.465, sum −0.265")`,
      );
    });
  });

  it("pages the taps of a long sum around the present one, with the ends of its blocks and the bias last", async () => {
    // gemm starts after 200 × 288 copies; row 57 (n 0, oy 5, ox 7), filter 4, tap 140.
    const page = await panel("deep", { step: 57_600 + (57 * 6 + 4) * 288 + 140 });
    assert.match(await text(page, ".strip-head .progress"), /^141 of 288 · block 2 of 3$/);
    const cards = () => page.page.locator(".card .at b").allInnerTexts();
    const first = await cards();
    assert.ok(first.includes("140") && first.length >= 8);
    await page.page.getByRole("button", { name: "Later taps" }).click();
    await page.settled();
    const second = await cards();
    assert.equal(Number(second[0]), Number(first[0]) + first.length);
    assert.equal(page.session.step, 57_600 + (57 * 6 + 4) * 288 + 140);
    // Back a page: the end of the first block, after product 127, is marked.
    await page.page.getByRole("button", { name: "Earlier taps" }).click();
    await page.page.getByRole("button", { name: "Earlier taps" }).click();
    await page.settled();
    assert.deepEqual(await page.page.locator(".card.ends-block .at b").allInnerTexts(), ["127"]);
    await page.screenshot("panel-deep");
    // The last step of the cell adds the bias.
    page.session.seek(57_600 + (57 * 6 + 5) * 288 - 1);
    await page.settled();
    assert.equal((await cards()).at(-1), "b");
    const final = await text(page, ".value");
    assert.equal(await page.page.locator(".card").last().locator(".total").innerText(), `= ${final}`);
  });

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

  describe("by keyboard alone", () => {
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

  describe("under the pointer", () => {
    it("follows the scrubber from end to end, and ends where it was let go", async () => {
      const page = await panel("picture", { step: PIN });
      const box = (await page.page.locator(".track").boundingBox())!;
      const y = box.y + 14;
      await page.page.mouse.move(box.x + 4, y);
      await page.page.mouse.down();
      const seen: number[] = [];
      for (let i = 1; i <= 40; i++) {
        await page.page.mouse.move(box.x + 4 + ((box.width - 8) * i) / 40, y);
        seen.push(Number((await page.page.locator(".track").getAttribute("aria-valuenow")) ?? -1));
      }
      await page.page.mouse.up();
      await page.settled();
      // Never a jump back: the thumb stays under the hand whatever the host is still answering.
      assert.deepEqual(
        seen,
        [...seen].sort((a, b) => a - b),
      );
      assert.equal(page.session.step, seen.at(-1));
      await page.page.mouse.click(box.x + 2, y);
      await page.settled();
      assert.ok(page.session.step < 2000);
    });

    it("lights an input cell's outputs, an output's window, row and filter", async () => {
      const page = await panel("tiny", { step: 200 });
      const linked = (title: string) =>
        page.page.evaluate<string[]>(`[...document.querySelectorAll("conv-pane")]
          .filter((pane) => pane.pane.title === ${JSON.stringify(title)})
          .map((pane) => pane.heatmap.overlays.filter(({ role }) => role === "linked")
            .map(({ rect }) => rect.top + "," + rect.left + "-" + rect.bottom + "," + rect.right).join(" "))`);
      const cell = async (title: string, row: number, col: number) => {
        const heatmap = page.page.locator("conv-pane", { has: page.page.locator(`b:text-is("${title}")`) }).first();
        const view = await heatmap.evaluate<{ x: number; y: number }, readonly [number, number]>(
          (pane, [r, c]) => {
            const { heatmap: map } = pane as unknown as {
              heatmap: { view: { top: number; left: number; cellWidth: number; cellHeight: number } } & {
                getBoundingClientRect(): { left: number; top: number };
              };
            };
            const box = map.getBoundingClientRect();
            const { top, left, cellWidth, cellHeight } = map.view;
            return { x: box.left + 4 + (c - left + 0.5) * cellWidth, y: box.top + 4 + (r - top + 0.5) * cellHeight };
          },
          [row, col],
        );
        await page.page.mouse.move(view.x, view.y);
        await page.settled();
      };
      await cell("x", 0, 0);
      // x[0, 0] of 4×4 under 3×3 with padding 1: read by outputs (0,0), (0,1), (1,0), (1,1).
      assert.equal((await linked("out"))[0], "0,0-1,1 0,1-1,2 1,0-2,1 1,1-2,2");
      assert.equal((await linked("col"))[0], "0,4-1,5 1,3-2,4 4,1-5,2 5,0-6,1");
      await cell("out", 1, 2);
      assert.equal((await linked("x"))[0], "0,1-3,4");
      assert.equal((await linked("col"))[0], "6,0-7,9");
      assert.equal((await linked("Wᵀ"))[0], "0,0-9,1");
      await page.page.mouse.move(5, 5);
      await page.settled();
      assert.equal((await linked("x"))[0], "");
    });

    it("explains a size with this layer's numbers", async () => {
      const page = await panel("uneven", { step: 9000 });
      await page.page.locator(".chip", { hasText: "out" }).hover();
      await page.page.waitForSelector(".tip:not([hidden])");
      const formula = await text(page, ".tip");
      assert.match(formula, /oH = floor\(\(9 \+ 2 \+ 1 − 3\) \/ 2\) \+ 1 = 5/);
      assert.match(formula, /2·\(2 − 1\) \+ 1 = 3/);
      await page.screenshot("panel-tip");
    });

    it("goes where a chip, a card, a term and a mark lead", async () => {
      const page = await panel("spoilt", { step: PIN });
      await page.page.locator(".card.future").first().click();
      await page.settled();
      assert.equal(page.session.step, PIN + 1);
      await page.page.locator(".terms th button").first().click(); // c1 ky2 kx2: the largest, tap 17
      await page.settled();
      assert.equal(page.session.step, PIN + 4);
      await page.page.locator(".mark").first().click();
      await page.settled();
      assert.match(
        await page.page.locator(".mark").first().getAttribute("data-tip").then(String),
        /^First (NaN|infinity) in out/,
      );
      await page.page.locator(".segmented button", { hasText: "Backward" }).click();
      await page.settled();
      assert.equal(page.session.step, 470_016);
      await page.page.locator(".chip", { hasText: "dW" }).click();
      await page.settled();
      assert.equal(page.session.step, 486_400);
      await page.page.locator(".tensor .alarm .link").first().click(); // the first NaN of dW
      await page.settled();
      assert.match(await text(page, ".value"), /^NaN$/);
    });

    it("keeps the matrices of a product together when one is zoomed", async () => {
      const page = await panel("picture", { step: PIN });
      const pane = (title: string, at = 0) =>
        page.page.evaluate<{ top: number; left: number; cellWidth: number; cellHeight: number }>(
          `[...document.querySelectorAll("conv-pane")].filter((pane) => pane.pane.title === "${title}" && pane.pane.picture.plane === null)[${at}].heatmap.view`,
        );
      const box = (await page.page.locator("conv-pane", { has: page.page.locator('b:text-is("col")') }).boundingBox())!;
      await page.page.mouse.move(box.x + 200, box.y + 200);
      for (let i = 0; i < 5; i++) await page.page.mouse.wheel(0, -120);
      await page.page.waitForTimeout(300);
      await page.settled();
      const [col, out, W] = [await pane("col"), await pane("out"), await pane("Wᵀ")];
      assert.ok(col.cellHeight > 15);
      const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 0.01, `${a} and ${b}`);
      near(col.top, out.top);
      near(col.cellHeight, out.cellHeight);
      near(col.left, W.top);
      near(out.left, W.left);
      near(out.cellWidth, W.cellWidth);
    });
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
      await page.page.waitForTimeout(300);
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

  describe("where it is narrow", () => {
    it("says the present element in a line, and opens the inspector over the scene", async () => {
      const page = await panel("picture", { step: PIN, width: 540, height: 900 });
      const handle = page.page.locator(".handle");
      assert.equal(await text(page, ".handle"), "Inspector: out[n 0, f 2, oy 11, ox 17] −0.503 final 0.519");
      assert.equal(await handle.getAttribute("aria-expanded"), "false");
      assert.equal(await page.page.locator(".section").count(), 0);
      const scene = await page.page.locator("conv-scene").boundingBox();
      const timeline = await page.page.locator("conv-timeline").boundingBox();
      assert.ok(scene!.height > 500 && timeline!.y + timeline!.height <= 900);
      await handle.click();
      await page.settled();
      assert.match(await text(page, ".sheet .section"), /14 of 27 products added/);
      // As high as the page allows, and all of it within reach.
      const sheet = (await page.page.locator(".sheet").boundingBox())!;
      assert.ok(sheet.height > 400 && sheet.y + sheet.height <= timeline!.y);
      await page.page.getByRole("rowheader", { name: "kernel" }).scrollIntoViewIfNeeded();
      const last = (await page.page.getByRole("rowheader", { name: "kernel" }).boundingBox())!;
      assert.ok(last.x >= 0 && last.x < 540 && last.y + last.height <= sheet.y + sheet.height + 1);
      assert.deepEqual(await page.page.locator("conv-scene").boundingBox(), scene);
      assert.deepEqual(await page.axe(), []);
      await page.screenshot("panel-540-sheet");
      await press(page, "Escape");
      assert.equal(await handle.getAttribute("aria-expanded"), "false");
      await press(page, "s");
      assert.equal(await handle.getAttribute("aria-expanded"), "true");
      // With room again, it is beside the scene.
      await page.page.setViewportSize({ width: 1200, height: 900 });
      await page.settled();
      assert.equal(await handle.count(), 0);
      assert.match(await text(page, ".inspector .section"), /14 of 27 products added/);
    });

    for (const [width, height] of [
      [480, 900],
      [540, 900],
      [720, 450], // 1440 × 900 with everything twice as large
    ] as const)
      it(`needs no scrolling sideways, and keeps the timeline in view: ${width} × ${height}`, async () => {
        const page = await panel("picture", { step: PIN, width, height });
        assert.equal(await page.page.evaluate("document.documentElement.scrollWidth"), width);
        // A field for steps of eleven digits.
        await page.page.evaluate(`document.querySelector(".timeline input").style.width = "calc(15ch + 18px)"`);
        const timeline = (await page.page.locator(".timeline").boundingBox())!;
        assert.ok(timeline.height < 84, "two lines");
        const field = await page.page.locator(".timeline input").boundingBox();
        assert.ok(field!.x + field!.width <= width && field!.y + field!.height <= height);
        assert.deepEqual(await page.axe(), []);
      });
  });

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

  describe("after a reload", () => {
    it("is where it was, and is looked at as it was", async () => {
      const page = await panel("picture", { step: PIN });
      const { page: tab } = page;
      await tab.getByRole("button", { name: "x: next c" }).click();
      await press(page, "g");
      await tab.keyboard.type("out[0, 5, 3, 4]");
      await press(page, "Enter");
      page.session.seek(PIN);
      await tab.locator(".tensor-name", { hasText: "dW" }).click();
      await tab.waitForTimeout(300);
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
