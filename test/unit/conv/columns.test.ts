import assert from "node:assert/strict";
import fc from "fast-check";
import {
  PADDING,
  colReader,
  colValue,
  positionOf,
  rowAt,
  rowOf,
  sourceMap,
  sourceOf,
  sourceOffset,
  tapAt,
  tapOf,
} from "../../../src/conv/columns";
import { type Geometry, geometryOf } from "../../../src/conv/geometry";
import { type PaddingMode, defaultSpec } from "../../../src/conv/spec";
import { fixture, goldens, load } from "../golden/goldens";
import { anyGeometry } from "./anyGeometry";

describe("sourceMap", () => {
  interface Case {
    mode: PaddingMode;
    size: number;
    begin: number;
    end: number;
    cells: number[] | null;
  }
  const cases = fixture("padding.json") as Case[]; // made by make.py in this form

  it("shows the cells that F.pad of an arange shows, and only where F.pad can", () => {
    assert.equal(cases.length, 384);
    for (const one of cases) {
      const { mode, size, begin, end, cells } = one;
      const make = () =>
        geometryOf([1, 1, 1, size], [1, 1, 1, 1], null, {
          ...defaultSpec,
          paddingMode: mode,
          padding: [
            [0, 0],
            [begin, end],
          ],
        });
      if (cells === null) {
        assert.throws(make, { code: "bad-geometry" }, JSON.stringify(one));
        continue;
      }
      const axis = make().x;
      assert.deepEqual([...sourceMap(axis, mode)], cells, JSON.stringify(one));
      for (let p = 0; p < axis.padded; p++) assert.equal(sourceOf(axis, mode, p - begin), cells[p]);
    }
  });
});

describe("rows and taps of col", () => {
  it("number (n, oy, ox) and (c, ky, kx) in that order, and back", () => {
    fc.assert(
      fc.property(anyGeometry, (g) => {
        let row = 0;
        for (let n = 0; n < g.batch; n++)
          for (let oy = 0; oy < g.y.out; oy++)
            for (let ox = 0; ox < g.x.out; ox++, row++) {
              assert.equal(rowOf(g, { n, oy, ox }), row);
              assert.deepEqual(rowAt(g, row), { n, oy, ox });
            }
        assert.equal(row, g.rows);
        let tap = 0;
        for (let c = 0; c < g.channels; c++)
          for (let ky = 0; ky < g.y.kernel; ky++)
            for (let kx = 0; kx < g.x.kernel; kx++, tap++) {
              assert.equal(tapOf(g, { c, ky, kx }), tap);
              assert.deepEqual(tapAt(g, tap), { c, ky, kx });
            }
        assert.equal(tap, g.taps);
      }),
    );
  });

  it("holds what the definition says: the padded input at o·s + k·d", () => {
    fc.assert(
      fc.property(anyGeometry, (g) => {
        const x = Float64Array.from({ length: g.batch * g.channels * g.y.size * g.x.size }, (_, i) => i + 1);
        const padded = paddedInput(g, x);
        for (let row = 0; row < g.rows; row++)
          for (let tap = 0; tap < g.taps; tap++) {
            const [at, to] = [rowAt(g, row), tapAt(g, tap)];
            const py = at.oy * g.y.stride + to.ky * g.y.dilation;
            const px = at.ox * g.x.stride + to.kx * g.x.dilation;
            const wanted = padded[((at.n * g.channels + to.c) * g.y.padded + py) * g.x.padded + px];
            assert.equal(colValue(g, x, row, tap), wanted);
            assert.equal(colReader(g, x)(row, tap), wanted);
            assert.equal(sourceOffset(g, at, to), wanted === 0 ? PADDING : wanted - 1);
            assert.equal(positionOf(g.y, at.oy, to.ky), py - g.y.begin);
          }
      }),
      { numRuns: 60 },
    );
  });

  it("makes PyTorch's result with a plain matrix product", () => {
    const plain = goldens.filter(({ fill, layer }) => fill === "integer" && (layer.groups ?? 1) === 1);
    assert.ok(plain.length > 20);
    for (const golden of plain) {
      const { geometry: g, x, W, b, expected } = load(golden);
      assert.ok(expected.out);
      for (let row = 0; row < g.rows; row++)
        for (let f = 0; f < g.filters; f++) {
          let sum = b === null ? 0 : b.data[f];
          for (let tap = 0; tap < g.taps; tap++) sum += colValue(g, x.data, row, tap) * W.data[f * g.taps + tap];
          const { n, oy, ox } = rowAt(g, row);
          assert.equal(sum, expected.out.data[((n * g.filters + f) * g.y.out + oy) * g.x.out + ox], golden.name);
        }
    }
  });
});

/** x with its padding around it, cell by cell from the words: mirror without the edge, repeat the edge, wrap around. */
function paddedInput(g: Geometry, x: Float64Array): Float64Array {
  const mirrored = (i: number, size: number) => (i < 0 ? -i : i >= size ? size - 2 - (i - size) : i);
  const inside = {
    zeros: (i: number, size: number) => (i < 0 || i >= size ? -1 : i),
    reflect: mirrored,
    replicate: (i: number, size: number) => Math.min(Math.max(i, 0), size - 1),
    circular: (i: number, size: number) => (i + size) % size,
  }[g.paddingMode];
  const padded = new Float64Array(g.batch * g.channels * g.y.padded * g.x.padded);
  for (let plane = 0, at = 0; plane < g.batch * g.channels; plane++)
    for (let py = 0; py < g.y.padded; py++)
      for (let px = 0; px < g.x.padded; px++, at++) {
        const iy = inside(py - g.y.begin, g.y.size);
        const ix = inside(px - g.x.begin, g.x.size);
        padded[at] = iy < 0 || ix < 0 ? 0 : x[(plane * g.y.size + iy) * g.x.size + ix];
      }
  return padded;
}
