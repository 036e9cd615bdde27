import assert from "node:assert/strict";
import { geometryOf } from "../../../src/conv/geometry";
import { referenceBackward, referenceForward } from "../../../src/conv/reference";
import { assertWithin } from "../golden/goldens";
import { pins } from "../golden/public";

describe("published test vectors", () => {
  for (const pin of pins)
    it(pin.name, () => {
      const { x, W, dout, expected, spec } = pin;
      const g = geometryOf(x.shape, W.shape, null, spec);
      assert.deepEqual([g.batch, g.filters, g.y.out, g.x.out], dout.shape);
      const results = {
        out: referenceForward(g, x.data, W.data, null),
        ...referenceBackward(g, x.data, W.data, dout.data),
      };
      let compared = 0;
      for (const name of ["out", "dx", "dW"] as const) {
        const wanted = expected[name];
        if (wanted === undefined) continue;
        assertWithin(name, results[name].data, wanted.data, () => 0);
        compared++;
      }
      assert.ok(compared > 0);
    });
});
