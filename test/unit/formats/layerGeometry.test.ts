import assert from "node:assert/strict";
import { base, load } from "./layerSupport";
import { fault } from "./support";

describe("formats: geometry that cannot be", () => {
  const cases: [string, object, RegExp, string][] = [
    [
      "output of nothing",
      { padding: 0, weight: { random: [1, 2, 9, 3] } },
      /kernel is larger than the padded input: height 4 \+ 0 \+ 0 = 4.*1·\(9 − 1\) \+ 1 = 9/,
      "padding",
    ],
    ["dilation too far", { dilation: 4 }, /spans 4·\(3 − 1\) \+ 1 = 9/, "dilation"],
    ["groups and filters", { groups: 2 }, /groups 2 does not divide 3 filters.*Use 1, 3/, "groups"],
    ["groups and channels", { groups: 3 }, /groups 3 does not divide 2 channels/, "groups"],
    [
      "weight channels",
      { weight: { random: [3, 1, 3, 3] } },
      /W 3×1×3×3 with groups 1 takes 1 input channel, but x 1×2×4×5 has 2/,
      "weight",
    ],
    ["bias", { bias: [1, 2] }, /bias does not fit the filters: expected \[3\].*found \[2\]/, "bias"],
    [
      "padding mode",
      { padding: 9, paddingMode: "reflect" },
      /too large for padding mode reflect on height 4/,
      "padding",
    ],
    ["empty width", { input: { random: [1, 2, 4, 0] }, padding: 1 }, /x has width 0/, "input"],
    ["no filters", { weight: { random: [0, 2, 3, 3] } }, /W has no filters/, "weight"],
    ["no kernel", { weight: { random: [3, 2, 0, 3] } }, /the kernel's height is 0/, "weight"],
  ];
  for (const [name, change, message, key] of cases)
    it(name, async () => {
      const text = JSON.stringify({ ...base, ...change }, null, 2);
      const error = await fault("bad-geometry", () => load(text));
      assert.match(error.message, message);
      assert.equal(error.fault.at?.path, key);
      const line = text.split("\n").findIndex((each) => each.includes(`"${key}":`)) + 1;
      assert.equal(error.fault.at.line, line);
    });

  it("an empty batch is no error", async () => {
    const layer = await load({ ...base, input: { random: [0, 2, 4, 5] } });
    assert.deepEqual([layer.x.shape, layer.geometry.rows], [[0, 2, 4, 5], 0]);
  });

  it("asks for the layout where another one would fit, and does not guess", async () => {
    const error = await fault("bad-geometry", () => load({ ...base, input: "x_nhwc.npy" }));
    assert.match(error.message, /If the axes stand in another order, say "layout": {"input":"NHWC"}/);
    const both = await fault("bad-geometry", () =>
      load({ input: { random: [1, 8, 8, 3] }, weight: { random: [5, 5, 3, 16] } }),
    );
    assert.match(both.message, /{"input":"NHWC","weight":"HWIO"}/);
    const said = await fault("bad-geometry", () => load({ ...base, input: "x_nhwc.npy", layout: { input: "NCHW" } }));
    assert.doesNotMatch(said.message, /another order/);
  });
});
