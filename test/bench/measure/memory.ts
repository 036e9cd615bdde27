// One process, one engine, one layer: prints by how much the process grew at its peak, beyond the results, once the threads
// were there.   ASSETS THREADS NAME
import { readFileSync, writeFileSync } from "node:fs";
import { Engine } from "../../../src/engine/engine";
import { inputsOf } from "../../unit/engine/layers";
import { benchLayers, smallestLayer } from "../layers";

export interface MemoryRecord {
  /** Bytes of x, W, b, out, dout, dx, dW and db. */
  readonly tensors: number;
  /** Bytes that the process had at its peak, more than before the run, without the results. */
  readonly beyond: number;
  /** Bytes that the threads and their compiled code take for themselves, whatever the layer. */
  readonly threads: number;
}

const status = (key: string) =>
  1024 * Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(readFileSync("/proc/self/status", "utf8"))![1]);

async function main(assets: string, threads: number, name: string): Promise<void> {
  const inputsFor = (wanted: string) =>
    inputsOf([smallestLayer, ...benchLayers].find((layer) => layer.name === wanted)!.geometry, "float32", "real", 1);
  const inputs = inputsFor(name);
  const start = status("VmRSS");
  // The smallest layer has threads too: it shows what they alone take.
  const engine = new Engine({ assets, threads, smallLayer: 0 });
  await engine.run(inputsFor(smallestLayer.name));
  // The mark of the highest use is set back to the present one, that is with the inputs and the threads.
  writeFileSync("/proc/self/clear_refs", "5");
  const before = status("VmRSS");
  const { x, W, b, dout, out, dx, dW, db } = (await engine.run(inputs)).tensors;
  const peak = status("VmHWM");
  await engine.dispose();
  const bytes = (...tensors: readonly (typeof b)[]) =>
    tensors.reduce((sum, each) => sum + (each?.data.byteLength ?? 0), 0);
  const record: MemoryRecord = {
    tensors: bytes(x, W, b, dout, out, dx, dW, db),
    beyond: peak - before - bytes(out, dx, dW, db),
    threads: before - start,
  };
  console.log(JSON.stringify(record));
}

void main(process.argv[2], Number(process.argv[3]), process.argv[4]);
