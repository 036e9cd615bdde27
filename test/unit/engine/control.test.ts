import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { geometryOf } from "../../../src/conv/geometry";
import { defaultSpec } from "../../../src/conv/spec";
import { newControl, release, whenDone } from "../../../src/engine/control";
import { Engine } from "../../../src/engine/engine";
import { assets, buildIfStale } from "./assets";
import { inputsOf } from "./layers";

describe("engine: the threads' shared words", () => {
  it("take an order for done when it is, not when something woke the host", async () => {
    const control = newControl();
    let done = false;
    const waiting = whenDone(control, 1).then(() => (done = true));
    // The words: 2 `closed`, 3 `inside`, 4 `left`, which the host waits on.
    const [closed, inside, left] = [2, 3, 4];
    const look = async () => {
      Atomics.add(control.words, left, 1);
      Atomics.notify(control.words, left);
      await turn();
      await turn();
    };
    await look();
    assert.equal(done, false);
    Atomics.store(control.words, inside, 1);
    Atomics.store(control.words, closed, 1);
    await look();
    assert.equal(done, false);
    Atomics.store(control.words, inside, 0);
    await look();
    assert.equal(done, true);
    await waiting;
  });

  it("let the host go when the threads are ended", async () => {
    const control = newControl();
    const waiting = whenDone(control, 1);
    release(control);
    await waiting;
  });

  it("are enough for a host that cannot wait: it gets a message", async () => {
    buildIfStale();
    const engine = new Engine({ assets, smallLayer: 0, threads: 2 });
    const inputs = inputsOf(geometryOf([2, 5, 20, 20], [9, 5, 3, 3], [9], defaultSpec), "float32", "real", 3);
    const wanted = await engine.run(inputs);
    const { waitAsync } = Atomics;
    try {
      Object.defineProperty(Atomics, "waitAsync", { value: undefined, configurable: true, writable: true });
      for (let i = 0; i < 20; i++) assert.deepEqual((await engine.run(inputs)).tensors, wanted.tensors);
    } finally {
      Object.defineProperty(Atomics, "waitAsync", { value: waitAsync, configurable: true, writable: true });
      await engine.dispose();
    }
  });
});
