import assert from "node:assert/strict";
import { type Progress, Session } from "../../../src/session/session";
import { pointRun } from "../panel/support";

/** 90 000 steps, of which each of out looks at all of out: some seconds, if nobody gives up. */
function slow(): Session {
  const session = new Session(pointRun(new Float64Array(15_000).fill(1), [1, 1, 100, 150]));
  const target = { kind: "element", tensor: "out", region: "[:]", on: "written" } as const;
  session.breakpoints.set("test", [{ id: 1, target, condition: "(out * acc).sum() > 1e9" }]);
  session.seek(10);
  return session;
}

describe("the progress of a resume", () => {
  it("is told as it goes on, and ends where it began when it is interrupted", async () => {
    const session = slow();
    const heard: (Progress | null)[] = [];
    session.onDidProgress((progress) => {
      heard.push(progress);
      if (heard.length === 3) session.interrupt();
    });
    const stop = await session.resume("forward");
    assert.deepEqual(stop, { reason: "paused", step: 10, hits: [] });
    assert.equal(session.step, 10);
    assert.equal(heard.at(-1), null);
    const told = heard.slice(0, -1).map((progress) => progress!); // only the last one is null
    assert.equal(told.length, 3);
    for (const [i, { direction, from, step }] of told.entries()) {
      assert.deepEqual([direction, from], ["forward", 10]);
      assert.ok(step >= (told[i - 1]?.step ?? 10) && step < session.trace.total);
    }
    session.interrupt();
    assert.equal(heard.length, 4, "nobody is running any more");
  });

  it("ends when somebody moves, and is that of the latest of two", async () => {
    const session = slow();
    const heard: (Progress | null)[] = [];
    session.onDidProgress((progress) => heard.push(progress));
    const first = session.resume("forward");
    const second = session.resume("back");
    assert.equal((await first).reason, "paused");
    assert.deepEqual(await second, { reason: "start", step: 0, hits: [] });
    assert.equal(heard.at(-1), null);
    const third = session.resume("forward");
    session.seek(20);
    assert.deepEqual(await third, { reason: "paused", step: 20, hits: [] });
  });
});
