import assert from "node:assert/strict";
import type { Run } from "../../src/conv/run";
import { Engine } from "../../src/engine/engine";
import { assets, buildIfStale } from "../unit/engine/assets";
import { assertSameRun, below, seed, short } from "./load";
import { threadCount, threadsOver } from "./readings";
import { type Trap, Trapped, failures } from "./trap";

const THREADS = 3;
/** A hung thread is given up after this. */
const PATIENCE = 240;

/** One thread fails at each point of the protocol in turn: where threads sleep, meet, count themselves in and say that all is done. */
describe(`threads that fail at any point (SOAK_SEED=${seed})`, () => {
  let wanted: Run;
  let threadsBefore: number;
  before(async () => {
    buildIfStale();
    const engine = new Engine({ assets, threads: THREADS, smallLayer: 0 });
    wanted = await engine.run(short);
    await engine.dispose();
    threadsBefore = threadCount();
  });

  /** Runs twice with the trap: whichever run it is that fails comes out right. Returns whether it was sprung. */
  async function survives(trap: Trap): Promise<boolean> {
    const trapped = new Trapped(trap);
    const engine = new Engine({ assets: trapped.folder, threads: THREADS, smallLayer: 0, patienceMs: PATIENCE });
    try {
      assertSameRun(await engine.run(short), wanted);
      assertSameRun(await engine.run(short), wanted);
      return trapped.sprung;
    } catch (error) {
      throw new Error(JSON.stringify(trap), { cause: error });
    } finally {
      await engine.dispose();
      trapped.dispose();
    }
  }

  for (const failure of failures)
    it(`${failure}: the run is done again, on new threads`, async () => {
      // From the first operation on, until no thread has so many in two runs; hangs cost their patience each. A thread that
      // is woken late may find nothing to do: one that is not sprung says little, fifteen in a row do.
      const step = failure === "sleep" || failure === "spin" ? 4 : 1;
      let [sprung, missed] = [0, 0];
      for (let after = below(step); after < 400 && missed < 15; after += step) {
        const caught = await survives({ failure, after, thread: below(THREADS) });
        if (caught) sprung++;
        missed = caught ? 0 : missed + 1;
      }
      console.log(`      at ${sprung} points`);
      assert.ok(sprung >= 20 / step, `sprung ${sprung} times`);
    });

  it("leave no thread behind", () => assert.equal(threadsOver(threadsBefore), 0));
});
