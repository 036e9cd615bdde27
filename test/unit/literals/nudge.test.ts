import assert from "node:assert/strict";
import fc from "fast-check";
import { nudged } from "../../../src/literals/nudge";

describe("a number that is dragged", () => {
  it("moves by its last digit, and keeps how it is written", () => {
    for (const [written, by, expected] of [
      ["5", 1, "6"],
      ["5", -7, "-2"],
      ["-1", 1, "0"],
      ["-3.0f", 1, "-2.9f"],
      ["-0.1", 1, "0.0"],
      ["0.25", -30, "-0.05"],
      [".5", 1, ".6"],
      [".9", 1, "1.0"],
      ["5.", -1, "4."],
      ["1.50e-3", 1, "1.51e-3"],
      ["1f32", 1, "2f32"],
      ["−2", -1, "−3"],
      ["- 2", 5, "3"],
      ["+1", 1, "+2"],
      ["0.30000000000000004", 1, "0.30000000000000005"],
    ] as const)
      assert.equal(nudged(written, by), expected, written);
  });

  it("takes a finer step with one more digit, and a coarser one of ten", () => {
    assert.equal(nudged("5", 1, -1), "5.1");
    assert.equal(nudged("-0.25", -1, -1), "-0.251");
    assert.equal(nudged("5.", 2, -1), "5.2");
    assert.equal(nudged("0.25", 1, 1), "0.35");
  });

  it("is left alone where it is no plain number", () => {
    for (const written of [
      "1/9",
      "0x1F",
      "010",
      "np.inf",
      "1_000",
      "float('nan')",
      "(1)",
      "",
      "1 2",
      '"NaN"',
      "12345678901234567890.5",
    ])
      assert.equal(nudged(written, 1), null, written);
  });

  it("comes back by as many steps", () => {
    const digits = fc.tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 0, max: 4 }));
    fc.assert(
      fc.property(digits, fc.integer({ min: -1_000_000, max: 1_000_000 }), ([value, places], by) => {
        const written = (value / 10 ** places).toFixed(places).replace(/^-(0(?:\.0+)?)$/, "$1");
        assert.equal(nudged(nudged(written, by) ?? "", -by), written);
      }),
    );
  });
});
