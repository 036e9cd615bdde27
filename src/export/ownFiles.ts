import type { Files } from "../base/files";
import { readTensor } from "../formats/formats";
import type { Layer } from "../formats/loadLayer";
import { toCompute } from "../tensor/tensor";
import { type InputName, MOST_INLINE } from "./store";

/**
 * NumPy expressions that read a layer's large tensors from the .npy and .npz files that they came from. Only of those that hold the same
 * numbers in the same order: not of files in another layout, nor of tensors that were edited since.
 */
export async function ownFiles(files: Files, layer: Layer): Promise<Partial<Record<InputName, string>>> {
  const found: Partial<Record<InputName, string>> = {};
  for (const name of ["x", "W", "b", "dout"] as const) {
    const [tensor, source] = [layer[name], layer.sources[name]];
    if (tensor === null || tensor.data.length <= MOST_INLINE || source?.file === undefined) continue;
    const { file, key } = source;
    // What has a scheme stands on no disk that Python reads.
    if (!(key === undefined ? /\.npy$/i : /\.npz$/i).test(file) || /^[a-z][a-z\d+.-]+:\/\//i.test(file)) continue;
    const { data } = toCompute(await readTensor(files, key === undefined ? file : `${file}#${key}`), tensor.dtype);
    if (data.length !== tensor.data.length || !data.every((value, i) => Object.is(value, tensor.data[i]))) continue;
    const array = `np.load(${JSON.stringify(file)})${key === undefined ? "" : `[${JSON.stringify(key)}]`}`;
    const same = source.shape.join() === tensor.shape.join();
    const shape = same ? "" : `.reshape(${tensor.shape.join(", ")})`;
    // The file's own type, byte order and order of axes may be others.
    found[name] = `${array}.astype(np.${tensor.dtype}, order="C")${shape}`;
  }
  return found;
}
