import assert from "node:assert/strict";
import { backwardFlow, forwardFlow } from "../../../src/conv/flow";
import { geometryOf } from "../../../src/conv/geometry";
import { defaultSpec } from "../../../src/conv/spec";

const chips = (steps: ReturnType<typeof forwardFlow>) => steps.map(({ label, shape }) => `${label} ${shape.join("×")}`);

describe("shape flow", () => {
  it("is the one on paper", () => {
    const g = geometryOf([1, 3, 32, 32], [16, 3, 3, 3], [16], { ...defaultSpec, padding: 1 });
    assert.deepEqual(chips(forwardFlow(g)), [
      "x 1×3×32×32",
      "pad 34×34",
      "col 1024×27",
      "· Wᵀ 27×16",
      "+ b 16",
      "out 1×16×32×32",
    ]);
    assert.deepEqual(chips(backwardFlow(g)), [
      "dout 1×16×32×32",
      "db 16",
      "dW 16×3×3×3",
      "dcol 1024×27",
      "dx 1×3×32×32",
    ]);
  });

  it("leaves the bias out where there is none, and derives every size in this layer's numbers", () => {
    const spec = { ...defaultSpec, stride: [2, 3], dilation: [2, 1], groups: 2 } as const;
    const g = geometryOf([2, 4, 11, 9], [6, 2, 3, 2], null, spec);
    const steps = forwardFlow(g);
    assert.deepEqual(chips(steps), ["x 2×4×11×9", "pad 11×9", "col 24×24", "· Wᵀ 12×6", "out 2×6×4×3"]);
    const lines = steps.flatMap(({ why }) => why);
    for (const line of [
      "oH = floor((11 + 0 + 0 − 5) / 2) + 1 = 4",
      "oW = floor((9 + 0 + 0 − 2) / 3) + 1 = 3",
      "the kernel spans height 2·(3 − 1) + 1 = 5",
      "rows = batch · oH · oW = 2 · 4 · 3 = 24",
      "taps = channels · kH · kW = 4 · 3 · 2 = 24",
      "groups 2: each meets 3 of 6 filters",
    ])
      assert.ok(lines.includes(line), `${line} is not among ${lines.join("; ")}`);
  });
});
