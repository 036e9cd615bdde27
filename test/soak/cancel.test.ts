import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { ConvError } from "../../src/base/errors";
import { geometryOf } from "../../src/conv/geometry";
import type { Run, RunInputs } from "../../src/conv/run";
import { defaultSpec } from "../../src/conv/spec";
import { Engine, type EngineOptions } from "../../src/engine/engine";
import { inputsOf } from "../exact/layers";
import { zeros } from "../../src/tensor/tensor";
import { assets, buildIfStale } from "../unit/engine/assets";
import { assertSameRun, long, random, seed, short, timeUndisturbed, until } from "./load";
import { ownMs, percentile, spread } from "./readings";

/** Runs are cancelled at random moments. SOAK_SEED as for kills; SOAK_CANCELS=n: how many, default 500. */
const cancels = Number(process.env.SOAK_CANCELS ?? 500);
const batch = 50;

const isCancelled = (error: unknown) => error instanceof ConvError && error.code === "cancelled";

interface Pace {
  /** Milliseconds of an undisturbed run, as the last ones were. */
  usual: number;
  /** Runs that were done before their moment. */
  done: number;
}

describe(`runs that are cancelled (SOAK_SEED=${seed} SOAK_CANCELS=${cancels})`, () => {
  const engines: Engine[] = [];
  const engineOf = (options: Partial<EngineOptions>) => {
    const engine = new Engine({ assets, threads: 2, ...options });
    engines.push(engine);
    return engine;
  };
  before(buildIfStale);
  after(() => Promise.all(engines.map((engine) => engine.dispose())));

  /**
   * Cancels a run at a random moment of it. Returns how long after that moment the caller was told, the time included in which the
   * host was too busy to hear of it. No engine has more threads at work, the host among them, than there are processors: if the host is kept
   * waiting for one, then by other processes, which does not count. A run that was done before its moment shows how long runs take
   * now, and another one is cancelled.
   */
  async function cancelAtRandom(engine: Engine, inputs: RunInputs, pace: Pace): Promise<number> {
    for (;;) {
      const controller = new AbortController();
      const start = performance.now();
      const moment = start + random() * pace.usual;
      let ended = 0;
      const cancelled = engine
        .run(inputs, { signal: controller.signal })
        .then(
          () => false,
          (error: unknown) => {
            if (isCancelled(error)) return true;
            throw error;
          },
        )
        .finally(() => (ended = ownMs()));
      // From when it could last have heard.
      let since = ownMs();
      while (performance.now() < moment) {
        since = ownMs();
        await turn();
      }
      controller.abort();
      if (await cancelled) return ended - since;
      pace.usual = performance.now() - start;
      pace.done++;
    }
  }

  /** By the median of `count` runs. */
  async function paceOf(engine: Engine, inputs: RunInputs, count: number): Promise<Pace> {
    return { usual: percentile(await timeUndisturbed(engine, inputs, count), 0.5), done: 0 };
  }

  describe("on threads", () => {
    let engine: Engine;
    let wanted: Run;
    let pace: Pace;
    const told: number[] = [];
    const freed: number[] = [];
    before(async () => {
      engine = engineOf({ smallLayer: 0 });
      wanted = await engine.run(long);
      pace = await paceOf(engine, long, 20);
    });

    for (let first = 0; first < cancels; first += batch)
      it(`cancels ${first} to ${first + batch - 1}: said at once, and the next run is right`, async () => {
        for (let i = 0; i < batch; i++) {
          told.push(await cancelAtRandom(engine, long, pace));
          // Every other time a short run follows, which shows how soon the threads are free again.
          const start = performance.now();
          if (i % 2 === 0) assertSameRun(await engine.run(long), wanted);
          else {
            await engine.run(short);
            freed.push(performance.now() - start);
          }
        }
      });

    it("are told so within 100 ms", () => {
      console.log(
        `        undisturbed ${pace.usual.toFixed(1)} ms; ${told.length} runs were cancelled, ${pace.done} done before`,
      );
      console.log(`        from the moment to the answer: ${spread(told)}`);
      console.log(`        a short run right after took: ${spread(freed)}`);
      assert.ok(percentile(told, 0.99) < 100);
      // A thread that is left waiting would only be found by the watchdog, after 16 s.
      assert.ok(Math.max(...freed) < 5000);
    });
  });

  const one = inputsOf({
    geometry: geometryOf([1, 64, 56, 56], [64, 64, 3, 3], [64], { ...defaultSpec, padding: 1 }),
    dtype: "float32",
    fill: "real",
    withDout: true,
    seed: 2,
  });
  // The host computes in slices, or copies large tiles: it must hear of it in between.
  const large = (() => {
    const geometry = geometryOf([8, 16, 1024, 1024], [4, 16, 3, 3], [4], { ...defaultSpec, padding: 1 });
    const fill = (shape: number[]) => ({ ...zeros("float32", shape), dtype: "float32" as const });
    return { geometry, x: fill([8, 16, 1024, 1024]), W: fill([4, 16, 3, 3]), b: fill([4]), dout: null };
  })();
  const others: [string, Partial<EngineOptions>, RunInputs, number][] = [
    ["the host itself", { smallLayer: Infinity }, long, 40],
    ["the scalar kernels", { kernels: "scalar" }, one, 8],
    ["a layer of a gigabyte", { threads: 1 }, large, 8],
  ];
  for (const [name, options, inputs, count] of others)
    it(`are told so within 100 ms: ${name}`, async () => {
      const engine = engineOf(options);
      const wanted = await engine.run(inputs);
      const pace = await paceOf(engine, inputs, 1);
      const told: number[] = [];
      while (told.length < count) told.push(await cancelAtRandom(engine, inputs, pace));
      console.log(`        undisturbed ${pace.usual.toFixed(1)} ms; told in ${spread(told)}`);
      assertSameRun(await engine.run(inputs), wanted);
      assert.ok(percentile(told, 0.99) < 100, `${percentile(told, 1)} ms`);
      await engine.dispose();
    });

  it("do not stop those that wait behind them", async () => {
    const engine = engineOf({ smallLayer: 0 });
    const wanted = await engine.run(short);
    for (let i = 0; i < 20; i++) {
      const controllers = Array.from({ length: 6 }, () => new AbortController());
      const runs = controllers.map(({ signal }) => engine.run(short, { signal }));
      const doomed = new Set([0, 1, 2, 3, 4, 5].filter(() => random() < 0.5));
      const outcomes = Promise.allSettled(runs);
      await until(performance.now() + random() * 3);
      for (const each of doomed) controllers[each].abort();
      for (const [each, outcome] of (await outcomes).entries())
        if (outcome.status === "fulfilled") assertSameRun(outcome.value, wanted);
        else assert.ok(doomed.has(each) && isCancelled(outcome.reason), String(outcome.reason));
    }
  });
});
