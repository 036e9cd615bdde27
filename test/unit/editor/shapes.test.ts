import assert from "node:assert/strict";
import { geometryOf } from "../../../src/conv/geometry";
import { defaultSpec } from "../../../src/conv/spec";
import { axesOf, numberText, progressOf, tensorNames } from "../../../src/editor/shapes";
import { Steps } from "../../../src/trace/order/steps";

// The layer of the pinned step numbers: x 1×3×32×32, W 16×3×3×3, padding 1.
const geometry = geometryOf([1, 3, 32, 32], [16, 3, 3, 3], null, { ...defaultSpec, padding: 1 });
const trace = { steps: new Steps(geometry) };

describe("the shapes of a run", () => {
  it("are those of its tensors, each size with its derivation", () => {
    assert.deepEqual(tensorNames(geometry), ["x", "W", "col", "out", "dout", "db", "dW", "dcol", "dx"]);
    const lines = axesOf(geometry, "out").map(({ label, value, why }) => [label, value, why]);
    assert.deepEqual(lines[2], ["H", "32", "floor((32 + 1 + 1 − 3) / 1) + 1 = 32"]);
    assert.deepEqual(
      axesOf(geometry, "col").map(({ value }) => value),
      ["1024", "27"],
    );
  });

  it("have names and sizes that agree with the shapes, also in groups and dilated", () => {
    const grouped = geometryOf([2, 6, 11, 12], [4, 3, 3, 2], [4], {
      ...defaultSpec,
      groups: 2,
      dilation: [2, 3],
      stride: 2,
    });
    const sizes = (tensor: Parameters<typeof axesOf>[1]) => axesOf(grouped, tensor).map(({ value }) => Number(value));
    assert.deepEqual(sizes("x"), [2, 6, 11, 12]);
    assert.deepEqual(sizes("W"), [4, 3, 3, 2]);
    assert.deepEqual(sizes("b"), [4]);
    // PyTorch: torch.nn.functional.conv2d of these gives 2×4×4×5
    assert.deepEqual(sizes("out"), [2, 4, 4, 5]);
    assert.deepEqual(sizes("col"), [40, 36]);
    assert.equal(axesOf(grouped, "W")[2].why, "spans 2·(3 − 1) + 1 = 5");
  });

  it("are written as far as the position is", () => {
    const { gemm, im2col } = trace.steps.spans;
    assert.deepEqual(progressOf(trace, "x", 0), { kind: "given" });
    assert.deepEqual(progressOf(trace, "out", im2col.count - 1), { kind: "unwritten" });
    assert.deepEqual(progressOf(trace, "col", im2col.count - 1), { kind: "final" });
    // The pin: step 187 123 lies in gemm.
    const progress = progressOf(trace, "out", 187_123);
    assert.deepEqual(progress, { kind: "partial", fraction: (187_123 - 27_648 + 1) / gemm.count });
    assert.deepEqual(progressOf(trace, "dx", 1_398_783), { kind: "final" });
  });

  it("of an empty batch are all there", () => {
    const empty = { steps: new Steps(geometryOf([0, 3, 8, 8], [2, 3, 3, 3], null, defaultSpec)) };
    for (const tensor of tensorNames(geometry)) assert.notEqual(progressOf(empty, tensor, -1).kind, "unwritten");
  });

  it("write numbers as people read them", () => {
    assert.deepEqual([null, -0.5, 1 / 3, 1e21, -7].map(numberText), ["–", "−0.5", "0.333333", "1e+21", "−7"]);
  });
});
