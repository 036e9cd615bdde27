// How fast the engine is, against plain loops, side by side in one run.   tsx test/bench/bench.ts [--quick] [--float64]
//   [--threads N] [--reproducible]. GFLOP/s count a multiply-add as two; backward is dx, dW and db together.
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { xShape, weightShape } from "../../src/conv/geometry";
import type { RunInputs } from "../../src/conv/run";
import { Engine } from "../../src/engine/engine";
import { elementCount } from "../../src/tensor/tensor";
import { assets, buildIfStale } from "../unit/engine/assets";
import { inputsOf } from "../unit/engine/layers";
import { benchLayers } from "./layers";
import { plainBackward, plainForward } from "./plain";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    float64: { type: "boolean", default: false },
    reproducible: { type: "boolean", default: false },
    threads: { type: "string", default: String(Math.min(availableParallelism(), 8)) },
  },
});

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

interface Times {
  readonly forwardMs: number;
  readonly backwardMs: number;
}

async function engineTimes(engine: Engine, inputs: RunInputs, repeats: number): Promise<Times & { kernel: string }> {
  const times: Times[] = [];
  let kernel = "";
  // The first runs start threads and let the host compile the kernels well.
  for (let i = -3; i < repeats; i++) {
    const { timing } = await engine.run(inputs);
    kernel = timing.kernel;
    if (i >= 0) times.push(timing);
  }
  return {
    forwardMs: median(times.map((time) => time.forwardMs)),
    backwardMs: median(times.map((time) => time.backwardMs)),
    kernel,
  };
}

function plainTimes({ geometry: g, x, W, b, dout }: RunInputs): Times {
  const [xs, Ws, bs, ds] = [x, W, b!, dout!].map(({ data }) => Float32Array.from(data));
  const out = new Float32Array(ds.length);
  const dx = new Float32Array(elementCount(xShape(g)));
  const dW = new Float32Array(elementCount(weightShape(g)));
  const times = Array.from({ length: 3 }, () => {
    const started = performance.now();
    plainForward(g, xs, Ws, bs, out);
    const between = performance.now();
    plainBackward(g, xs, Ws, ds, dx, dW, new Float32Array(g.filters));
    return { forwardMs: between - started, backwardMs: performance.now() - between };
  });
  return {
    forwardMs: Math.min(...times.map((time) => time.forwardMs)),
    backwardMs: Math.min(...times.map((time) => time.backwardMs)),
  };
}

async function main(): Promise<void> {
  buildIfStale();
  const dtype = options.float64 ? "float64" : "float32";
  const arithmetic = options.reproducible ? "reproducible" : "fast";
  const threads = Number(options.threads);
  console.log(
    `Node ${process.version}, ${cpus()[0].model}, ${threads} threads, ${dtype}, ${arithmetic}; ${fileURLToPath(
      import.meta.url,
    )
      .split("/")
      .slice(-3)
      .join("/")}`,
  );
  console.log(
    "layer".padEnd(34),
    "forward".padStart(9),
    "backward".padStart(9),
    "× plain".padStart(9),
    "× plain".padStart(9),
  );
  const engine = new Engine({ assets, threads, arithmetic });
  const ratios: number[] = [];
  for (const { name, geometry: g } of benchLayers) {
    const inputs = inputsOf(g, dtype, "real", 1);
    const fast = await engineTimes(engine, inputs, options.quick ? 7 : 31);
    const plain = plainTimes(inputs);
    const gigaflops = (2 * g.rows * g.filters * g.groupTaps) / 1e6;
    const [forward, backward] = [gigaflops / fast.forwardMs, (2 * gigaflops) / fast.backwardMs];
    const [times, timesBack] = [plain.forwardMs / fast.forwardMs, plain.backwardMs / fast.backwardMs];
    ratios.push(times, timesBack);
    const cells = [forward.toFixed(1), backward.toFixed(1), times.toFixed(0), timesBack.toFixed(0)];
    console.log(name.padEnd(34), ...cells.map((cell) => cell.padStart(9)), ` ${fast.kernel}`);
  }
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  console.log(`geometric mean against plain loops: ${mean.toFixed(1)} ×`);
  await engine.dispose();
}

void main();
