// One process, one engine, one layer: prints by how much the process grew at its peak, beyond the results, once the threads
// and their compiled code were there.   ASSETS THREADS NAME
import { Engine } from "../../../src/engine/engine";
import { forgetPeak, peakResident, resident, settledReading } from "../../soak/readings";
import { inputsOf } from "../../unit/engine/layers";
import { benchLayers, miniature, smallestLayer } from "../layers";

export interface MemoryRecord {
  /** Bytes of x, W, b, out, dout, dx, dW and db. */
  readonly tensors: number;
  /** Bytes that the process had at its peak, more than before the run, without the results. */
  readonly beyond: number;
  /** Bytes that the threads and the compiled code take for themselves, however large the layer. */
  readonly threads: number;
}

async function main(assets: string, threads: number, name: string): Promise<void> {
  const { geometry } = [smallestLayer, ...benchLayers].find((layer) => layer.name === name)!;
  const start = (await settledReading()).resident;
  // A miniature of the layer needs the same code.
  const first = new Engine({ assets, threads, smallLayer: 0 });
  await first.run(inputsOf(miniature(geometry), "float32", "real", 1));
  await first.dispose();
  const engine = new Engine({ assets, threads, smallLayer: 0 });
  // The host is one of the threads, or, of a large layer, none: so one more here.
  await engine.run(inputsOf(smallestLayer.geometry, "float32", "real", 1), { threads: threads + 1 });
  const once = (await settledReading()).resident - start;
  const inputs = inputsOf(geometry, "float32", "real", 1);
  forgetPeak();
  const before = resident();
  const { x, W, b, dout, out, dx, dW, db } = (await engine.run(inputs)).tensors;
  const peak = peakResident();
  await engine.dispose();
  const bytes = (...tensors: readonly (typeof b)[]) =>
    tensors.reduce((sum, each) => sum + (each?.data.byteLength ?? 0), 0);
  const record: MemoryRecord = {
    tensors: bytes(x, W, b, dout, out, dx, dW, db),
    beyond: peak - before - bytes(out, dx, dW, db),
    threads: once,
  };
  console.log(JSON.stringify(record));
}

void main(process.argv[2], Number(process.argv[3]), process.argv[4]);
