import assert from "node:assert/strict";
import fc from "fast-check";
import type { Logged } from "../../../src/session/resume";
import { Session } from "../../../src/session/session";
import { framesOf } from "../../../src/trace/order/navigate";
import { depths, stages } from "../../../src/trace/order/stages";
import { anyWalk } from "../trace/anyRun";

const moves = [
  "next",
  "previous",
  "stepIn",
  "stepInBack",
  "stepOut",
  "stepOutBack",
  "continue",
  "reverseContinue",
  "toStart",
  "toEnd",
] as const;

type Act = (session: Session) => unknown;

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  fc.constantFrom(...moves).map(
    (move): Act =>
      (session) =>
        session.move(move),
  ),
  fc.nat().map(
    (any): Act =>
      (session) =>
        session.seek(any % session.trace.total),
  ),
  fc.constantFrom(...stages).map(
    (stage): Act =>
      (session) =>
        session.toStage(stage),
  ),
  fc.constantFrom(...depths).map(
    (depth): Act =>
      (session) =>
        session.setDepth(depth),
  ),
  fc.constantFrom("forward" as const, "back" as const).map(
    (direction): Act =>
      (session) =>
        session.resume(direction),
  ),
);

/** All that can be seen of a moment: where it is, what is read and written, and elements under way. */
function seen(session: Session): unknown {
  const { trace, step, position } = session;
  const values = (["out", "dW", "db", "dx", "dcol"] as const).map((tensor) =>
    trace.valueAt(tensor, tensor === "db" ? [0] : tensor === "dcol" ? [0, 0] : [0, 0, 0, 0], step),
  );
  return { position, moment: trace.at(step), frames: framesOf(trace.steps, position), values };
}

describe("Session, after any moves", () => {
  it("shows what a fresh session shows that goes there at once", async () => {
    await fc.assert(
      fc.asyncProperty(anyWalk, fc.array(anyAct, { minLength: 1, maxLength: 25 }), async (walk, acts) => {
        const session = new Session(walk.run);
        const heard: number[] = [session.step];
        session.onDidMove(({ step }) => heard.push(step));
        session.breakpoints.set("one", [
          { id: 1, target: { kind: "element", tensor: "out", region: "[0, 0]", on: "changed" }, hitCondition: "% 3" },
          { id: 2, target: { kind: "line", line: 30 }, condition: "acc > 0" },
        ]);
        session.breakpoints.setFilters("another", ["nan", "overflow"]);
        for (const act of acts) {
          await act(session);
          const fresh = new Session(walk.run);
          fresh.setDepth(session.depth);
          fresh.seek(session.step);
          assert.deepEqual(seen(session), seen(fresh));
          assert.equal(heard.at(-1), session.step);
        }
      }),
      { numRuns: 120 },
    );
  });

  it("gives up running when somebody else moves, and keeps that place", async () => {
    const [walk] = fc.sample(anyWalk, { numRuns: 1, seed: 5 });
    const session = new Session(walk.run);
    session.breakpoints.set("one", [
      { id: 1, target: { kind: "element", tensor: "out", region: "", on: "written" }, condition: "acc == acc + 1" },
    ]);
    session.seek(0);
    const running = session.resume("forward");
    session.seek(1);
    const stop = await running;
    assert.deepEqual([session.step, stop.step <= session.trace.total - 1], [1, true]);
  });

  it("stops where it is when it is cancelled", async () => {
    const [walk] = fc.sample(anyWalk, { numRuns: 1, seed: 5 });
    const session = new Session(walk.run);
    session.breakpoints.set("one", [{ id: 1, target: { kind: "stage", stage: "col2im" }, condition: "false" }]);
    session.seek(3);
    const stop = await session.resume("forward", { signal: AbortSignal.abort() });
    assert.equal(stop.reason, "paused");
    assert.equal(session.step, stop.step);
  });

  it("logs what it passes, in the order in which it passes it", async () => {
    const [walk] = fc.sample(anyWalk, { numRuns: 1, seed: 7 });
    const session = new Session(walk.run);
    const said: string[] = [];
    const log = async (messages: readonly Logged[]) => {
      await Promise.resolve();
      said.push(...messages.map(({ text }) => text));
    };
    session.breakpoints.set("one", [
      { id: 1, target: { kind: "stage", stage: "dW" }, logMessage: "{stage} at {step}, {out.shape}" },
      { id: 2, target: { kind: "stage", stage: "gemm" }, logMessage: "{stage}" },
    ]);
    const g = session.trace.geometry;
    const { dW } = session.trace.steps.spans;
    const shape = [g.batch, g.filters, g.y.out, g.x.out].join(", ");
    const texts = ["gemm", `dW at ${dW.start}, [${shape}] (4)`];
    assert.equal((await session.resume("forward", { from: -1, log })).reason, "end");
    assert.deepEqual(said, texts);
    assert.equal((await session.resume("back", { log })).reason, "start");
    assert.deepEqual(said.slice(2), [...texts].reverse());
  });
});
