import assert from "node:assert/strict";
import type { Mark, Searching, Shown } from "../../../src/protocol/messages";
import { panel, pointRun, quiet, smallRun } from "./support";

describe("the timeline of the panel", () => {
  it("marks where NaN comes in first in time, not first in memory", async () => {
    const run = smallRun({}, (x) => (x[16 + 5] = NaN));
    const { ask, wire, events } = panel(run);
    await ask("ready");
    const marked = () => (events().findLast(([name]) => name === "marked")?.[1] ?? []) as Mark[];
    const inOut = () => marked().find(({ label }) => label.includes("out"));
    while (inOut() === undefined) await quiet();
    // x[0, 1, 1, 1] is read first by window (0, 0), its last tap, of filter 0: step 17 of out's first cell.
    assert.equal(inOut()?.label, "First NaN in out[0, 0, 0, 0]");
    assert.equal(inOut()?.step, 16 * 18 + 17);
    assert.deepEqual(wire.lines, []);
  });

  it("marks where breakpoints may stop, and continues to where they do", async () => {
    const { ask, session, events } = panel();
    await ask("ready");
    await quiet();
    assert.equal(await ask("move", "toStart"), 0);
    // out[0, 0, 0, 1] is the fourth cell of gemm: im2col has 16 rows of 18 taps, a row of out three cells of 18 products.
    const element = { kind: "element", tensor: "out", region: "[0, 0, 0, 1]", on: "written" } as const;
    session.breakpoints.set("test", [{ id: 1, target: element }]);
    const marks = events().findLast(([name]) => name === "marked")?.[1] as Mark[];
    assert.deepEqual(marks[0], {
      step: 16 * 18 + 3 * 18,
      kind: "breakpoint",
      label: "Breakpoint: out[0, 0, 0, 1] written, 18 steps",
    });
    assert.equal(marks.length, 18);
    await ask("move", "continue");
    await quiet();
    assert.equal(session.step, 16 * 18 + 3 * 18);
    assert.deepEqual(events().at(-1), ["moved", 16 * 18 + 3 * 18]);
    await ask("move", "toEnd");
    await ask("move", "reverseContinue");
    await quiet();
    assert.equal(session.step, 16 * 18 + 3 * 18 + 17);
    session.breakpoints.set("test", []);
    assert.deepEqual(events().findLast(([name]) => name === "marked")?.[1], []);
    assert.equal(await ask("move", "reverseContinue"), 16 * 18);
  });

  /** The marks of what stops under conditions: known when there is no more to come. */
  async function labels(events: () => unknown[][], wanted: number): Promise<[number, string, string][]> {
    for (;;) {
      const marks = (events().findLast(([name]) => name === "marked")?.[1] ?? []) as Mark[];
      const ours = marks.filter(({ kind }) => kind === "breakpoint" || kind === "filter");
      if (ours.length === wanted) return ours.map(({ step, kind, label }) => [step, kind, label]);
      await quiet();
    }
  }

  it("marks where conditions, filters and data breakpoints would stop first, and where log points are", async () => {
    const { ask, session, events } = panel(smallRun({}, (x) => (x[16 + 5] = NaN)));
    await ask("ready");
    const { im2col, gemm } = session.trace.steps.spans;
    session.breakpoints.setFilters("test", ["nan", "infinity"]);
    session.breakpoints.set("test", [
      { id: 1, target: { kind: "stage", stage: "gemm" }, condition: "row == 0" },
      { id: 2, target: { kind: "element", tensor: "out", region: "[0, 1, 0, 0]", on: "changed" } },
      { id: 3, target: { kind: "stage", stage: "db" }, logMessage: "db" },
      { id: 4, target: { kind: "stage", stage: "dW" }, condition: "row == 7" },
      { id: 5, target: { kind: "line", line: 9 }, hitCondition: "1" },
    ]);
    const found = await labels(events, 5);
    const { db, dW } = session.trace.steps.spans;
    assert.deepEqual(
      found.sort(([a], [b]) => a - b),
      [
        // x[0, 1, 1, 1] is the last tap of the first window.
        [im2col.start + 17, "filter", "Filter NaN, first: col[0, 17] became NaN"],
        [gemm.start, "breakpoint", "Breakpoint: gemm, first"],
        [gemm.start + 18, "breakpoint", "Breakpoint: out[0, 1, 0, 0] changed, first"],
        [db.start, "breakpoint", "Log point: db"],
        [db.start, "breakpoint", "Breakpoint on line 9 of the listing"],
      ],
    );
    assert.ok(dW.count > 0, "dW begins at row 0: what is never hit has no mark");
    for (const [at, kind] of found.filter(([, , label]) => !label.startsWith("Log point"))) {
      const stop = await session.resume("forward", { from: at - 1 });
      assert.deepEqual([stop.step, stop.reason], [at, kind === "filter" ? "exception" : "breakpoint"]);
    }
    session.breakpoints.set("test", []);
    assert.equal((await labels(events, 1)).length, 1);
  });

  it("gives up looking for what takes long, and does not count the hits of a run under way", async () => {
    const { ask, session, events, wire } = panel(pointRun(new Float64Array(15_000).fill(1), [1, 1, 100, 150]));
    await ask("ready");
    const never = { kind: "element", tensor: "out", region: "[:]", on: "written" } as const;
    session.breakpoints.set("test", [
      { id: 1, target: never, condition: "(out * acc).sum() > 1e9" },
      { id: 2, target: never, condition: "ox >= 0", hitCondition: "1000" },
    ]);
    const [[step]] = await labels(events, 1);
    assert.equal(step, session.trace.steps.spans.gemm.start + 999);
    assert.deepEqual(wire.lines, []);
  });

  it("says how far a long continue has come, and gives it up when it is told to", async () => {
    // So many steps that it takes some seconds, if nobody gives up.
    const { ask, session, events } = panel(pointRun(new Float64Array(3_000_000).fill(1), [1, 1, 2000, 1500]));
    await ask("ready");
    const target = { kind: "element", tensor: "out", region: "[:]", on: "written" } as const;
    session.breakpoints.set("test", [{ id: 1, target, condition: "sqrt(acc) > 1e9" }]);
    await ask("move", "toStart");
    await ask("move", "continue");
    const told = () => events().filter(([name]) => name === "searching");
    while (told().length < 2) await quiet();
    const [first, second] = told().map(([, searching]) => searching as Searching);
    assert.deepEqual([first.direction, first.from], ["forward", 0]);
    assert.ok(first.step > 0 && second.step >= first.step && first.rate > 0);
    assert.deepEqual((await ask<Shown>("ready")).searching, told().at(-1)?.[1]);
    await ask("interrupt");
    await quiet();
    assert.deepEqual(told().at(-1), ["searching", null]);
    assert.equal((await ask<Shown>("ready")).searching, null);
    assert.equal(session.step, 0);
  });

  it("says nothing of a continue that is quick", async () => {
    const { ask, session, events } = panel();
    await ask("ready");
    session.breakpoints.set("test", [{ id: 1, target: { kind: "stage", stage: "dcol" } }]);
    await ask("move", "toStart");
    await ask("move", "continue");
    await quiet();
    assert.equal(session.step, session.trace.steps.spans.dcol.start);
    assert.deepEqual(
      events().filter(([name]) => name === "searching"),
      [],
    );
  });
});
