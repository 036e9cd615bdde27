import { type ComputeDtype, computeArray } from "../../../src/tensor/dtype";
import { type ComputeTensor, tensor } from "../../../src/tensor/tensor";
import type { Run, RunInputs } from "../../../src/conv/run";
import { type ArithmeticKind, Engine } from "../../../src/engine/engine";
import { assets } from "../../unit/engine/assets";
import type { Peer } from "./peer";

/** Our own engine. Its times are its own: they contain bringing tensors into the WASM memory and out again. */
export function enginePeer(dtype: ComputeDtype, arithmetic: ArithmeticKind, threads: number): Peer {
  const engine = new Engine({ assets, threads, arithmetic });
  let inputs: RunInputs;
  let run: Run;
  return {
    version: `this engine, ${dtype}, ${arithmetic}`,
    load(geometry, { x, W, b, dout }) {
      const [xs, Ws, bs, ds] = [x, W, b, dout].map((each) => converted(each, dtype));
      inputs = { geometry, x: xs, W: Ws, b: bs, dout: ds };
      return Promise.resolve();
    },
    async run() {
      const started = performance.now();
      run = await engine.run(inputs);
      const wallMs = performance.now() - started;
      return { forwardMs: run.timing.forwardMs, backwardMs: run.timing.backwardMs, wallMs };
    },
    results() {
      const { out, dx, dW, db } = run.tensors;
      return { out, dx, dW, db };
    },
  };
}

function converted({ dtype, shape, data }: ComputeTensor, to: ComputeDtype): ComputeTensor {
  if (dtype === to) return tensor(dtype, shape, data);
  const copy = computeArray(to, data.length);
  copy.set(data);
  return tensor(to, shape, copy);
}
