import { type Geometry, biasShape, outShape, weightShape, xShape } from "../../../src/conv/geometry";
import { BLOCK, type Run } from "../../../src/conv/run";
import { elementCount, tensor } from "../../../src/tensor/tensor";
import { generator } from "./anyRun";

/** A run whose dW has long sums. x and dout are any numbers, all else is 0: only what is made of those two can be looked at. */
export function longRun(geometry: Geometry): Run {
  const random = generator(20261123);
  const filled = (shape: readonly number[], value: () => number) =>
    tensor("float32", shape, new Float32Array(elementCount(shape)).map(value));
  const [any, zero] = [() => random() * 2 - 1, () => 0];
  return {
    geometry,
    arithmetic: { dtype: "float32", fused: false, block: BLOCK },
    tensors: {
      x: filled(xShape(geometry), any),
      W: filled(weightShape(geometry), zero),
      b: null,
      out: filled(outShape(geometry), zero),
      dout: filled(outShape(geometry), any),
      dW: filled(weightShape(geometry), zero),
      db: filled(biasShape(geometry), zero),
      dx: filled(xShape(geometry), zero),
    },
    timing: { forwardMs: 0, backwardMs: 0, threads: 0, kernel: "" },
  };
}
