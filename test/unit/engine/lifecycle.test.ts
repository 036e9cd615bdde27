import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ConvError } from "../../../src/base/errors";
import { geometryOf } from "../../../src/conv/geometry";
import type { Run } from "../../../src/conv/run";
import { defaultSpec } from "../../../src/conv/spec";
import { Engine, type EngineOptions } from "../../../src/engine/engine";
import { assets, buildIfStale } from "./assets";
import { inputsOf } from "./layers";

// Some tenths of a second of work.
const long = inputsOf(
  geometryOf([6, 64, 56, 56], [64, 64, 3, 3], [64], { ...defaultSpec, padding: 1 }),
  "float32",
  "real",
  1,
);
const short = inputsOf(geometryOf([1, 8, 20, 20], [12, 8, 3, 3], [12], defaultSpec), "float32", "real", 2);

const withCode = (code: string) => (error: unknown) => error instanceof ConvError && error.code === code;

function assertEqualRuns(actual: Run, expected: Run): void {
  for (const name of ["out", "dW", "db", "dx"] as const)
    assert.ok(
      Buffer.from(actual.tensors[name].data.buffer).equals(Buffer.from(expected.tensors[name].data.buffer)),
      name,
    );
}

/** Resolves once the engine has threads. */
async function threadsOf(engine: Engine) {
  while (engine.pool === undefined || engine.pool.workers.length === 0) await delay(1);
  return engine.pool.workers;
}

describe("engine: threads", () => {
  const engines: Engine[] = [];
  const engineOf = (options: Partial<EngineOptions> = {}) => {
    const engine = new Engine({ assets, threads: 2, smallLayer: 0, ...options });
    engines.push(engine);
    return engine;
  };
  let wanted: Run;
  before(async () => {
    buildIfStale();
    wanted = await engineOf().run(long);
  });
  after(() => Promise.all(engines.map((engine) => engine.dispose())));

  it("take runs that come at once one after the other", async () => {
    const engine = engineOf();
    const runs = await Promise.all([long, short, long, short].map((inputs) => engine.run(inputs)));
    assertEqualRuns(runs[0], wanted);
    assertEqualRuns(runs[2], wanted);
    assertEqualRuns(runs[1], runs[3]);
  });

  it("are let go when an input is no more, and do the next run right", async () => {
    const engine = engineOf();
    const inputs = inputsOf(geometryOf([1, 8, 40, 40], [16, 8, 3, 3], [16], defaultSpec), "float32", "real", 5);
    const wanted = await engine.run(inputs);
    const gone = { ...inputs.x, data: inputs.x.data.slice() };
    structuredClone(gone.data, { transfer: [gone.data.buffer] });
    await assert.rejects(engine.run({ ...inputs, x: gone }));
    assert.deepEqual((await engine.run(inputs)).tensors, wanted.tensors);
    await engine.dispose();
  });

  it("leave the host free while they work, and tell how far they are", async () => {
    const engine = engineOf();
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const told: number[] = [];
    await engine.run(long, { onProgress: (fraction) => told.push(fraction) });
    clearInterval(timer);
    assert.ok(turns > 3, `the host had ${turns} turns`);
    assert.deepEqual(
      told,
      [...told].sort((a, b) => a - b),
    );
    assert.equal(told.at(-1), 1);
  });

  it("end a run whose caller fails when it is told how far it is, and do the next one right", async () => {
    const engine = engineOf();
    const onProgress = () => {
      throw new Error("no wish to know");
    };
    await assert.rejects(engine.run(long, { onProgress }), /no wish to know/);
    assertEqualRuns(await engine.run(long), wanted);
  });

  it("let go of a cancelled run, and do the next one right", async () => {
    const engine = engineOf();
    await engine.run(short);
    const controller = new AbortController();
    const run = engine.run(long, { signal: controller.signal });
    const next = engine.run(long);
    await delay(10);
    controller.abort();
    await assert.rejects(run, withCode("cancelled"));
    assertEqualRuns(await next, wanted);
  });

  it("do not begin a run that is cancelled before", async () => {
    const engine = engineOf();
    await assert.rejects(engine.run(long, { signal: AbortSignal.abort() }), withCode("cancelled"));
    assert.equal(engine.pool, undefined);
  });

  it("are replaced when one dies, and the run comes out the same", async () => {
    const engine = engineOf();
    await engine.run(short);
    for (const wait of [0, 5, 20]) {
      const run = engine.run(long);
      await delay(wait);
      const victim = (await threadsOf(engine)).at(-1)!; // there is one
      await victim.terminate();
      assertEqualRuns(await run, wanted);
    }
  });

  it("that never begin leave the work to the host, where it is one of them", async () => {
    const folder = await mkdtemp(join(tmpdir(), "conv-"));
    try {
      await cp(join(assets, "kernels"), join(folder, "kernels"), { recursive: true });
      await writeFile(join(folder, "worker.js"), "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);");
      const engine = engineOf({ assets: folder });
      assertEqualRuns(await engine.run(long), wanted);
      await engine.dispose();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("compute alone what is large: the host only waits", async () => {
    const engine = engineOf({ largeLayer: 0 });
    assertEqualRuns(await engine.run(long), wanted);
    assert.equal((await threadsOf(engine)).length, 2);
    const shared = engineOf();
    assertEqualRuns(await shared.run(long), wanted);
    assert.equal((await threadsOf(shared)).length, 1);
  });

  it("are replaced when one has died between two runs", async () => {
    const engine = engineOf();
    await engine.run(short);
    const [victim] = await threadsOf(engine);
    await victim.terminate();
    assertEqualRuns(await engine.run(long), wanted);
  });

  it("that die twice end the run with an error, and the engine goes on", async () => {
    const engine = engineOf();
    const run = engine.run(long);
    const failed = assert.rejects(run, withCode("worker-failed"));
    const first = engine.pool ?? (await threadsOf(engine), engine.pool);
    await (await threadsOf(engine))[0].terminate();
    while (engine.pool === first || engine.pool === undefined) await delay(1);
    await (await threadsOf(engine))[0].terminate();
    await failed;
    assertEqualRuns(await engine.run(long), wanted);
  });

  it("that cannot start end the run with an error", async () => {
    const engine = engineOf({ assets: fileURLToPath(new URL("no-worker", import.meta.url)) });
    await assert.rejects(engine.run(short), withCode("not-found"));
  });

  const broken = {
    "that show no sign of life are given up": [
      "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
      /threads failed twice: no thread gave a sign of life for 200 ms/,
    ],
    "that fail end the run with their own words": ["throw new Error('out of luck');", /failed twice: .*out of luck/],
  } as const;
  for (const [title, [script, message]] of Object.entries(broken))
    it(title, async () => {
      const folder = await mkdtemp(join(tmpdir(), "conv-"));
      try {
        await cp(join(assets, "kernels"), join(folder, "kernels"), { recursive: true });
        await writeFile(join(folder, "worker.js"), script);
        const run = engineOf({ assets: folder, patienceMs: 200, largeLayer: 0 }).run(short);
        await assert.rejects(run, message);
        await assert.rejects(run, withCode("worker-failed"));
      } finally {
        await rm(folder, { recursive: true });
      }
    });

  it("are gone after dispose, and the run under way is cancelled", async () => {
    const engine = engineOf();
    await engine.run(short);
    const workers = await threadsOf(engine);
    const ends = workers.map((worker) => new Promise((resolve) => worker.once("exit", resolve)));
    const run = engine.run(long);
    const cancelled = assert.rejects(run, withCode("cancelled"));
    await delay(5);
    await engine.dispose();
    await cancelled;
    await Promise.all(ends);
    assert.equal(engine.pool, undefined);
    await assert.rejects(engine.run(short), withCode("cancelled"));
  });

  it("do not keep the process alive, nor hold up its end", () => {
    const script = `
      const { Engine } = require("./src/engine/engine.ts");
      const { geometryOf } = require("./src/conv/geometry.ts");
      const { defaultSpec } = require("./src/conv/spec.ts");
      const { inputsOf } = require("./test/unit/engine/layers.ts");
      const engine = new Engine({ assets: "dist", threads: 2, smallLayer: 0 });
      const inputs = inputsOf(geometryOf([1, 3, 9, 9], [4, 3, 3, 3], null, defaultSpec), "float32", "real", 1);
      engine.run(inputs).then((run) => console.log(run.timing.threads));`;
    const root = fileURLToPath(new URL("../../..", import.meta.url));
    const { stdout, status, signal } = spawnSync(process.execPath, ["--require", "tsx/cjs", "--eval", script], {
      cwd: root,
      encoding: "utf8",
      timeout: 30_000,
    });
    assert.deepEqual([stdout, status, signal], ["2\n", 0, null]);
  });
});
