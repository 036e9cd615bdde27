// What runs need beside their tensors, in a process of its own: node overhead.cjs ASSETS. Prints a line of JSON for each layer.
import { type Geometry, geometryOf } from "../../../src/conv/geometry";
import { type ConvSpec, defaultSpec } from "../../../src/conv/spec";
import { Engine } from "../../../src/engine/engine";
import { estimate } from "../../../src/engine/memory";
import { forgetPeak, peakResident, resident, settledReading } from "../readings";
import { bytesOf, layerOf } from "./layer";

const layer = (x: number[], W: number[], spec: Partial<ConvSpec>): [string, Geometry] => [
  `${x.join("×")}, ${W[0]} of ${W[2]}×${W[3]}${spec.groups ? ` in ${spec.groups} groups` : ""}`,
  geometryOf(x, W, [W[0]], { ...defaultSpec, ...spec }),
];

const layers = [
  layer([100, 1, 28, 28], [30, 1, 5, 5], {}),
  layer([1, 3, 224, 224], [64, 3, 7, 7], { stride: 2, padding: 3 }),
  layer([1, 64, 56, 56], [64, 64, 3, 3], { padding: 1 }),
  layer([1, 256, 56, 56], [64, 256, 1, 1], {}),
  layer([1, 128, 28, 28], [128, 128, 3, 3], { padding: 1 }),
  layer([1, 256, 14, 14], [256, 256, 3, 3], { padding: 1 }),
  layer([1, 512, 7, 7], [512, 512, 3, 3], { padding: 1 }),
  layer([1, 96, 112, 112], [96, 1, 3, 3], { stride: 2, padding: 1, groups: 96 }),
  layer([8, 3, 224, 224], [64, 3, 7, 7], { stride: 2, padding: 3 }),
  layer([8, 64, 56, 56], [64, 64, 3, 3], { padding: 1 }),
  layer([8, 256, 56, 56], [64, 256, 1, 1], {}),
  layer([8, 512, 7, 7], [512, 512, 3, 3], { padding: 1 }),
  layer([8, 96, 112, 112], [96, 1, 3, 3], { stride: 2, padding: 1, groups: 96 }),
  layer([32, 64, 56, 56], [64, 64, 3, 3], { padding: 1 }),
  layer([1, 3, 2048, 2048], [4, 3, 3, 3], { padding: 1 }),
  layer([1, 16, 1024, 1024], [16, 16, 3, 3], { padding: 1, paddingMode: "reflect" }),
  layer([1, 2048, 7, 7], [2048, 2048, 3, 3], { padding: 1 }),
  layer([1, 1, 8192, 4096], [1, 1, 5, 5], { padding: 2 }),
];
const small = layer([1, 4, 24, 24], [4, 4, 3, 3], {})[1];

async function main(assets: string): Promise<void> {
  for (const [name, geometry] of layers) {
    const engine = new Engine({ assets, threads: 2, smallLayer: 0 });
    // The threads themselves are there before: they are the same for all layers. Two of three, as the host is the third.
    await engine.run(layerOf(small), { threads: 3 });
    const inputs = layerOf(geometry);
    await settledReading();
    forgetPeak();
    const before = resident();
    const run = await engine.run(inputs);
    const peak = peakResident() - before;
    await engine.dispose();
    const { out, dW, db, dx } = run.tensors;
    const results = bytesOf([out, dW, db, dx]);
    const tensors = results + bytesOf([inputs.x, inputs.W, inputs.b, inputs.dout]);
    const planned = estimate(geometry, "float32", 2);
    console.log(JSON.stringify({ name, tensors, beyond: peak - results, estimate: planned.bytes }));
  }
}

void main(process.argv[2]);
