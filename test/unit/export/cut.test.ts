import assert from "node:assert/strict";
import type { RunInputs } from "../../../src/conv/run";
import { referenceBackward, referenceForward } from "../../../src/conv/reference";
import { type Cut, type Span, cutInputs, cutOf, length, part } from "../../../src/export/cut";
import { type ComputeTensor, zeros } from "../../../src/tensor/tensor";
import { outShape } from "../../../src/conv/geometry";
import { Random, randomLayer } from "../../oracle/randomLayers";

const names = ["out", "dx", "dW", "db"] as const;
type Results = Readonly<Record<(typeof names)[number], ComputeTensor>>;

/** By the plain loops. */
function resultsOf({ geometry: g, x, W, b, dout }: RunInputs): Results {
  const start = dout ?? zeros("float64", outShape(g));
  return {
    out: referenceForward(g, x.data, W.data, b?.data ?? null),
    ...referenceBackward(g, x.data, W.data, start.data),
  };
}

describe("a part of a layer", () => {
  const random = new Random(20_261_123);
  const span = (size: number): Span => {
    const from = random.whole(0, size - 1);
    return random.chance(0.2) ? [0, size] : [from, random.whole(from + 1, size)];
  };

  it("computes what the whole computes there", () => {
    const seen: Record<string, number> = {};
    let uneven = 0;
    for (let layers = 0; layers < 150;) {
      const { inputs, fill } = randomLayer(random);
      const { geometry: g } = inputs;
      if (g.batch === 0 || fill !== "integer" || g.rows * g.filters * g.groupTaps > 2 ** 14) continue;
      layers++;
      const whole = resultsOf(inputs);
      for (const name of names) {
        const shape = name === "dW" ? whole.dW.shape.slice(0, 2) : whole[name].shape;
        const cut = cutOf(g, name, shape.map(span));
        if (cut === null) continue;
        check(name, cut, inputs, whole);
        seen[name] = (seen[name] ?? 0) + 1;
        const { y, x } = cut.geometry;
        if (y.begin !== g.y.begin || x.end !== g.x.end) uneven++;
      }
    }
    for (const name of names) assert.ok(seen[name] >= 40, `${name} ${seen[name]}`);
    assert.ok(uneven >= 40, `${uneven} with other padding`);
  });

  function check(name: (typeof names)[number], cut: Cut, inputs: RunInputs, whole: Results): void {
    const small = cutInputs(cut, inputs);
    assert.deepEqual(small.x.shape, cut.x.map(length));
    assert.deepEqual(resultsOf(small)[name], part(whole[name], cut.result), JSON.stringify({ name, cut }));
  }

  it("has the whole as one of its parts", () => {
    for (let layers = 0; layers < 60;) {
      const { inputs } = randomLayer(random);
      const { geometry: g } = inputs;
      if (g.batch === 0) continue;
      layers++;
      const cut = cutOf(
        g,
        "out",
        outShape(g).map((size) => [0, size] as const),
      );
      assert.ok(cut !== null);
      assert.deepEqual(cut.geometry, g);
      assert.deepEqual(cutInputs(cut, inputs).W, inputs.W);
    }
  });
});
