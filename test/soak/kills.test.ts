import assert from "node:assert/strict";
import type { Run } from "../../src/conv/run";
import { Engine } from "../../src/engine/engine";
import { assets, buildIfStale } from "../unit/engine/assets";
import { assertSameRun, below, long, random, seed, threadsOf, timeUndisturbed, until } from "./load";
import { MiB, type Reading, percentile, rise, settledReading, spread, threadCount, threadsOver } from "./readings";

/**
 * Threads are ended at random moments, spread over the whole of a run, and a little before and after.
 *   SOAK_SEED=n    the moments of an earlier run (its seed is printed)      SOAK_KILLS=n    how many, default 1 000
 */
const kills = Number(process.env.SOAK_KILLS ?? 1000);
const batch = 50;
const THREADS = 3;

/** one, at any moment; two at once; one as soon as there is one, which is at the start of threads or of the run. */
const ways = ["one", "one", "one", "two", "first"] as const;

describe(`threads that are killed (SOAK_SEED=${seed} SOAK_KILLS=${kills})`, () => {
  let engine: Engine;
  let wanted: Run;
  let threadsBefore: number;
  const undisturbed: number[] = [];
  const recoveries: number[] = [];
  const readings: Reading[] = [];
  let late = 0;

  before(async () => {
    buildIfStale();
    const first = new Engine({ assets, threads: THREADS, smallLayer: 0 });
    wanted = await first.run(long);
    await first.dispose();
    threadsBefore = threadCount();
    engine = new Engine({ assets, threads: THREADS, smallLayer: 0 });
    undisturbed.push(...(await timeUndisturbed(engine, long, 40)).slice(10));
  });
  after(() => engine.dispose());

  async function killAtRandom(): Promise<void> {
    const usual = percentile(undisturbed.slice(-9), 0.5);
    const way = ways[below(ways.length)];
    const start = performance.now();
    let ended = 0;
    const run = engine.run(long).finally(() => (ended = performance.now()));
    run.catch(() => undefined); // thrown below
    if (way !== "first") await until(start + random() * 1.1 * usual);
    const workers = [...(await threadsOf(engine, () => ended > 0))];
    const pool = engine.pool;
    const killed = performance.now();
    const victims = Array.from({ length: way === "two" ? 2 : 1 }, () => workers.splice(below(workers.length), 1)[0]);
    await Promise.all([run, ...victims.map((victim) => victim.terminate())]);
    assertSameRun(await run, wanted);
    if (engine.pool !== pool) {
      // Compared with a run right after: what else the machine has to do slows down both.
      const [next] = await timeUndisturbed(engine, long, 1);
      undisturbed.push(next);
      recoveries.push(ended - killed - next);
      return;
    }
    // The threads had done their part before: then it is the next run that must be done again, and the kill does not count.
    late++;
    assertSameRun(await engine.run(long), wanted);
    await killAtRandom();
  }

  for (let first = 0; first < kills; first += batch)
    it(`kills ${first} to ${first + batch - 1}: the run is done again, to the bit`, async () => {
      for (let i = 0; i < batch; i++) {
        await killAtRandom();
        if (i % 10 === 9) readings.push(await settledReading());
      }
    });

  it("recover within 500 ms", () => {
    console.log(`      undisturbed: ${spread(undisturbed)}`);
    console.log(
      `      recovery (kill to result, less that of the next run) of ${recoveries.length}: ${spread(recoveries)}`,
    );
    console.log(`      killed after the end of the run: ${late}`);
    assert.equal(recoveries.length, kills);
    assert.ok(percentile(recoveries, 0.99) < 500, `${percentile(recoveries, 0.99)} ms`);
  });

  it("leave nothing behind", async () => {
    const half = readings.slice(Math.floor(readings.length / 2));
    const series = (key: keyof Reading) => half.map((reading) => reading[key]);
    const grown = { resident: rise(series("resident")) / MiB, virtual: rise(series("virtual")) / MiB };
    const of = (key: keyof Reading) => [readings[0], half[0], half.at(-1)!].map((r) => r[key]); // there are some
    console.log(
      `      resident ${of("resident")
        .map((bytes) => (bytes / MiB).toFixed(0))
        .join(" → ")} MiB,` +
        ` over the second half ${grown.resident.toFixed(2)} MiB; addresses ${grown.virtual.toFixed(0)} MiB;` +
        ` threads ${of("threads").join(" → ")}; files ${of("files").join(" → ")}`,
    );
    assert.ok(grown.resident < 4, `${grown.resident} MiB more over the second half`);
    assert.ok(grown.virtual < 64, `${grown.virtual} MiB of addresses more over the second half`);
    assert.equal(new Set(series("threads")).size, 1, `threads: ${series("threads").join()}`);
    assert.equal(rise(series("files")), 0, `files: ${series("files").join()}`);
    await engine.dispose();
    assert.equal(threadsOver(threadsBefore), 0);
  });
});
