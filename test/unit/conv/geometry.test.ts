import assert from "node:assert/strict";
import fc from "fast-check";
import {
  biasShape,
  colShape,
  extentFormula,
  geometryOf,
  outShape,
  sizeFormula,
  weightShape,
  xShape,
} from "../../../src/conv/geometry";
import { type ConvSpec, type Padding, defaultSpec } from "../../../src/conv/spec";
import { fixture } from "../golden/goldens";

const layer = (x: number[], W: number[], spec: Partial<ConvSpec> = {}, b: number[] | null = null) =>
  geometryOf(x, W, b, { ...defaultSpec, ...spec });

/** The width of a 1×size input under a 1×kernel filter; null where it is refused. */
function widthOf(size: number, kernel: number, spec: Partial<ConvSpec>) {
  try {
    return layer([1, 1, 1, size], [1, 1, 1, kernel], spec).x;
  } catch {
    return null;
  }
}

describe("geometry", () => {
  it("has the numbers of a layer that everybody knows", () => {
    const g = layer([1, 3, 32, 32], [16, 3, 3, 3], { padding: 1 }, [16]);
    assert.deepEqual(outShape(g), [1, 16, 32, 32]);
    assert.deepEqual(xShape(g), [1, 3, 32, 32]);
    assert.deepEqual(weightShape(g), [16, 3, 3, 3]);
    assert.deepEqual(biasShape(g), [16]);
    assert.deepEqual(colShape(g), [1024, 27]);
    assert.deepEqual([g.rows, g.taps, g.groupTaps, g.groupChannels, g.groupFilters], [1024, 27, 27, 3, 16]);
    assert.equal(g.hasBias, true);
    assert.equal(layer([1, 3, 32, 32], [16, 3, 3, 3]).hasBias, false);
    assert.equal(sizeFormula(g.y), "floor((32 + 1 + 1 − 3) / 1) + 1 = 32");
    assert.equal(extentFormula(g.y), "1·(3 − 1) + 1 = 3");
  });

  it("takes [h, w] in that order, everywhere", () => {
    const g = layer([1, 1, 10, 20], [1, 1, 2, 3], { stride: [2, 3], dilation: [4, 5], padding: [1, 2] });
    const { size, kernel, stride, dilation, begin, end, extent, padded } = g.y;
    assert.deepEqual([size, kernel, stride, dilation, begin, end, extent, padded], [10, 2, 2, 4, 1, 1, 5, 12]);
    assert.equal(g.y.out, Math.floor((12 - 5) / 2) + 1);
    assert.deepEqual([g.x.size, g.x.kernel, g.x.stride, g.x.dilation, g.x.begin, g.x.extent], [20, 3, 3, 5, 2, 11]);
    assert.equal(g.x.out, Math.floor((24 - 11) / 3) + 1);
    assert.equal(extentFormula(g.x), "5·(3 − 1) + 1 = 11");
  });

  it("takes [[top, bottom], [left, right]]", () => {
    const g = layer([1, 1, 5, 5], [1, 1, 3, 3], {
      padding: [
        [1, 2],
        [3, 4],
      ],
    });
    assert.deepEqual([g.y.begin, g.y.end, g.x.begin, g.x.end], [1, 2, 3, 4]);
    assert.deepEqual(outShape(g), [1, 1, 6, 10]);
  });

  it("counts groups and depthwise", () => {
    const g = layer([2, 6, 5, 5], [4, 3, 3, 3], { groups: 2 });
    assert.deepEqual([g.groupChannels, g.groupFilters, g.taps, g.groupTaps, g.rows], [3, 2, 54, 27, 18]);
    const depthwise = layer([1, 6, 5, 5], [12, 1, 3, 3], { groups: 6 });
    assert.deepEqual([depthwise.groupChannels, depthwise.groupFilters, depthwise.groupTaps], [1, 2, 9]);
  });

  it("agrees with PyTorch on 400 output sizes and refusals", () => {
    interface Case {
      size: number;
      kernel: number;
      stride: number;
      dilation: number;
      begin: number;
      end: number;
      out: number | null;
    }
    const cases = fixture("sizes.json") as Case[]; // made by make.py in this form
    assert.ok(cases.filter(({ out }) => out === null).length > 20);
    for (const one of cases) {
      const { size, kernel, stride, dilation, begin, end, out } = one;
      const padding: Padding = [
        [0, 0],
        [begin, end],
      ];
      const axis = widthOf(size, kernel, { stride: [1, stride], dilation: [1, dilation], padding });
      assert.equal(axis?.out ?? null, out, JSON.stringify(one));
    }
  });

  it("agrees with PyTorch on empty tensors, and on which are refused", () => {
    const cases = fixture("empty.json") as {
      x: number[];
      W: number[];
      padding: number;
      groups: number;
      out: number[] | null;
    }[]; // made by make.py in this form
    assert.ok(cases.filter(({ out }) => out !== null).length > 150);
    for (const one of cases) {
      const make = () => layer(one.x, one.W, { padding: one.padding, groups: one.groups }, [one.W[0]]);
      if (one.out === null) {
        assert.throws(make, { code: "bad-geometry" }, JSON.stringify(one));
        continue;
      }
      const g = make();
      assert.deepEqual(outShape(g), one.out, JSON.stringify(one));
      assert.deepEqual(xShape(g), one.x);
      assert.deepEqual(weightShape(g), one.W, "the gradient of W has the shape of W");
      assert.deepEqual(biasShape(g), [one.W[0]]);
    }
  });
});

describe("same padding", () => {
  it("at stride 1 is PyTorch's", () => {
    const cases = fixture("same.json") as { kernel: number; dilation: number; begin: number; end: number }[];
    assert.equal(cases.length, 28); // made by make.py in this form
    for (const { kernel, dilation, begin, end } of cases) {
      const axis = widthOf(9, kernel, { padding: "same", dilation: [1, dilation] });
      assert.deepEqual([axis?.begin, axis?.end, axis?.out], [begin, end, 9], `kernel ${kernel}, dilation ${dilation}`);
    }
  });

  it("gives ceil(size / stride), with the rule's total, the odd cell at the end or the beginning", () => {
    const small = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(small, small, small, fc.integer({ min: 1, max: 6 }), (size, kernel, stride, dilation) => {
        const spec = { stride: [1, stride], dilation: [1, dilation] } as const;
        const upper = widthOf(size, kernel, { ...spec, padding: "same" });
        const lower = widthOf(size, kernel, { ...spec, padding: "same-lower" });
        assert.ok(upper && lower);
        const extent = dilation * (kernel - 1) + 1;
        const total = Math.max(size % stride === 0 ? extent - stride : extent - (size % stride), 0);
        assert.equal(upper.out, Math.ceil(size / stride));
        assert.equal(lower.out, Math.ceil(size / stride));
        assert.equal(upper.begin + upper.end, total);
        assert.equal(upper.begin, Math.floor(total / 2));
        assert.deepEqual([lower.begin, lower.end], [upper.end, upper.begin]);
      }),
    );
  });

  it("is no padding at all for a pointwise kernel, and for valid", () => {
    for (const padding of ["same", "same-lower", "valid"] as const) {
      const axis = widthOf(8, 1, { padding, stride: [1, 3] });
      assert.deepEqual([axis?.begin, axis?.end, axis?.out], [0, 0, 3]);
    }
  });
});
