import assert from "node:assert/strict";
import { resolve } from "node:path";
import { geometryOf } from "../../../src/conv/geometry";
import { defaultSpec } from "../../../src/conv/spec";
import { Engine } from "../../../src/engine/engine";
import { zeros } from "../../../src/tensor/tensor";
import { fixture } from "./goldens";

interface Case {
  readonly x: number[];
  readonly W: number[];
  readonly padding: number;
  readonly groups: number;
  readonly out: number[] | null;
}

describe("empty tensors in the engine", () => {
  const engine = new Engine({ assets: resolve("dist"), threads: 2 });
  after(() => engine.dispose());

  it("come out as PyTorch's: its shapes, and gradients of zeros", async () => {
    const cases = (fixture("empty.json") as Case[]).filter(({ out }) => out !== null); // made by make.py in this form
    assert.ok(cases.length > 150);
    for (const { x, W, padding, groups, out } of cases) {
      const geometry = geometryOf(x, W, [W[0]], { ...defaultSpec, padding, groups });
      const [input, weight, b] = [zeros("float32", x), zeros("float32", W), zeros("float32", [W[0]])];
      for (const tensor of [input, weight, b]) tensor.data.fill(1);
      const { tensors } = await engine.run({ geometry, x: input, W: weight, b, dout: null });
      const shapes = [tensors.out, tensors.dx, tensors.dW, tensors.db].map(({ shape }) => shape);
      assert.deepEqual(shapes, [out, x, W, [W[0]]]);
      for (const gradient of [tensors.dx, tensors.dW, tensors.db])
        assert.ok(gradient.data.every((value) => value === 0));
    }
  });
});
