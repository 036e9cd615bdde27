import assert from "node:assert/strict";
import { type Stage, stages } from "../../src/trace/order/stages";
import * as layers from "./layers";
import type { PanelPage } from "./panelPage";
import { PIN, panelSuite, text, until } from "./suite";
import { themeNames } from "./themes";

/** A step in the middle of each stage of `layers.picture`, and what its scene shows, left to right and top to bottom. */
const scenes: Readonly<
  Record<Stage, { readonly step: number; readonly panes: readonly string[]; readonly says: string }>
> = {
  im2col: {
    step: 18_000,
    panes: ["x", "x", "x", "col"],
    says: "im2col copies ",
  },
  gemm: {
    step: PIN,
    panes: ["x", "out", "col", "Wᵀ", "out"],
    says: "gemm adds product 14 of 27 to out[n 0, f 2, oy 11, ox 17]: 0.444 from col[row 369, tap 13] times 0.041 from W[f 2, c 1, ky 1, kx 1]. The sum is −0.503.",
  },
  db: { step: 480_000, panes: ["dout", "dout", "db"], says: "db adds gradient 769 of 1024 to db[f 9]: " },
  dW: {
    step: 560_000,
    panes: ["x", "dout", "colᵀ", "dout", "dWᵀ"],
    says: "dW adds product 897 of 1024 to dW[f 2, c 1, ky 2, kx 2]: ",
  },
  dcol: {
    step: 1_000_000,
    panes: ["dout", "W", "dout", "W", "dcol"],
    says: "dcol adds product 1 of 16 to dcol[row 164, tap 24]: ",
  },
  col2im: {
    step: 1_385_000,
    panes: ["dx", "dx", "dx", "count", "dcol"],
    says: "col2im adds ",
  },
};

describe("the panel in each stage", () => {
  const { panel, runs } = panelSuite({
    picture: layers.picture,
    spoilt: layers.spoilt,
    tiny: layers.tiny,
    uneven: layers.uneven,
  });

  it("is accessible in every theme, also where something was assumed and something went wrong", async () => {
    const page = await panel("spoilt", {
      step: PIN,
      notes: [{ label: "x", detail: "taken as CHW", choices: ["HWC"] }],
    });
    await until(page, `document.querySelector(".wrong") !== null`);
    await axeInEveryTheme(page);
  });

  for (const stage of stages) {
    const { step, panes, says } = scenes[stage];

    it(`shows what is read and what is written, says the step, and is accessible in every theme: ${stage}`, async () => {
      const page = await panel("picture", { step });
      assert.deepEqual(await page.page.locator(".caption b").allInnerTexts(), panes);
      assert.match(await text(page, ".words h2"), new RegExp(`^${stage} `));
      assert.equal(await page.page.locator(".segment.present .name").innerText(), stage);
      await until(
        page,
        `document.querySelector("conv-speech [aria-live]").textContent.startsWith(${JSON.stringify(says)})`,
      );
      await axeInEveryTheme(page);
    });

    it(`has room for everything beside an editor, and cuts no words: ${stage}`, async () => {
      const page = await panel("picture", { step, width: 480, height: 900 });
      assert.equal(await page.page.evaluate("document.documentElement.scrollWidth"), 480);
      const enlarged = [720, 450] as const; // 1440 × 900 with everything twice as large
      for (const [layer, sizes] of [
        ["picture", [enlarged]],
        [
          "tiny",
          [
            [480, 900],
            [900, 800],
          ],
        ],
        ["uneven", [[480, 900], enlarged]],
      ] as const)
        for (const [width, height] of sizes) {
          await page.page.setViewportSize({ width, height });
          const { steps } = page.show(runs[layer]).trace;
          page.session.seek(steps.spans[stage].start + (steps.spans[stage].count >> 1));
          await page.settled();
          assert.deepEqual(await cutTexts(page), [], `${layer} ${width} × ${height}`);
        }
    });
  }
});

async function axeInEveryTheme(page: PanelPage): Promise<void> {
  for (const theme of themeNames) {
    await page.setTheme(theme);
    await page.settled();
    assert.deepEqual(await page.axe(), [], theme);
  }
}

/** Texts of the scene and the strip that reach beyond the box that they are cut off at. */
async function cutTexts({ page }: PanelPage): Promise<string[]> {
  return await page.evaluate<string[]>(`(() => {
    const scene = document.querySelector("conv-scene").getBoundingClientRect();
    const beyond = (element, box) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      const { right, bottom } = range.getBoundingClientRect();
      return right > box.right + 1 || bottom > box.bottom + 1;
    };
    return [
      ...[...document.querySelectorAll("conv-pane .caption")].filter((each) => beyond(each, scene)),
      // What has no room at all is left out as a whole.
      ...[...document.querySelectorAll(".words > *")].filter((each) => {
        const words = each.parentElement.getBoundingClientRect();
        return each.getBoundingClientRect().left < words.right && beyond(each, words);
      }),
      ...[...document.querySelectorAll(".card .at, .card .total")].filter((each) => beyond(each, each.parentElement.getBoundingClientRect())),
    ].map((each) => each.textContent.replace(/\\s+/g, " ").trim());
  })()`);
}
