import { type Layer, type LoadOptions, loadLayer } from "../../../src/formats/loadLayer";
import { npyBytes } from "../../../src/formats/npy";
import { npzBytes } from "../../../src/formats/npz";
import { type Tensor, elementCount, tensor, transpose } from "../../../src/tensor/tensor";
import { MemoryFiles, fixture } from "./support";

export const counting = (shape: readonly number[], dtype: "float32" | "float64" = "float32"): Tensor => {
  const data = dtype === "float32" ? new Float32Array(elementCount(shape)) : new Float64Array(elementCount(shape));
  return tensor(
    dtype,
    shape,
    data.map((_, i) => i),
  );
};
export const x = counting([1, 2, 4, 5]);
export const W = counting([3, 2, 3, 3]);
export const NHWC = [0, 2, 3, 1];
export const HWIO = [2, 3, 1, 0];

export const files = new MemoryFiles({
  "/w/x.npy": npyBytes(x),
  "/w/x64.npy": npyBytes(counting([1, 2, 4, 5], "float64")),
  "/w/x_nhwc.npy": npyBytes(transpose(x, NHWC)),
  "/w/W.npy": npyBytes(W),
  "/w/W64.npy": npyBytes(counting([3, 2, 3, 3], "float64")),
  "/w/W_hwio.npy": npyBytes(transpose(W, HWIO)),
  "/w/two.npz": npzBytes({ x, W }),
  "/w/one.npz": npzBytes({ x }),
  "/w/big.npy": npyBytes(tensor("int32", [1, 2, 4, 5], new Int32Array(40).fill(2 ** 24 + 1))),
  "/w/either.npy": npyBytes(counting([1, 2, 3, 2])),
  "/w/m.csv": "1,2,3\n4,5,6\n7,8,9.1\n",
  "/w/photo.png": fixture("image/pillow_RGBA.png"),
  "/w/gray16.png": fixture("image/pillow_I16.png"),
});
export const load = (layer: object | string, options: LoadOptions = {}) =>
  loadLayer(files, "/w/a.conv.json", {
    text: typeof layer === "string" ? layer : JSON.stringify(layer),
    ...options,
  });
/** The notes, in words. */
export const textsOf = ({ notes }: Layer) => notes.map(({ text }) => text);
export const base = { input: "x.npy", weight: "W.npy" };
