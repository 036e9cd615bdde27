import assert from "node:assert/strict";
import { barsOf, binText, boundsOf, histogramText } from "../../../webview/paint/bars";

const histogram = { bins: Int32Array.of(0, 1, 1_000_000, 99), lo: -2, hi: 2 };

describe("bars", () => {
  it("have heights on a log scale, and a single element among a million is seen", () => {
    const heights = barsOf(histogram, 400, 1).map(({ height }) => height);
    // log(1 + n) / log(1 000 001), by hand: ln 2 = 0.6931, ln 100 = 4.6052, ln 1 000 001 = 13.8155.
    [0, 0.0502, 1, 0.3333].forEach((expected, i) =>
      assert.ok(Math.abs(heights[i] - expected) < 1e-4, String(heights[i])),
    );
    assert.equal(barsOf({ ...histogram, bins: Int32Array.of(1, 2 ** 30) }, 9, 1)[0].height, 0.04);
  });

  it("fill the width, with gaps where there is room", () => {
    assert.deepEqual(
      barsOf(histogram, 40, 1).map(({ left, width }) => [left, width]),
      [
        [0, 9],
        [10, 9],
        [20, 9],
        [30, 9],
      ],
    );
    assert.deepEqual(
      barsOf(histogram, 6, 1).map(({ left, width }) => [left, width]),
      [
        [0, 2],
        [2, 1],
        [3, 2],
        [5, 1],
      ],
    );
  });

  it("are empty, not NaN, when nothing was counted", () => {
    const nothing = { bins: new Int32Array(3), lo: 0, hi: 0 };
    assert.deepEqual(
      barsOf(nothing, 30, 1).map(({ height }) => height),
      [0, 0, 0],
    );
    assert.equal(histogramText(nothing), "no finite elements");
  });

  it("know their bounds, also where hi − lo overflows", () => {
    assert.deepEqual(boundsOf(histogram, 0), [-2, -1]);
    assert.deepEqual(boundsOf(histogram, 3), [1, 2]);
    assert.deepEqual(boundsOf({ bins: new Int32Array(2), lo: -1.7e308, hi: 1.7e308 }, 0), [-1.7e308, 0]);
  });

  it("are said in words", () => {
    assert.equal(binText(histogram, 1), "1 element from −1 to 0");
    assert.equal(
      histogramText(histogram),
      "1\u202f000\u202f100 elements from −2 to 2; the fullest of 4 bins has 1\u202f000\u202f000 elements from 0 to 1",
    );
  });
});
