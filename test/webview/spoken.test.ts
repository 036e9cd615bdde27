import assert from "node:assert/strict";
import * as layers from "./layers";
import type { PanelPage } from "./panelPage";
import { panelSuite, until } from "./suite";

/** What is said of steps of `layers.tiny`, whose numbers can be read off its filter and its 4 × 4 cells. */
const tiny: readonly (readonly [step: number, says: string])[] = [
  [0, "im2col copies 0 from the padding to col[row 0, tap 0], tap 1 of 9."],
  [4, "im2col copies −9 from x[n 0, c 0, iy 0, ix 0] to col[row 0, tap 4], tap 5 of 9."],
  [
    193,
    "gemm adds product 5 of 9 to out[n 0, f 0, oy 1, ox 1]: 3 from col[row 5, tap 4] times 0 from W[f 0, c 0, ky 1, kx 1]. The sum is 1.",
  ],
  [
    197,
    "gemm adds product 9 of 9 to out[n 0, f 0, oy 1, ox 1]: −6 from col[row 5, tap 8] times 1 from W[f 0, c 0, ky 2, kx 2]. The result is −9.",
  ],
  [296, "db adds gradient 9 of 16 to db[f 0]: 1 from dout[n 0, f 0, oy 2, ox 0]. The sum is 9."],
  [641, "col2im adds 0 from dcol[row 5, tap 4], tap 5 of 9, to dx[n 0, c 0, iy 1, ix 1]. The sum is 2."],
  [735, "col2im drops 1 from dcol[row 15, tap 8], tap 9 of 9: it belongs to the padding."],
];

describe("what is said of a step", () => {
  const { panel } = panelSuite({ tiny: layers.tiny, picture: layers.picture });
  const heard = async (on: PanelPage, says: string) => {
    await until(on, `document.querySelector("conv-speech [aria-live]").textContent === ${JSON.stringify(says)}`);
    assert.equal(await on.page.locator(".track").getAttribute("aria-valuetext"), says);
  };

  it("is a sentence with its numbers, in every stage and in the padding", async () => {
    const on = await panel("tiny");
    for (const [step, says] of tiny) {
      on.session.seek(step);
      await heard(on, says);
    }
  });

  it("tells the bias with the last product", async () => {
    const on = await panel("picture", { step: 187_136 });
    await until(on, `document.querySelector("conv-speech [aria-live]").textContent.includes("the result is 0.519.")`);
    const says = await on.page.locator("conv-speech [aria-live]").textContent();
    assert.ok(says?.startsWith("gemm adds product 27 of 27 to out[n 0, f 2, oy 11, ox 17]: "), says ?? "nothing");
    assert.match(says ?? "", / The sum is −?[\d.]+; with the bias 0\.059 the result is 0\.519\.$/);
  });
});
