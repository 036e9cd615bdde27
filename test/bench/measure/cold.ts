// One process, one engine, one small layer: prints the milliseconds from `new Engine()` to the first result.   ASSETS THREADS
import { Engine } from "../../../src/engine/engine";
import { inputsOf } from "../../unit/engine/layers";
import { smallestLayer } from "../layers";

async function main(assets: string, threads: number): Promise<void> {
  const inputs = inputsOf(smallestLayer.geometry, "float32", "real", 1);
  const started = performance.now();
  const engine = new Engine({ assets, threads });
  await engine.run(inputs);
  console.log(performance.now() - started);
  await engine.dispose();
}

void main(process.argv[2], Number(process.argv[3]));
