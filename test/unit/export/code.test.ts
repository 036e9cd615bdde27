import assert from "node:assert/strict";
import { ConvError } from "../../../src/base/errors";
import { geometryOf } from "../../../src/conv/geometry";
import { type ConvSpec, defaultSpec } from "../../../src/conv/spec";
import { type Framework, codeOf, frameworkOf, frameworks } from "../../../src/export/code";
import type { Reproduced } from "../../../src/export/reproduced";
import { Store } from "../../../src/export/store";
import { NpyFile } from "../../../src/formats/npy";
import { bytesSource } from "../../../src/formats/source";
import { type ComputeTensor, elementCount, tensor } from "../../../src/tensor/tensor";

const all = Object.keys(frameworks) as Framework[]; // the table has these keys and no others

/** The numbers 1, 2, 3 … */
function counting(shape: number[]): ComputeTensor {
  return tensor(
    "float32",
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => i + 1),
  );
}

function layerOf(x: number[], W: number[], spec: Partial<ConvSpec> = {}, more: Partial<Reproduced> = {}): Reproduced {
  const geometry = geometryOf(x, W, null, { ...defaultSpec, ...spec });
  return { name: "mine", geometry, x: counting(x), W: counting(W), b: null, dout: null, ...more };
}

/** The lines of the code that begin with a name and an equals sign, as they stand. */
function statement(code: string, name: string): string {
  return (
    code
      .split("\n")
      .find((line) => line.trimStart().startsWith(`${name} = `))
      ?.trim() ?? ""
  );
}

describe("code that reproduces a layer", () => {
  it("says which layer it is", () => {
    const layer = layerOf([1, 2, 5, 5], [4, 1, 3, 3], {
      groups: 2,
      stride: [1, 2],
      padding: 1,
      paddingMode: "reflect",
    });
    assert.equal(
      codeOf("numpy", layer, new Store("mine", "beside")).split("\n")[0],
      "# mine: x 1×2×5×5, W 4×1×3×3, stride (1, 2), padding ((1, 1), (1, 1)) reflect, groups 2, float32",
    );
  });

  it("writes small tensors out, and large ones into files beside it", async () => {
    const layer = layerOf([1, 1, 30, 30], [1, 1, 1, 2]);
    for (const framework of ["numpy", "pytorch", "tensorflow"] as const) {
      const store = new Store("mine", "beside");
      const code = codeOf(framework, layer, store);
      assert.match(statement(code, "x"), /np\.load\(here \/ "mine-x\.npy"\)/);
      assert.match(statement(code, "W"), /\(\[\[\[\[1, 2\]\]\]\], dtype=\w+\.float32\)$/);
      assert.deepEqual([...store.files.keys()], ["mine-x.npy"]);
      const read = await (await NpyFile.open(bytesSource(store.files.get("mine-x.npy")!))).tensor();
      assert.deepEqual(read, layer.x);
      assert.match(code, /^here = Path\(__file__\)/m);
    }
  });

  it("names files where they stand, or reads the layer's own", () => {
    const layer = layerOf([1, 1, 30, 30], [1, 1, 1, 2]);
    const there = new Store("mine", { folder: "/data/my runs" });
    assert.equal(statement(codeOf("numpy", layer, there), "x"), 'x = np.load("/data/my runs/mine-x.npy")');
    const windows = new Store("mine", { folder: "C:\\runs" });
    assert.equal(statement(codeOf("numpy", layer, windows), "x"), 'x = np.load("C:\\\\runs\\\\mine-x.npy")');
    const own = new Store("mine", { folder: "" }, { x: 'np.load("/data/x.npy")' });
    assert.equal(statement(codeOf("numpy", layer, own), "x"), 'x = np.load("/data/x.npy")');
    assert.equal(own.files.size, 0);
  });

  it("imports what its numbers need", () => {
    const odd = tensor("float32", [1, 1, 1, 3], Float32Array.of(NaN, -Infinity, 1));
    const code = codeOf("pytorch", layerOf([1, 1, 1, 3], [1, 1, 1, 1], {}, { x: odd }), new Store("mine", "beside"));
    assert.match(code, /^from math import inf, nan$/m);
    assert.doesNotMatch(codeOf("pytorch", layerOf([1, 1, 1, 3], [1, 1, 1, 1]), new Store("", "beside")), /math|numpy/);
  });

  it("has PyTorch pad by itself only where it does what is done here", () => {
    const call = (spec: Partial<ConvSpec>, more: Partial<Reproduced> = {}) => {
      const layer = layerOf([1, 1, 4, 4], [1, 1, 3, 3], spec, more);
      const code = codeOf("pytorch", layer, new Store("mine", "beside"));
      return [statement(code, "padded"), statement(code, "out")];
    };
    assert.deepEqual(call({ padding: [1, 2] }), ["", "out = F.conv2d(x, W, stride=(1, 1), padding=(1, 2))"]);
    assert.deepEqual(
      call({
        padding: [
          [0, 1],
          [2, 0],
        ],
      }),
      ["padded = F.pad(x, (2, 0, 0, 1))  # left, right, top, bottom", "out = F.conv2d(padded, W, stride=(1, 1))"],
    );
    assert.match(call({ padding: 1, paddingMode: "circular" })[0], /F\.pad\(x, \(1, 1, 1, 1\), mode="circular"\)/);
    const W = tensor("float32", [1, 1, 3, 3], new Float32Array(9).fill(Infinity));
    assert.match(call({ padding: 1 }, { W })[0], /^padded = F\.pad/);
  });

  it("says what ONNX cannot do", () => {
    const double = (shape: number[]) => tensor("float64", shape, new Float64Array(elementCount(shape)));
    const layer = layerOf([1, 1, 4, 4], [1, 1, 3, 3], {}, { x: double([1, 1, 4, 4]), W: double([1, 1, 3, 3]) });
    const store = new Store("mine", "beside");
    const code = codeOf("onnx", layer, store);
    assert.match(code, /^# Forward only: ONNX has no gradients\.$/m);
    assert.match(code, /^# Rounded to float32/m);
    assert.match(code, /InferenceSession\(here \/ "mine\.onnx"\)/);
    // Padding that shows cells of x is fetched; zeros are Conv's own.
    const nodes = (spec: Partial<ConvSpec>) => {
      codeOf("onnx", layerOf([1, 1, 4, 4], [1, 1, 3, 3], spec), store);
      return Buffer.from(store.files.get("mine.onnx")!).toString("latin1").split("Gather").length - 1;
    };
    assert.deepEqual([nodes({ padding: 1 }), nodes({ padding: 1, paddingMode: "reflect" })], [0, 2]);
  });

  it("refuses a layer without elements, and a library that it does not know", () => {
    for (const framework of all)
      assert.throws(
        () => codeOf(framework, layerOf([0, 1, 4, 4], [1, 1, 3, 3]), new Store("mine", "beside")),
        (error) => error instanceof ConvError && error.code === "unsupported",
      );
    assert.throws(
      () => frameworkOf("toString"),
      /there is no export to toString: expected numpy, pytorch, tensorflow, onnx/,
    );
  });
});
