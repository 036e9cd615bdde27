import assert from "node:assert/strict";
import { ConvError } from "../../src/base/errors";
import type { Run } from "../../src/conv/run";
import { Engine } from "../../src/engine/engine";
import { assets, buildIfStale } from "../unit/engine/assets";
import { assertSameRun, below, long, random, seed, short, threadsOf, until } from "./load";
import { MiB, type Reading, rise, settledReading, threadCount, threadsOver } from "./readings";

const engineOf = () => new Engine({ assets, threads: 2, smallLayer: 0 });
const isCancelled = (error: unknown) => error instanceof ConvError && error.code === "cancelled";
/** Done before, or told that it will not be. */
function assertEnded(outcome: PromiseSettledResult<Run>): void {
  if (outcome.status === "rejected") assert.ok(isCancelled(outcome.reason), String(outcome.reason));
}

describe(`engines that are disposed (SOAK_SEED=${seed})`, () => {
  let wanted: Run;
  let threadsBefore: number;
  before(async () => {
    buildIfStale();
    const engine = engineOf();
    wanted = await engine.run(long);
    await engine.dispose();
    threadsBefore = threadCount();
  });
  afterEach(() => assert.equal(threadsOver(threadsBefore), 0));

  it("leave no thread right after they are made, nor when it is said twice or three times at once", async () => {
    const engine = engineOf();
    await Promise.all([engine.dispose(), engine.dispose()]);
    await engine.dispose();
    await assert.rejects(engine.run(short), isCancelled);
  });

  it("leave no thread after a run, nor in the very moment of its start", async () => {
    const used = engineOf();
    await used.run(short);
    await used.dispose();
    const starting = engineOf();
    const run = assert.rejects(starting.run(long), isCancelled);
    await starting.dispose();
    await run;
  });

  it("leave no thread at any moment of a run, with others waiting behind it", async () => {
    for (let i = 0; i < 60; i++) {
      const engine = engineOf();
      const outcomes = Promise.allSettled([engine.run(long), engine.run(short), engine.run(long)]);
      await until(performance.now() + random() * 120);
      await Promise.all([engine.dispose(), i % 2 === 0 ? engine.dispose() : undefined]);
      assert.equal(threadsOver(threadsBefore), 0);
      (await outcomes).forEach(assertEnded);
    }
  });

  it("leave no thread while a killed one is replaced", async () => {
    for (let i = 0; i < 30; i++) {
      const engine = engineOf();
      const outcome = Promise.allSettled([engine.run(long)]);
      const workers = await threadsOf(engine, () => false);
      await until(performance.now() + random() * 60);
      void workers[below(workers.length)]?.terminate();
      await until(performance.now() + random() * 60);
      await engine.dispose();
      assert.equal(threadsOver(threadsBefore), 0);
      (await outcome).forEach(assertEnded);
    }
  });

  it("cost nothing: 200 engines, each made, used and disposed of", async () => {
    const readings: Reading[] = [];
    for (let i = 0; i < 200; i++) {
      const engine = engineOf();
      const run = await engine.run(i % 10 === 0 ? long : short);
      if (i % 10 === 0) assertSameRun(run, wanted);
      await engine.dispose();
      assert.equal(threadsOver(threadsBefore), 0);
      if (i % 4 === 3) readings.push(await settledReading());
    }
    const half = readings.slice(readings.length / 2);
    const [resident, virtual] = (["resident", "virtual"] as const).map((key) => rise(half.map((r) => r[key])) / MiB);
    console.log(
      `      over the second hundred: resident ${resident.toFixed(2)} MiB, addresses ${virtual.toFixed(0)} MiB`,
    );
    assert.ok(resident < 4);
    assert.ok(virtual < 64);
    assert.equal(rise(half.map(({ files }) => files)), 0);
  });
});
