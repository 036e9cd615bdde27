import assert from "node:assert/strict";
import { ConvError } from "../../../src/base/errors";
import { geometryOf } from "../../../src/conv/geometry";
import { type ConvSpec, defaultSpec } from "../../../src/conv/spec";

function errorOf(x: number[], W: number[], spec: Partial<ConvSpec> = {}, b: number[] | null = null): string {
  try {
    geometryOf(x, W, b, { ...defaultSpec, ...spec });
  } catch (error) {
    assert.ok(error instanceof ConvError);
    assert.equal(error.code, "bad-geometry");
    assert.ok(!error.message.includes("\n") && !error.message.includes("undefined"), error.message);
    return error.message;
  }
  return assert.fail("a layer that cannot be was accepted");
}

/** [x, W, settings, b] and what the message has to say. */
// prettier-ignore
const refusals: [string, Parameters<typeof errorOf>, string[]][] = [
  ["x of three axes", [[3, 8, 8], [4, 3, 3, 3]], ["x has 3 axes", "[N, C, H, W]", "3×8×8"]],
  ["W of two axes", [[1, 3, 8, 8], [3, 3]], ["W has 2 axes", "[F, C/groups, kH, kW]", "3×3"]],
  ["stride 0", [[1, 1, 8, 8], [1, 1, 3, 3], { stride: 0 }], ["stride 0", "at least 1"]],
  ["stride [1, 0]", [[1, 1, 8, 8], [1, 1, 3, 3], { stride: [1, 0] }], ["stride [1,0]", "at least 1", "found 0"]],
  ["stride 1.5", [[1, 1, 8, 8], [1, 1, 3, 3], { stride: 1.5 }], ["stride 1.5", "whole numbers"]],
  ["stride NaN", [[1, 1, 8, 8], [1, 1, 3, 3], { stride: NaN }], ["stride", "whole numbers"]],
  ["dilation 0", [[1, 1, 8, 8], [1, 1, 3, 3], { dilation: 0 }], ["dilation 0", "at least 1"]],
  ["padding −1", [[1, 1, 8, 8], [1, 1, 3, 3], { padding: -1 }], ["padding -1", "at least 0"]],
  ["padding [[0, 1], [−2, 0]]", [[1, 1, 8, 8], [1, 1, 3, 3], { padding: [[0, 1], [-2, 0]] }], ["padding", "at least 0", "-2"]],
  ["groups 0", [[1, 4, 8, 8], [4, 4, 3, 3], { groups: 0 }], ["groups 0", "at least 1"]],
  ["groups 1.5", [[1, 4, 8, 8], [4, 4, 3, 3], { groups: 1.5 }], ["groups 1.5", "a whole number"]],
  ["groups against filters", [[1, 3, 8, 8], [16, 1, 3, 3], { groups: 3 }], ["groups 3 does not divide 16 filters", "1, 2, 4, 8, 16", "16×1×3×3", "1×3×8×8"]],
  ["groups against channels", [[1, 3, 8, 8], [4, 1, 3, 3], { groups: 2 }], ["groups 2 does not divide 3 channels", "1, 3", "4×1×3×3", "1×3×8×8"]],
  ["W's channels", [[1, 3, 8, 8], [4, 2, 3, 3]], ["W 4×2×3×3", "x 1×3×8×8", "takes 2 input channels", "has 3"]],
  ["W's channels in groups", [[2, 6, 8, 9], [4, 2, 3, 3], { groups: 2 }], ["W 4×2×3×3 with groups 2 takes 4", "x 2×6×8×9 has 6", "3 channels"]],
  ["a bias of another length", [[1, 3, 8, 8], [4, 3, 3, 3], {}, [3]], ["bias", "[4]", "W 4×3×3×3", "[3]"]],
  ["a bias of two axes", [[1, 3, 8, 8], [4, 3, 3, 3], {}, [4, 1]], ["bias", "[4]", "[4, 1]"]],
  ["W without filters", [[1, 3, 8, 8], [0, 3, 3, 3]], ["no filters", "0×3×3×3"]],
  ["a kernel of height 0", [[1, 3, 8, 8], [1, 3, 0, 3]], ["kernel's height is 0", "at least 1"]],
  ["a kernel too tall", [[1, 1, 2, 9], [1, 1, 3, 3], { stride: 2 }], ["height 2 + 0 + 0 = 2", "1·(3 − 1) + 1 = 3", "floor((2 + 0 + 0 − 3) / 2) + 1", "found 0"]],
  ["a kernel too wide once dilated", [[1, 1, 9, 6], [1, 1, 3, 3], { dilation: 4, padding: [4, 1] }], ["width 6 + 1 + 1 = 8", "4·(3 − 1) + 1 = 9", "smaller kernel or dilation, or more padding"]],
  ["height 0", [[1, 1, 0, 4], [1, 1, 1, 1], { padding: 1 }], ["x has height 0"]],
  ["reflecting the whole axis", [[1, 1, 4, 4], [1, 1, 3, 3], { padding: [1, 4], paddingMode: "reflect" }], ["padding 4 + 4", "reflect", "width 4", "less than 4"]],
  ["wrapping more than once", [[1, 1, 4, 4], [1, 1, 3, 3], { padding: [5, 0], paddingMode: "circular" }], ["padding 5 + 5", "circular", "height 4", "at most 4"]],
  ["more elements than can be counted", [[2 ** 30, 1, 2 ** 12, 2 ** 12], [1, 1, 1, 1]], ["more than can be counted exactly"]],
];

describe("layers that cannot be", () => {
  for (const [name, input, says] of refusals)
    it(name, () => {
      const message = errorOf(...input);
      for (const part of says) assert.ok(message.includes(part), `"${message}" should say "${part}"`);
    });

  it("rejects before dividing: no size of 1 from a negative numerator", () => {
    assert.match(errorOf([1, 1, 2, 2], [1, 1, 3, 3], { stride: 2 }), /larger than the padded input/);
    assert.match(errorOf([1, 1, 2, 2], [1, 1, 3, 3], { stride: 7 }), /larger than the padded input/);
  });

  it("accepts the largest padding that a mode can show", () => {
    const most = (paddingMode: "reflect" | "circular", padding: number) =>
      geometryOf([1, 1, 4, 4], [1, 1, 3, 3], null, { ...defaultSpec, paddingMode, padding }).y.out;
    assert.equal(most("reflect", 3), 8);
    assert.equal(most("circular", 4), 10);
  });
});
