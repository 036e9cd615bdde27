import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import type { Run, RunInputs } from "../../src/conv/run";
import { Engine } from "../../src/engine/engine";
import { assets, buildIfStale } from "../unit/engine/assets";
import { assertSameRun, below, long, seed, short } from "./load";
import { threadCount, threadsOver } from "./readings";
import { Trapped, failures, protocolPoints } from "./trap";

/** As many as processors at least: only then are there threads that others wake. */
const THREADS = Math.max(3, availableParallelism());
/** A hung thread is given up after this; threads that live are not, also where many share a processor. */
const PATIENCE = 1000;
/** Until the point has been come to. Most need one or two: a thread that is woken late finds nothing to do. */
const MOST_RUNS = 500;

/**
 * One thread fails at each point of the protocol: where threads sleep, meet, count themselves in and say that all is done. It is
 * whichever thread comes there first, in whichever run: so every point is tried, however the machine shares out its time.
 */
describe(`threads that fail at any point (SOAK_SEED=${seed})`, () => {
  const wanted = new Map<RunInputs, Run>();
  let threadsBefore: number;
  before(async () => {
    buildIfStale();
    const engine = new Engine({ assets, threads: THREADS, smallLayer: 0 });
    for (const inputs of [short, long]) wanted.set(inputs, await engine.run(inputs));
    await engine.dispose();
    threadsBefore = threadCount();
  });

  /** Runs until the trap is sprung, and once more: a thread that failed when its run had ended is found by the next. */
  async function survives(trapped: Trapped, largeLayer: number): Promise<void> {
    const options = { assets: trapped.folder, threads: THREADS, smallLayer: 0, largeLayer, patienceMs: PATIENCE };
    const engine = new Engine(options);
    const run = async (inputs: RunInputs) => assertSameRun(await engine.run(inputs), wanted.get(inputs)!); // both are there
    try {
      // Only in a long run does a thread surely wait for another.
      for (let runs = 0; !trapped.sprung; runs++) {
        assert.ok(runs < MOST_RUNS, `in ${MOST_RUNS} runs no thread came there`);
        await run(runs % 4 === 3 ? long : short);
      }
      await run(short);
    } finally {
      await engine.dispose();
      trapped.dispose();
    }
  }

  for (const failure of failures)
    it(`${failure}: the run is done again, on new threads`, async () => {
      const points = protocolPoints();
      assert.ok(points.length > 0);
      for (const [point, operation] of points.entries())
        for (const visits of [0, 1 + below(30)]) {
          // With and without the host as one of the threads.
          const largeLayer = below(2) === 0 ? 0 : Infinity;
          try {
            await survives(new Trapped({ failure, point, visits }), largeLayer);
          } catch (cause) {
            throw new Error(`${failure} after ${visits} visits to ${operation}, large layer ${largeLayer}`, { cause });
          }
        }
      console.log(`      at all ${points.length} points, at the first visit and at a later one`);
    });

  it("leave no thread behind", () => assert.equal(threadsOver(threadsBefore), 0));
});
