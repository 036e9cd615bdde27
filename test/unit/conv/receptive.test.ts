import assert from "node:assert/strict";
import fc from "fast-check";
import { rowAt, sourceMap, sourceOffset, tapAt } from "../../../src/conv/columns";
import { type Axis, geometryOf } from "../../../src/conv/geometry";
import { defaultSpec } from "../../../src/conv/spec";
import { type Use, meetings, metBy, usesOf, windowOf } from "../../../src/conv/receptive";
import { anyGeometry } from "./anyGeometry";

describe("which outputs an input cell reaches", () => {
  it("meetings are exactly the (o, k) whose padded cell shows it, in col2im's order", () => {
    fc.assert(
      fc.property(anyGeometry, (g) => {
        for (const axis of [g.y, g.x]) {
          const map = sourceMap(axis, g.paddingMode);
          const all = pairsOf(axis);
          for (let i = 0; i < axis.size; i++) {
            const wanted = all.filter(({ o, k }) => map[o * axis.stride + k * axis.dilation] === i);
            assert.deepEqual(meetings(axis, g.paddingMode, i), wanted);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it("what is looked up once is the same, in each padding mode of an axis", () => {
    const { y } = geometryOf([1, 1, 5, 5], [1, 1, 3, 3], null, { ...defaultSpec, padding: 1 });
    for (const mode of ["zeros", "reflect", "replicate", "circular"] as const)
      for (let again = 0; again < 2; again++)
        for (let i = 0; i < y.size; i++) assert.deepEqual(metBy(y, mode)(i), meetings(y, mode, i));
  });

  it("usesOf inverts col's index map: every element of col once, under the cell that it shows", () => {
    fc.assert(
      fc.property(anyGeometry, (g) => {
        const uses: Use[][] = Array.from({ length: g.y.size * g.x.size }, () => []);
        const plane = g.y.out * g.x.out;
        // One plane is enough: the map is the same for every channel and picture.
        for (let row = 0; row < plane; row++)
          for (let tap = 0; tap < g.y.kernel * g.x.kernel; tap++) {
            const [at, to] = [rowAt(g, row), tapAt(g, tap)];
            const offset = sourceOffset(g, at, to);
            if (offset >= 0) uses[offset].push({ oy: at.oy, ox: at.ox, ky: to.ky, kx: to.kx });
          }
        for (let iy = 0; iy < g.y.size; iy++)
          for (let ix = 0; ix < g.x.size; ix++) assert.deepEqual(usesOf(g, iy, ix), uses[iy * g.x.size + ix]);
      }),
      { numRuns: 200 },
    );
  });

  it("a window starts where its first tap looks and spans the dilated kernel", () => {
    fc.assert(
      fc.property(anyGeometry, (g) => {
        for (let oy = 0; oy < g.y.out; oy++)
          for (let ox = 0; ox < g.x.out; ox++) {
            const { top, left, height, width } = windowOf(g, oy, ox);
            assert.equal(top, oy * g.y.stride - g.y.begin);
            assert.equal(left, ox * g.x.stride - g.x.begin);
            assert.equal(height, g.y.dilation * (g.y.kernel - 1) + 1);
            assert.equal(width, g.x.dilation * (g.x.kernel - 1) + 1);
            assert.ok(top >= -g.y.begin && top + height <= g.y.size + g.y.end);
          }
      }),
    );
  });
});

function pairsOf(axis: Axis): { o: number; k: number }[] {
  const pairs: { o: number; k: number }[] = [];
  for (let o = 0; o < axis.out; o++) for (let k = 0; k < axis.kernel; k++) pairs.push({ o, k });
  return pairs;
}
