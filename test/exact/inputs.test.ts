import assert from "node:assert/strict";
import { geometryOf } from "../../src/conv/geometry";
import type { RunInputs } from "../../src/conv/run";
import { defaultSpec } from "../../src/conv/spec";
import { Engine } from "../../src/engine/engine";
import { type ComputeTensor, tensor } from "../../src/tensor/tensor";
import { assets, buildIfStale } from "../unit/engine/assets";
import { inputsOf } from "./layers";
import { type Cells, assertSameBits, cellsOf, replayed } from "./replay";

/** x, out and W have the same number of elements, so that one array can be all of them. */
const square = geometryOf([2, 4, 6, 6], [4, 4, 3, 6], [4], { ...defaultSpec, padding: "same" });
const plain = geometryOf([3, 5, 13, 11], [7, 5, 3, 2], [7], { ...defaultSpec, padding: 1 });
const tensors = ["x", "W", "b", "dout"] as const;

describe("inputs and results keep out of each other's way", () => {
  const engines: Engine[] = [];
  before(() => {
    buildIfStale();
    for (const smallLayer of [0, Infinity]) engines.push(new Engine({ assets, threads: 2, smallLayer }));
  });
  after(() => Promise.all(engines.map((engine) => engine.dispose())));

  for (const dtype of ["float32", "float64"] as const) {
    const make = (geometry = plain) => inputsOf({ geometry, dtype, fill: "real", withDout: true, seed: 11 });
    const changed = (inputs: RunInputs, change: (one: ComputeTensor) => ComputeTensor): RunInputs => ({
      ...inputs,
      ...Object.fromEntries(tensors.map((name) => [name, change(inputs[name]!)])), // make gives all four
    });

    it(`parts of larger arrays, at odd places, also in shared memory: ${dtype}`, async () => {
      const inputs = make();
      for (const engine of engines) {
        const wanted = cellsOf(await engine.run(inputs));
        for (const Buffer of [ArrayBuffer, SharedArrayBuffer]) {
          const odd = changed(inputs, ({ shape, data }) => {
            const size = data.BYTES_PER_ELEMENT;
            const whole = new Buffer((data.length + 9) * size);
            const part =
              dtype === "float32"
                ? new Float32Array(whole, 3 * size, data.length)
                : new Float64Array(whole, 3 * size, data.length);
            part.set(data);
            return tensor(dtype, shape, part);
          });
          assertSameBits(cellsOf(await engine.run(odd)), wanted, Buffer.name);
        }
      }
    });

    it(`one array as x, W and dout: ${dtype}`, async () => {
      const { x, b } = make(square);
      const { W, dout } = make(square);
      assert.deepEqual([W.data.length, dout!.data.length], [x.data.length, x.data.length]); // make gives dout
      const inputs = { geometry: square, x, b, W: { ...W, data: x.data }, dout: { ...dout!, data: x.data } };
      for (const engine of engines) {
        const run = await engine.run(inputs);
        assertSameBits(cellsOf(run), replayed(run), run.timing.kernel);
      }
    });

    it(`results of earlier runs, and of runs that wait for each other: ${dtype}`, async () => {
      for (const engine of engines) {
        const inputs = make();
        const first = await engine.run(inputs);
        const cells = structuredClone(cellsOf(first));
        const other = changed(inputs, (one) => ({ ...one, data: one.data.map((value) => 1 - value) }));
        const [second, third] = await Promise.all([engine.run(other), engine.run(inputs)]);
        assertSameBits(cellsOf(first), cells, "the first run, after others");
        assertSameBits(cellsOf(third), cells, "the third run");
        assertSameBits(cellsOf(second), replayed(second), "the second run");
        scribble(cellsOf(third));
        assertSameBits(cellsOf(await engine.run(inputs)), cells, "a run after results were written over");
      }
    });
  }

  it("64 threads, of which most find nothing to do", async () => {
    const [engine] = engines;
    const inputs = inputsOf({ geometry: plain, dtype: "float32", fill: "real", withDout: true, seed: 12 });
    const run = await engine.run(inputs, { threads: 64 });
    assert.equal(run.timing.threads, 64);
    assertSameBits(cellsOf(run), replayed(run), "64 threads");
  });
});

function scribble(cells: Cells): void {
  for (const data of Object.values(cells)) data.fill(NaN);
}
