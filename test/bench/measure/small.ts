// Layers so small that starting is most of the work. Measured in this process: nothing else runs meanwhile.
import { geometryOf } from "../../../src/conv/geometry";
import { defaultSpec } from "../../../src/conv/spec";
import type { Geometry } from "../../../src/conv/geometry";
import { Engine, type EngineOptions } from "../../../src/engine/engine";
import { assets } from "../../unit/engine/assets";
import { inputsOf } from "../../unit/engine/layers";
import { smallestLayer } from "../layers";
import { median } from "../statistics";

export interface SmallRecord {
  readonly wallMs: number;
  readonly forwardMs: number;
  readonly backwardMs: number;
}

async function timesOf(engine: Engine, geometry: Geometry, ms: number): Promise<SmallRecord> {
  const inputs = inputsOf(geometry, "float32", "real", 1);
  const walls: number[] = [];
  const [forwards, backwards]: [number[], number[]] = [[], []];
  // A quarter of the time warms up.
  const started = performance.now();
  while (performance.now() - started < ms || walls.length < 5) {
    const before = performance.now();
    const { timing } = await engine.run(inputs);
    if (before - started < ms / 4) continue;
    walls.push(performance.now() - before);
    forwards.push(timing.forwardMs);
    backwards.push(timing.backwardMs);
  }
  return { wallMs: median(walls), forwardMs: median(forwards), backwardMs: median(backwards) };
}

/** The smallest layer on a warm engine as users have it. */
export async function measureSmallest(threads: number): Promise<SmallRecord> {
  const engine = new Engine({ assets, threads });
  const times = await timesOf(engine, smallestLayer.geometry, 1000);
  await engine.dispose();
  return times;
}

/** Wall clock of the whole run in ms: the host alone, one thread, all threads. */
export interface Crossing {
  readonly layer: string;
  readonly products: number;
  readonly host: number;
  readonly oneThread: number;
  readonly threads: number;
}

/** Layers from toy to real. Their products double, more or less, from line to line. */
const sizes = [1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 20].map((channels) => {
  const size = 8 + 2 * channels;
  const name = `${channels}×${size}×${size}, ${channels} of 3×3 p1`;
  const spec = { ...defaultSpec, padding: 1 };
  return { name, geometry: geometryOf([1, channels, size, size], [channels, channels, 3, 3], [channels], spec) };
});

/** From how many products on threads are worth waking. */
export async function measureCrossing(threads: number): Promise<readonly Crossing[]> {
  const ways: readonly EngineOptions[] = [
    { assets, smallLayer: Infinity },
    { assets, smallLayer: 0, threads: 1 },
    { assets, smallLayer: 0, threads },
  ];
  const engines = ways.map((options) => new Engine(options));
  const rows: Crossing[] = [];
  for (const { name, geometry: g } of sizes) {
    const times: number[] = [];
    for (const engine of engines) times.push((await timesOf(engine, g, 200)).wallMs);
    const [host, oneThread, all] = times;
    rows.push({ layer: name, products: g.rows * g.filters * g.groupTaps, host, oneThread, threads: all });
  }
  await Promise.all(engines.map((engine) => engine.dispose()));
  return rows;
}
