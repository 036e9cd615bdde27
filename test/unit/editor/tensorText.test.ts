import assert from "node:assert/strict";
import { fileNameAt, tensorText } from "../../../src/editor/tensorText";
import { tensor, zeros } from "../../../src/tensor/tensor";

// Mean and deviation of the finite elements: numpy.mean, numpy.std.
describe("a tensor as a text", () => {
  it("has its facts, and its planes in columns as NumPy would index them", () => {
    const data = Float32Array.of(1, -20, 0, NaN, 0.5, Infinity, 7, 8);
    assert.deepEqual(tensorText("a.npy", tensor("float32", [2, 1, 2, 2], data)).split("\n"), [
      "a.npy: 2×1×2×2 float32, 8 elements",
      "min −20, max 8, mean −0.583333 ± 9.23948, zeros 1, NaN 1, Inf 1",
      "",
      "[0, 0]",
      "  1  −20",
      "  0  NaN",
      "",
      "[1, 0]",
      "     0.5  Infinity",
      "       7         8",
      "",
    ]);
  });

  it("is cut where it is large, and says by how much", () => {
    const text = tensorText("big.npy", zeros("float32", [70, 65, 100]));
    assert.match(text, /0 … 36 more\n… 1 more rows\n/);
    assert.match(text, /\n… 6 more planes\n$/);
    assert.ok(text.length < 1_000_000);
    assert.match(tensorText("s.npy", tensor("int64", [], BigInt64Array.of(-3n))), /\n\n−3\n$/);
    assert.match(tensorText("none.npy", zeros("float32", [0, 3])), /^none.npy: 0×3 float32, 0 elements/);
  });

  it("is named by the strings of a layer file that are files", () => {
    const text =
      '{ "input": { "image": "a.png", "channels": "rgb" }, "weight": "w.npz#k", "dout": "ones", "padding": "same" }';
    const at = (mark: string) => fileNameAt(text, text.indexOf(mark))?.source ?? null;
    assert.deepEqual(["a.png", "rgb", "w.npz", '"weight"', "ones", "same"].map(at), [
      "a.png",
      null,
      "w.npz#k",
      null,
      null,
      null,
    ]);
  });
});
