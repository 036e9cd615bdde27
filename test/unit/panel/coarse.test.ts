import assert from "node:assert/strict";
import { geometryOf } from "../../../src/conv/geometry";
import { defaultSpec } from "../../../src/conv/spec";
import type { Run } from "../../../src/conv/run";
import { tileFor } from "../../../src/panel/answers";
import { type Picture, matrixPicture, planePicture } from "../../../src/protocol/picture";
import { mark, tileOf } from "../../../src/tensor/slice";
import { elementCount, tensor } from "../../../src/tensor/tensor";
import { planeOf } from "../../../src/trace/moment/plane";
import { Trace } from "../../../src/trace/moment/trace";

/** x 1×1×3000×1000 under two filters of 3×3: col has 27 million cells. Sums are not worked out: only x, W and dout are looked at. */
function wideRun(): Run {
  const g = geometryOf([1, 1, 3000, 1000], [2, 1, 3, 3], null, { ...defaultSpec, padding: 1 });
  const filled = (shape: readonly number[]) =>
    tensor(
      "float32",
      shape,
      Float32Array.from({ length: elementCount(shape) }, (_, i) => Math.sin(i / 9)),
    );
  const out = [1, 2, g.y.out, g.x.out];
  const [x, W, dout] = [filled([1, 1, 3000, 1000]), filled([2, 1, 3, 3]), filled(out)];
  return {
    geometry: g,
    arithmetic: { dtype: "float32", fused: false, block: 128 },
    tensors: { x, W, b: null, out: dout, dout, dW: W, db: filled([2]), dx: x },
    timing: { forwardMs: 0, backwardMs: 0, threads: 1, kernel: "none" },
  };
}

describe("a picture zoomed far out", () => {
  const run = wideRun();
  run.tensors.x.data[1_234_567] = NaN;
  run.tensors.x.data[2_000_001] = -Infinity;
  run.tensors.dout.data[777_777] = NaN;
  const trace = new Trace(run);
  const step = trace.total - 1;
  const NOT_FINITE = mark.nan | mark.positiveInfinity | mark.negativeInfinity;

  const pictures: readonly (readonly [string, Picture, number, number, number, number])[] = [
    ["col", matrixPicture("col"), 2 ** 20, 2 ** 21, 9, 12],
    ["dcol", matrixPicture("dcol"), 0, 2 ** 20, 9, 12],
    ["x", planePicture("x", 0, 0), 0, 3000, 1000, 4],
    [
      "a part of col",
      {
        ...matrixPicture("col"),
        part: { rows: { first: 2_999_999, step: -1, count: 3_000_000 }, cols: { first: 1, step: 2, count: 4 } },
      },
      0,
      2 ** 21,
      4,
      13,
    ],
  ];
  for (const [name, picture, top, bottom, right, level] of pictures)
    it(`marks each NaN and infinity in it, though it looks at a sample only: ${name}`, () => {
      const rect = { top, left: 0, bottom, right };
      const tile = tileFor(trace, { run: 1, picture, step, rect, level })!;
      const { part } = picture;
      const plane = planeOf(trace, picture, step);
      const at = (row: number, col: number) =>
        part === undefined
          ? plane.at(row, col)
          : plane.at(part.rows.first + row * part.rows.step, part.cols.first + col * part.cols.step);
      const whole = tileOf({ rows: bottom, cols: right, at }, rect, level, "float32");
      assert.deepEqual([tile.rows, tile.cols, tile.level, tile.rect], [whole.rows, whole.cols, level, rect]);
      assert.deepEqual(tile.every === undefined, name === "x");
      assert.deepEqual([...tile.marks], [...whole.marks]);
      assert.ok(whole.marks.some((marks) => (marks & NOT_FINITE) !== 0));
      tile.mean.forEach((mean, i) => {
        assert.ok(tile.min[i] >= whole.min[i] && tile.max[i] <= whole.max[i]);
        assert.ok(Math.abs(mean - whole.mean[i]) < 0.05, `${mean} for ${whole.mean[i]}`);
      });
    });
});
