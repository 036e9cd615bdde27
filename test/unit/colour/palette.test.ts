import assert from "node:assert/strict";
import { contrast, distance, fromOklab, toOklab } from "../../../src/colour/oklab";
import { pack, paletteOf, unpack } from "../../../src/colour/palette";
import { inkOn } from "../../../src/colour/ink";

const all = (["diverging", "sequential"] as const).flatMap((kind) =>
  (["dark", "light"] as const).map((tone) => ({ name: `${kind}, ${tone}`, kind, tone, ...paletteOf(kind, tone) })),
);
const labs = (table: Uint32Array) => [...table].map((colour) => toOklab(unpack(colour)));
const near = (found: readonly number[], expected: readonly number[], within: number) => {
  found.forEach((value, i) =>
    assert.ok(Math.abs(value - expected[i]) <= within, `${found.join()} ≠ ${expected.join()}`),
  );
};

describe("OKLab", () => {
  it("agrees with the colours of CSS Color 4", () => {
    // Web Platform Tests, css/css-color: oklab() of the sRGB primaries.
    near(toOklab([255, 0, 0]), [0.62796, 0.22486, 0.12585], 2e-4);
    near(toOklab([0, 255, 0]), [0.86644, -0.23389, 0.1795], 2e-4);
    near(toOklab([0, 0, 255]), [0.45201, -0.03246, -0.31153], 2e-4);
    near(toOklab([255, 255, 255]), [1, 0, 0], 1e-4);
    near(toOklab([0, 0, 0]), [0, 0, 0], 1e-6);
  });

  it("comes back from OKLab", () => {
    for (let r = 0; r < 256; r += 51)
      for (let g = 0; g < 256; g += 51)
        for (let b = 0; b < 256; b += 51) assert.deepEqual(fromOklab(toOklab([r, g, b])), [r, g, b]);
  });

  it("measures contrast as WCAG 2 does", () => {
    assert.equal(contrast([0, 0, 0], [255, 255, 255]), 21);
    // The greys that are just above and just below the limit for text on white.
    near([contrast([0x76, 0x76, 0x76], [255, 255, 255])], [4.54], 0.005);
    near([contrast([0x77, 0x77, 0x77], [255, 255, 255])], [4.48], 0.005);
  });
});

describe("palettes", () => {
  it("are 256 opaque colours", () => {
    for (const { table } of all) {
      assert.equal(table.length, 256);
      assert.ok([...table].every((colour) => colour >>> 24 === 255));
    }
  });

  it("pack as RGBA bytes", () => {
    assert.deepEqual([...new Uint8Array(Uint32Array.of(pack([1, 2, 3])).buffer)], [1, 2, 3, 255]);
    assert.deepEqual(unpack(pack([1, 2, 3])), [1, 2, 3]);
  });

  it("sequential is viridis, at its ends and its middle", () => {
    const { table } = paletteOf("sequential", "dark");
    // matplotlib's table: viridis(0), viridis(127), viridis(255).
    assert.deepEqual(unpack(table[0]), [0x44, 0x01, 0x54]);
    near(unpack(table[127]), [0x21, 0x91, 0x8c], 2);
    assert.deepEqual(unpack(table[255]), [0xfd, 0xe7, 0x25]);
  });

  it("sequential only gets lighter", () => {
    const lightness = labs(paletteOf("sequential", "dark").table).map(([L]) => L);
    for (let i = 1; i < lightness.length; i++) assert.ok(lightness[i] > lightness[i - 1] - 1e-3, `at ${i}`);
    assert.ok(lightness[255] - lightness[0] > 0.6);
  });

  for (const tone of ["dark", "light"] as const)
    describe(`diverging, ${tone}`, () => {
      const { table } = paletteOf("diverging", tone);
      const path = labs(table);
      const arms = [path.slice(0, 128).reverse(), path.slice(128)];

      it("has one middle, near the page's own tone, without hue", () => {
        assert.equal(table[127], table[128]);
        const [L, a, b] = path[127];
        assert.ok(tone === "dark" ? L > 0.25 && L < 0.32 : L > 0.95);
        assert.ok(Math.hypot(a, b) < 0.01);
      });

      it("goes away from the middle in lightness, on both sides, at every step", () => {
        const away = tone === "dark" ? 1 : -1;
        for (const arm of arms)
          for (let i = 1; i < arm.length; i++) assert.ok((arm[i][0] - arm[i - 1][0]) * away > -1e-3, `at ${i}`);
        for (const arm of arms) assert.ok(Math.abs(arm[127][0] - arm[0][0]) > 0.45);
      });

      it("is as light at −v as at v", () => {
        for (let i = 0; i < 128; i++) assert.ok(Math.abs(arms[0][i][0] - arms[1][i][0]) < 0.01, `at ${i}`);
      });

      it("takes steps of equal size, but for the rounding to bytes", () => {
        // Over eight entries the rounding hardly counts.
        for (const arm of arms) {
          const steps = Array.from({ length: 15 }, (_, i) => distance(arm[i * 8], arm[i * 8 + 8]));
          const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
          for (const step of steps) assert.ok(Math.abs(step / mean - 1) < 0.15, steps.join());
        }
      });

      it("is blue below and red to orange above, also for eyes without red or green cones", () => {
        for (let i = 24; i < 128; i++) {
          assert.ok(arms[0][i][2] < -0.03, `b* below, at ${i}`);
          assert.ok(arms[1][i][2] > 0.02, `b* above, at ${i}`);
        }
      });
    });

  it("marks of NaN and the infinities are far from every colour of the table and from each other", () => {
    for (const { name, table, nan, positiveInfinity, negativeInfinity } of all) {
      const marks = [nan, positiveInfinity, negativeInfinity].map((colour) => toOklab(unpack(colour)));
      // 0.02 is about what a trained eye tells apart side by side.
      const least = (mark: (typeof marks)[number]) => Math.min(...labs(table).map((each) => distance(each, mark)));
      assert.ok(least(marks[0]) > 0.3, `${name}: NaN ${least(marks[0])}`);
      for (const mark of marks) assert.ok(least(mark) > 0.16, `${name}: ${least(mark)}`);
      assert.ok(distance(marks[0], marks[1]) > 0.15);
      assert.ok(distance(marks[0], marks[2]) > 0.15);
      assert.ok(distance(marks[1], marks[2]) > 0.15);
    }
  });

  it("numbers can be read on every colour: at least 4.5 : 1", () => {
    for (const { table, nan, positiveInfinity, negativeInfinity } of all)
      for (const colour of [...table, nan, positiveInfinity, negativeInfinity]) {
        const ink = inkOn(colour) === "#000" ? ([0, 0, 0] as const) : ([255, 255, 255] as const);
        assert.ok(contrast(ink, unpack(colour)) >= 4.5);
      }
  });
});
