// Large layers, run by the engine itself, forward and backward.
import { type Geometry, biasShape, geometryOf, outShape, weightShape, xShape } from "../../../src/conv/geometry";
import type { Run, RunInputs } from "../../../src/conv/run";
import { type ConvSpec, defaultSpec } from "../../../src/conv/spec";
import { Engine } from "../../../src/engine/engine";
import { type ComputeDtype, computeArray } from "../../../src/tensor/dtype";
import { type ComputeTensor, elementCount, tensor } from "../../../src/tensor/tensor";
import { join } from "node:path";

export interface LargeLayer {
  readonly name: string;
  readonly x: readonly number[];
  readonly W: readonly number[];
  readonly spec?: Partial<ConvSpec>;
  readonly dtype?: ComputeDtype;
}

const padded = { padding: 1 };

/** 10⁹ steps and more each. dW's sums have as many terms as `col` has rows: 4 · 10⁵, 6 · 10³, 2 · 10⁶, 1.7 · 10⁷. */
export const wide: LargeLayer = {
  name: "8×256×224×224, 4 of 3×3",
  x: [8, 256, 224, 224],
  W: [4, 256, 3, 3],
  spec: padded,
};
export const deep: LargeLayer = {
  name: "8×512×28×28, 512 of 3×3",
  x: [8, 512, 28, 28],
  W: [512, 512, 3, 3],
  spec: padded,
};
export const middle: LargeLayer = {
  name: "8×64×112×112, 64 of 3×3",
  x: [8, 64, 112, 112],
  W: [64, 64, 3, 3],
  spec: padded,
};
export const long: LargeLayer = { name: "8×8×512×512, 8 of 3×3", x: [8, 8, 512, 512], W: [8, 8, 3, 3], spec: padded };
export const photo: LargeLayer = {
  name: "1×3×4096×4096, 4 of 3×3",
  x: [1, 3, 4096, 4096],
  W: [4, 3, 3, 3],
  spec: padded,
};
/** As many elements of out as are reduced at once while it is written, and sums that are short. */
export const reduced: LargeLayer = {
  name: "4×3×128×128, 4 of 3×3",
  x: [4, 3, 128, 128],
  W: [4, 3, 3, 3],
  spec: padded,
};
/** As many elements of x as are reduced at once. */
export const asked: LargeLayer = {
  name: "8×25×224×224, 4 of 3×3",
  x: [8, 25, 224, 224],
  W: [4, 25, 3, 3],
  spec: padded,
};
export const exact: LargeLayer = { ...middle, name: `${middle.name}, float64`, dtype: "float64" };
/** 10⁸ elements of out and dout; of W and dW. (`wide` has as many of x and dx, and nine times as many of col and dcol.) */
export const many: LargeLayer = {
  name: "8×4×224×224, 256 of 3×3",
  x: [8, 4, 224, 224],
  W: [256, 4, 3, 3],
  spec: padded,
};
export const heavy: LargeLayer = { name: "1×1000×3×3, 11200 of 3×3", x: [1, 1000, 3, 3], W: [11200, 1000, 3, 3] };

export function inputsOf({ x, W, spec, dtype = "float32" }: LargeLayer): RunInputs {
  const geometry = geometryOf(x, W, [W[0]], { ...defaultSpec, ...spec });
  const filled = (shapeOf: (g: Geometry) => number[], seed: number) => noise(dtype, shapeOf(geometry), seed);
  return {
    geometry,
    x: filled(xShape, 1),
    W: filled(weightShape, 2),
    b: filled(biasShape, 3),
    dout: filled(outShape, 4),
  };
}

export async function runOf(inputs: RunInputs): Promise<Run> {
  const engine = new Engine({ assets: join(process.cwd(), "dist"), threads: 2 });
  try {
    return await engine.run(inputs);
  } finally {
    await engine.dispose();
  }
}

/** Numbers between −0.5 and 0.5, the same ones everywhere. */
function noise(dtype: ComputeDtype, shape: readonly number[], seed: number): ComputeTensor {
  const data = computeArray(dtype, elementCount(shape));
  for (let i = 0, state = seed; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    data[i] = state / 2 ** 32;
  }
  return tensor(dtype, shape, data);
}
