import assert from "node:assert/strict";
import { ConvError } from "../../src/base/errors";
import type { Run } from "../../src/conv/run";
import { Engine } from "../../src/engine/engine";
import { assets, buildIfStale } from "../unit/engine/assets";
import { assertSameRun, below, long, random, seed, short, until } from "./load";
import { threadCount, threadsOver } from "./readings";

const episodes = 150;

/** Everything at once: runs that wait for each other, on changing numbers of threads, some cancelled, threads killed at any moment. */
describe(`all disturbances together (SOAK_SEED=${seed})`, () => {
  let threadsBefore: number;
  const wanted = new Map<string, Run>();
  const arithmetics = ["fast", "reproducible"] as const;
  before(async () => {
    buildIfStale();
    const engine = new Engine({ assets, threads: 2, smallLayer: 0 });
    for (const inputs of [long, short])
      for (const arithmetic of arithmetics)
        wanted.set(`${inputs === long} ${arithmetic}`, await engine.run(inputs, { arithmetic }));
    await engine.dispose();
    threadsBefore = threadCount();
  });

  it(`${episodes} episodes: every run is right, or says truly why not`, async () => {
    const engine = new Engine({ assets, smallLayer: 0 });
    const ends = { right: 0, cancelled: 0, failed: 0 };
    let earlier = 0;
    for (let episode = 0; episode < episodes; episode++) {
      const plans = Array.from({ length: 1 + below(4) }, () => ({
        inputs: random() < 0.6 ? long : short,
        arithmetic: arithmetics[below(2)],
        threads: 1 + below(4),
        controller: new AbortController(),
        cancelAt: random() < 0.4 ? random() * 80 : Infinity,
      }));
      const kills = Array.from({ length: below(3) }, () => random() * 120).sort((a, b) => a - b);
      const start = performance.now();
      const outcomes = Promise.allSettled(
        plans.map(({ inputs, arithmetic, threads, controller }) =>
          engine.run(inputs, { arithmetic, threads, signal: controller.signal }),
        ),
      );
      const disturbed = [
        ...plans.map(({ cancelAt, controller }) => ({ at: cancelAt, act: () => controller.abort() })),
        ...kills.map((at) => ({
          at,
          act: () => void engine.pool?.workers.at(below(engine.pool.workers.length))?.terminate(),
        })),
      ]
        .filter(({ at }) => at < Infinity)
        .sort((a, b) => a.at - b.at);
      for (const { at, act } of disturbed) {
        await until(start + at);
        act();
      }
      for (const [i, outcome] of (await outcomes).entries()) {
        const { inputs, arithmetic, controller } = plans[i];
        if (outcome.status === "fulfilled") {
          assertSameRun(outcome.value, wanted.get(`${inputs === long} ${arithmetic}`)!); // all four are there
          ends.right++;
          continue;
        }
        const error: unknown = outcome.reason;
        assert.ok(error instanceof ConvError, String(error));
        if (error.code === "cancelled") {
          assert.ok(controller.signal.aborted);
          ends.cancelled++;
        } else {
          // A run is tried twice: it takes two deaths, of which one may have been before it, between runs.
          assert.equal(error.code, "worker-failed", String(error));
          assert.ok(kills.length + earlier >= 2, String(error));
          ends.failed++;
        }
      }
      earlier = kills.length;
    }
    assertSameRun(await engine.run(long), wanted.get("true fast")!); // it is there
    await engine.dispose();
    assert.equal(threadsOver(threadsBefore), 0);
    console.log(`      ${ends.right} runs were right, ${ends.cancelled} cancelled, ${ends.failed} lost two threads`);
    assert.ok(ends.right > ends.failed && ends.cancelled > 0);
  });
});
