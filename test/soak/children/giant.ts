// One giant layer in a process of its own: node giant.cjs ASSETS NAME. Prints what it took as JSON, fails if a cell is wrong.
import { geometryOf } from "../../../src/conv/geometry";
import { defaultSpec } from "../../../src/conv/spec";
import { Engine } from "../../../src/engine/engine";
import { type Checked, errorAt } from "../cells";
import { peakResident } from "../readings";
import { layerOf } from "./layer";

const GiB = 2 ** 30;

const layers = {
  // col would have 16.7 million rows of 605: 40 GB.
  col: () => geometryOf([1, 5, 4096, 4096], [1, 5, 11, 11], [1], { ...defaultSpec, padding: 5 }),
  // x and dx have 4.3 GB each, more than 32 bits can point to; windows overlap each other and every border.
  tall: () =>
    geometryOf([1, 1, 1_090_000, 1000], [1, 1, 5, 5], [1], { ...defaultSpec, stride: 4, padding: [2, 2], dilation: 1 }),
} as const;

async function main(assets: string, name: keyof typeof layers): Promise<void> {
  const inputs = layerOf(layers[name]());
  const engine = new Engine({ assets, threads: 2 });
  const start = performance.now();
  const run = await engine.run(inputs);
  const ms = performance.now() - start;
  await engine.dispose();
  const peak = peakResident();
  const worst = { out: 0, dx: 0, dW: 0, db: 0 };
  const check = (tensor: Checked, offset: number) =>
    (worst[tensor] = Math.max(worst[tensor], errorAt(run, tensor, offset)));
  const { x, out, dW } = run.tensors;
  // Both ends, both sides of each 2 GiB of x and dx, and the windows that see them; and places all over.
  const borders = [0, x.data.length];
  for (let bytes = 2 * GiB; bytes < x.data.byteLength; bytes += 2 * GiB) borders.push(bytes / 4);
  const width = x.shape[3];
  for (const border of borders)
    for (const step of [-4 * width, -width - 1, -width, -2, -1, 0, 1, 2, width, width + 1, 4 * width]) {
      const at = border + step;
      if (at < 0 || at >= x.data.length) continue;
      check("dx", at);
      const windows = Math.floor((at / x.data.length) * out.data.length);
      for (const near of [-out.shape[3], -1, 0, 1, out.shape[3]])
        if (windows + near >= 0 && windows + near < out.data.length) check("out", windows + near);
    }
  for (let i = 0; i < 400; i++) {
    check("dx", Math.floor(((i + 0.37) / 400) * x.data.length));
    check("out", Math.floor(((i + 0.37) / 400) * out.data.length));
  }
  for (let i = 0; i < 4; i++) check("dW", Math.floor(((i + 0.5) / 4) * dW.data.length));
  check("db", 0);
  console.log(JSON.stringify({ ms, peak, worst }));
}

void main(process.argv[2], process.argv[3] as keyof typeof layers); // giant.test.ts gives one of the names
