import { type ComputeTensor, zeros } from "../../../src/tensor/tensor";
import type { Geometry } from "../../../src/conv/geometry";
import { outShape, weightShape, xShape } from "../../../src/conv/geometry";
import type { Inputs } from "../tensors";
import type { Peer } from "./peer";
import { plainBackward, plainForward } from "./plain";

export function plainPeer(): Peer {
  let g: Geometry;
  let inputs: Inputs;
  let made: Readonly<Record<"out" | "dx" | "dW" | "db", ComputeTensor>>;
  // Inputs and results are float32 throughout.
  const floats = ({ data }: ComputeTensor) => data as Float32Array;
  return {
    version: "plain loops over typed arrays",
    load(geometry, loaded) {
      [g, inputs] = [geometry, loaded];
      return Promise.resolve();
    },
    run() {
      const [out, dx, dW, db] = [outShape(g), xShape(g), weightShape(g), [g.filters]].map((s) => zeros("float32", s));
      made = { out, dx, dW, db };
      const [x, W, b, dout] = [inputs.x, inputs.W, inputs.b, inputs.dout].map(floats);
      const started = performance.now();
      plainForward(g, x, W, b, floats(out));
      const between = performance.now();
      plainBackward(g, x, W, dout, floats(dx), floats(dW), floats(db));
      return Promise.resolve({ forwardMs: between - started, backwardMs: performance.now() - between });
    },
    results: () => made,
  };
}
