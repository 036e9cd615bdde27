import assert from "node:assert/strict";
import { geometryOf } from "../../../src/conv/geometry";
import { defaultSpec } from "../../../src/conv/spec";
import { matrixPicture, planePicture, transposedPicture } from "../../../src/protocol/picture";
import { unbroken } from "../../../webview/format";
import { lineNames } from "../../../webview/names";

const g = geometryOf([1, 2, 5, 6], [3, 2, 2, 2], null, defaultSpec);

describe("names of rows and columns", () => {
  const at = (picture: Parameters<typeof lineNames>[1]) => {
    const [row, col] = lineNames(g, picture);
    return [row(3), col(1)];
  };

  it("say what a picture's axes are", () => {
    assert.deepEqual(at(planePicture("x", 0, 1)), ["iy 3", "ix 1"]);
    assert.deepEqual(at(planePicture("W", 2, 1)), ["ky 3", "kx 1"]);
    assert.deepEqual(at(matrixPicture("col")), ["row 3", "tap 1"]);
    assert.deepEqual(at(matrixPicture("W")), ["tap 3", "f 1"]);
    assert.deepEqual(at(transposedPicture("W")), ["f 3", "tap 1"]);
    assert.deepEqual(at(matrixPicture("dout")), ["row 3", "f 1"]);
  });

  it("are those of the whole in a part of it", () => {
    const part = { rows: { first: 4, step: -1, count: 5 }, cols: { first: 1, step: 2, count: 2 } };
    assert.deepEqual(at({ ...planePicture("x", 0, 1), part }), ["iy 1", "ix 3"]);
    assert.deepEqual(at({ ...matrixPicture("col"), part }), ["row 1", "tap 3"]);
  });
});

describe("a line of text", () => {
  it("is broken between its parts only", () => {
    const parts = (text: string) => unbroken(text).split(" ");
    assert.deepEqual(parts("row 341 is the window at n 0, oy 10, ox 21"), [
      ...["row\u00a0341", "is", "the", "window", "at", "n\u00a00,", "oy\u00a010,", "ox\u00a021"],
    ]);
    assert.deepEqual(parts("out[5, 0] = Σ col[5, k] · Wᵀ[k, 0] + b[0]"), [
      ...["out[5,\u00a00]", "=", "Σ\u00a0col[5,\u00a0k]", "·", "Wᵀ[k,\u00a00]", "+", "b[0]"],
    ]);
  });
});
