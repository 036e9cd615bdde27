import assert from "node:assert/strict";
import { biasShape, outShape, weightShape, xShape } from "../../../src/conv/geometry";
import { referenceBackward, referenceForward } from "../../../src/conv/reference";
import { type Golden, type ResultName, assertWithin, goldens, load, magnitudes, resultNames } from "../golden/goldens";

/** All four results of the plain loops. */
function computed(golden: Golden) {
  const { geometry: g, x, W, b, dout } = load(golden);
  const { dx, dW, db } = referenceBackward(g, x.data, W.data, dout.data);
  return { out: referenceForward(g, x.data, W.data, b?.data ?? null), dx, dW, db };
}

/** Σ|x·w| + |b| and the like: the size against which errors are relative. */
function sizes(golden: Golden): Record<ResultName, Float64Array | Float32Array> {
  const { geometry: g, x, W, b, dout } = load(golden);
  const [ax, aW, ad] = [magnitudes(x.data), magnitudes(W.data), magnitudes(dout.data)];
  const { dx, dW, db } = referenceBackward(g, ax, aW, ad);
  const out = referenceForward(g, ax, aW, b && magnitudes(b.data));
  return { out: out.data, dx: dx.data, dW: dW.data, db: db.data };
}

describe("the reference against PyTorch", () => {
  it("has the layers to compare with", () => {
    assert.ok(goldens.length >= 60, `${goldens.length} layers`);
    for (const fill of ["integer", "real", "special", "exact32"])
      assert.ok(goldens.filter((golden) => golden.fill === fill).length >= 2, fill);
  });

  for (const golden of goldens)
    it(`${golden.name}: out, dx, dW, db (${golden.fill})`, () => {
      const { geometry, expected } = load(golden);
      const results = computed(golden);
      const shapes = {
        out: outShape(geometry),
        dx: xShape(geometry),
        dW: weightShape(geometry),
        db: biasShape(geometry),
      };
      const size = sizes(golden);
      for (const name of resultNames) {
        const wanted = expected[name];
        if (wanted === undefined) {
          assert.equal(golden.fill, "exact32", `${name} is missing`);
          continue;
        }
        assert.deepEqual(results[name].shape, wanted.shape, `shape of ${name}`);
        assert.deepEqual(shapes[name], wanted.shape, `shape of ${name} from the geometry`);
        const actual =
          golden.fill === "exact32" ? Float64Array.from(results[name].data, Math.fround) : results[name].data;
        const allowed =
          golden.fill === "integer" || golden.fill === "exact32" ? () => 0 : (i: number) => 1e-12 * size[name][i];
        assertWithin(name, actual, wanted.data, allowed);
      }
    });
});
