import { join } from "node:path";
import { geometryOf } from "../../../src/conv/geometry";
import type { RunInputs } from "../../../src/conv/run";
import { type ConvSpec, defaultSpec } from "../../../src/conv/spec";
import { explain } from "../../../src/diagnose/explain";
import { Engine } from "../../../src/engine/engine";
import { randomTensor } from "../../../src/formats/random";
import { type ComputeTensor, toCompute, transpose } from "../../../src/tensor/tensor";
import { type Row, timeRow } from "../debugger/record";

const LAYER = "1×64×56×56, 64 of 3×3";

/** Time to say why out, and why dx, is what another layer has made: until the answer, with the runs that confirm it. */
export async function measureExplaining(): Promise<Row[]> {
  const engine = new Engine({ assets: join(__dirname, "../../../dist") });
  const random = (shape: readonly number[], seed: number) =>
    toCompute(randomTensor({ random: [...shape], seed }), "float32");
  const [x, W] = [random([1, 64, 56, 56], 1), random([64, 64, 3, 3], 2)];
  const run = (own: { x?: ComputeTensor; W?: ComputeTensor; spec?: Partial<ConvSpec> }) => {
    const [ownX, ownW] = [own.x ?? x, own.W ?? W];
    const geometry = geometryOf(ownX.shape, ownW.shape, null, { ...defaultSpec, padding: 1, ...own.spec });
    const inputs: RunInputs = { geometry, x: ownX, W: ownW, b: null, dout: null };
    return engine.run(inputs);
  };
  const swapped = toCompute(transpose(W, [0, 1, 3, 2]), "float32");
  const filters = toCompute(transpose(W, [1, 0, 2, 3]), "float32");
  const others: Readonly<Record<string, Parameters<typeof run>[0]>> = {
    "the same": {},
    "the kernel transposed": { W: swapped },
    "channels and filters exchanged": { W: filters },
    "another padding mode": { spec: { paddingMode: "reflect" } },
    "both of these": { W: swapped, spec: { paddingMode: "reflect" } },
    "another size": { spec: { padding: 0 } },
    "other weights: no hypothesis fits": { W: random([64, 64, 3, 3], 3) },
  };
  const mine = await run({});
  const rows: Row[] = [];
  for (const [what, other] of Object.entries(others)) {
    const { out, dx, dW, db } = (await run(other)).tensors;
    for (const [names, expected] of [
      ["out", { out }],
      ["out, dx, dW, db", { out, dx, dW, db }],
    ] as const) {
      const began = performance.now();
      await explain(mine, expected, (inputs, signal) => engine.run(inputs, { signal }));
      rows.push(timeRow(`explain ${names}: ${what}`, LAYER, performance.now() - began, 3000));
    }
  }
  await engine.dispose();
  return rows;
}
