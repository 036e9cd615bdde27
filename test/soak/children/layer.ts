// Makes a layer of any size in memory that is new, for the processes that measure it.
import { type Geometry, biasShape, outShape, weightShape, xShape } from "../../../src/conv/geometry";
import type { RunInputs } from "../../../src/conv/run";
import { type ComputeTensor, zeros } from "../../../src/tensor/tensor";
import { scramble } from "../cells";

export function layerOf(geometry: Geometry): RunInputs & { readonly dout: ComputeTensor } {
  const filled = (shape: readonly number[], salt: number) => {
    const made = zeros("float32", shape);
    scramble(made.data, salt);
    return made;
  };
  return {
    geometry,
    x: filled(xShape(geometry), 0x1234),
    W: filled(weightShape(geometry), 0x3456),
    b: geometry.hasBias ? filled(biasShape(geometry), 0x5678) : null,
    dout: filled(outShape(geometry), 0x789a),
  };
}

export const bytesOf = (tensors: readonly (ComputeTensor | null)[]) =>
  tensors.reduce((sum, one) => sum + (one === null ? 0 : one.data.byteLength), 0);
