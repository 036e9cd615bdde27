// The layers that are disturbed, and what is needed to disturb them at any moment.
import assert from "node:assert/strict";
import { setImmediate as turn, setTimeout as delay } from "node:timers/promises";
import { type Geometry, geometryOf } from "../../src/conv/geometry";
import type { Run, RunInputs } from "../../src/conv/run";
import { defaultSpec } from "../../src/conv/spec";
import type { Engine } from "../../src/engine/engine";
import { generator } from "../exact/fills";
import { inputsOf } from "../exact/layers";

export const seed = Number(process.env.SOAK_SEED ?? Date.now() % 2 ** 31);
export const random = generator(seed);
/** A whole number below `count`. */
export const below = (count: number) => Math.floor(random() * count);

const layer = (geometry: Geometry): RunInputs =>
  inputsOf({ geometry, dtype: "float32", fill: "real", withDout: true, seed: 1 });

/** Some tens of milliseconds on two threads, a third of them forward. */
export const long = layer(geometryOf([4, 32, 56, 56], [64, 32, 3, 3], [64], { ...defaultSpec, padding: 1 }));
export const short = layer(geometryOf([1, 6, 20, 20], [10, 6, 3, 3], [10], { ...defaultSpec, padding: 1 }));

export function assertSameRun(actual: Run, expected: Run): void {
  for (const name of ["out", "db", "dW", "dx"] as const) {
    const [found, wanted] = [actual.tensors[name].data, expected.tensors[name].data];
    if (!bytesOf(found).equals(bytesOf(wanted)))
      assert.fail(`${name} is not what it is undisturbed, first at ${found.findIndex((v, i) => v !== wanted[i])}`);
  }
}
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Float64Array) =>
  Buffer.from(buffer, byteOffset, byteLength);

/** Resolves at a moment of performance.now(), to a fraction of a millisecond; the threads go on meanwhile. */
export async function until(moment: number): Promise<void> {
  const rest = moment - performance.now();
  if (rest > 2) await delay(Math.floor(rest - 1));
  while (performance.now() < moment) await turn();
}

/** The engine's threads as soon as there are any; none if `ended` says so before. */
export async function threadsOf(engine: Engine, ended: () => boolean) {
  while (!ended() && (engine.pool === undefined || engine.pool.workers.length === 0)) await turn();
  return engine.pool?.workers ?? [];
}

/** How long runs take that nothing disturbs, in milliseconds. */
export async function timeUndisturbed(engine: Engine, inputs: RunInputs, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await engine.run(inputs);
    times.push(performance.now() - start);
  }
  return times;
}
