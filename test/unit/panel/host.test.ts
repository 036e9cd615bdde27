import assert from "node:assert/strict";
import { PanelHost } from "../../../src/panel/host";
import type {
  ElementFacts,
  Mark,
  Searching,
  Shown,
  StripPage,
  Summarised,
  Summary,
} from "../../../src/protocol/messages";
import { matrixPicture, planePicture, transposedPicture } from "../../../src/protocol/picture";
import { Session } from "../../../src/session/session";
import { type Tile, mark } from "../../../src/tensor/slice";
import { pointRun, smallRun, testWire, type TestWire } from "./support";

interface Answer {
  readonly t: string;
  readonly i?: string;
  readonly m?: string;
  readonly r?: unknown;
  readonly a?: unknown[];
}

/** A host that shows a run, and a way to ask it as the webview does. */
function panel(run = smallRun(), wire: TestWire = testWire()) {
  const host = new PanelHost(wire);
  const session = new Session(run);
  host.show({ session, title: "small", notes: [{ label: "layout", detail: "taken as NCHW", choices: ["NHWC"] }] });
  let count = 0;
  const ask = async <A>(m: string, ...a: unknown[]): Promise<A> => {
    const i = `q${count++}`;
    host.receive({ t: "q", i, m, a });
    for (let turn = 0; turn < 50; turn++) {
      const answer = wire.posted.find((message) => (message as Answer).i === i && (message as Answer).t === "s");
      if (answer !== undefined) return (answer as Answer).r as A; // what the host answers is what is tested
      await new Promise((resolve) => setTimeout(resolve));
    }
    throw new Error(`no answer to ${m}`);
  };
  const events = () => (wire.posted as Answer[]).filter(({ t }) => t === "q").map(({ m, a }) => [m, ...(a ?? [])]);
  return { host, session, wire, ask, events };
}

const quiet = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("PanelHost", () => {
  it("says nothing before the webview is there, and then all at once", async () => {
    const { ask, events, session } = panel();
    assert.deepEqual(events(), []);
    const shown = await ask<Shown>("ready");
    assert.equal(shown.run?.title, "small");
    assert.equal(shown.step, session.trace.total - 1);
    assert.equal(shown.depth, "tap");
    assert.equal(shown.activity, null);
  });

  it("tells every move as one integer, whoever made it", async () => {
    const { ask, events, session } = panel();
    await ask("ready");
    session.seek(7);
    await quiet();
    assert.deepEqual(events(), [["moved", 7]]);
  });

  it("tells a change of depth", async () => {
    const { ask, events, session } = panel();
    await ask("ready");
    await ask("setDepth", "cell");
    assert.equal(session.depth, "cell");
    assert.deepEqual(events()[0], ["depthChanged", "cell"]);
  });

  it("seeks and moves, and answers with where it came to", async () => {
    const { ask, session } = panel();
    const { run } = await ask<Shown>("ready");
    assert.equal(await ask("seek", { run: run!.id, step: 100 }), 100);
    assert.equal(await ask("move", "next"), 101);
    assert.equal(await ask("move", "toStart"), 0);
    assert.equal(await ask("seek", { run: run!.id, step: 10 ** 9 }), session.trace.total - 1);
  });

  it("does not move for a run that is gone", async () => {
    const { ask, session } = panel();
    const { run } = await ask<Shown>("ready");
    session.seek(3);
    assert.equal(await ask("seek", { run: run!.id - 1, step: 100 }), 3);
    assert.equal(session.step, 3);
  });

  it("answers null about a run that is gone, and about what is out of bounds", async () => {
    const { ask, host, session } = panel();
    const { run } = await ask<Shown>("ready");
    const old = run!.id;
    const rect = { top: 0, left: 0, bottom: 4, right: 4 };
    const picture = planePicture("x", 0, 0);
    assert.ok((await ask<Tile | null>("tile", { run: old, picture, step: 5, rect, level: 0 })) !== null);
    host.show({ session, title: "again", notes: [] });
    assert.equal(await ask("tile", { run: old, picture, step: 5, rect, level: 0 }), null);
    assert.equal(await ask("strip", { run: old, step: 5, from: 0, count: 8 }), null);
    assert.equal(await ask("element", { run: old, tensor: "out", offset: 0, step: 5, largest: 3 }), null);
    assert.equal(await ask("summary", { run: old, tensor: "out" }), null);
    const now = old + 1;
    const total = session.trace.total;
    for (const bad of [
      { picture: planePicture("x", 1, 0), step: 5, rect, level: 0 },
      { picture: planePicture("x", 0, 2), step: 5, rect, level: 0 },
      { picture: planePicture("col", 0, 0), step: 5, rect, level: 0 },
      { picture, step: total, rect, level: 0 },
      { picture, step: 5, rect: { ...rect, bottom: 5 }, level: 0 },
      { picture, step: 5, rect: { ...rect, top: 5 }, level: 0 },
      { picture, step: 5, rect: { ...rect, right: Number.MAX_SAFE_INTEGER }, level: 32 },
    ])
      assert.equal(await ask("tile", { run: now, ...bad }), null, JSON.stringify(bad));
    assert.equal(await ask("strip", { run: now, step: total, from: 0, count: 8 }), null);
    assert.equal(await ask("strip", { run: now, step: 5, from: 18, count: 8 }), null);
    assert.equal(await ask("element", { run: now, tensor: "out", offset: 48, step: 5, largest: 3 }), null);
  });

  it("cuts tiles as of a step, with buffers of their own, also of factors that lie the other way", async () => {
    const { ask, session } = panel();
    const { run } = await ask<Shown>("ready");
    const { trace } = session;
    // In the middle of out's element (row 2, filter 1).
    const step = trace.steps.spans.gemm.start + (2 * 3 + 1) * 18 + 4;
    const rect = { top: 0, left: 0, bottom: 16, right: 3 };
    const tile = await ask<Tile>("tile", { run: run!.id, picture: matrixPicture("out"), step, rect, level: 0 });
    const { out } = trace.run.tensors;
    assert.equal(tile.mean[0], out.data[0]);
    assert.equal(tile.mean[6], out.data[2]);
    assert.equal(tile.mean[7], trace.valueAt("out", [0, 1, 0, 2], step).value);
    assert.equal(tile.marks[7], 0);
    assert.equal(tile.marks[8], mark.unwritten);
    for (const array of [tile.mean, tile.marks]) assert.equal(array.buffer.byteLength, array.byteLength);

    const square = { top: 0, left: 0, bottom: 3, right: 18 };
    const W = await ask<Tile>("tile", { run: run!.id, picture: transposedPicture("W"), step, rect: square, level: 0 });
    assert.deepEqual([...W.mean], [...trace.run.tensors.W.data]);
  });

  it("gives a page of a cell's products with the sums after each, and the bias last", async () => {
    const { ask, session } = panel();
    const { run } = await ask<Shown>("ready");
    const { trace } = session;
    const start = trace.steps.spans.gemm.start + (5 * 3 + 2) * 18;
    const page = await ask<StripPage>("strip", { run: run!.id, step: start + 9, from: 4, count: 100 });
    assert.deepEqual([page.start, page.from, page.left.length], [start, 4, 14]);
    const { x, W, b, out } = trace.run.tensors;
    // Tap 4 of row 5 (oy 1, ox 1), filter 2: the middle of the window in channel 0.
    assert.equal(page.left[0], x.data[1 * 4 + 1]);
    assert.equal(page.right[0], W.data[2 * 18 + 4]);
    assert.equal(page.sums[13] + b!.data[2], out.data[2 * 16 + 5]);
    assert.deepEqual([...page.bias], [b!.data[2]]);
    assert.deepEqual([...page.final], [out.data[2 * 16 + 5]]);
  });

  it("gives what col2im drops as NaN, and the growing cell of dx otherwise", async () => {
    const { ask, session } = panel();
    const { run } = await ask<Shown>("ready");
    const { trace } = session;
    const { start } = trace.steps.spans.col2im;
    const page = await ask<StripPage>("strip", { run: run!.id, step: start, from: 0, count: 9 });
    // The first window hangs over at the top and the left: taps 0, 1, 2, 3 and 6 are padding.
    assert.deepEqual(Array.from(page.sums, Number.isNaN), [true, true, true, true, false, false, true, false, false]);
    assert.equal(page.sums[4], page.left[4]);
    assert.equal(page.right.length, 0);
  });

  it("tells an element's value so far, its final value and its largest terms", async () => {
    const { ask, session } = panel();
    const { run } = await ask<Shown>("ready");
    const { trace } = session;
    const step = trace.steps.spans.gemm.start + 17 * 18 + 6;
    const request = { run: run!.id, tensor: "out", offset: 2 * 16 + 5, step, largest: 4 };
    const facts = await ask<ElementFacts>("element", request);
    assert.equal(facts.state, "partial");
    assert.deepEqual([...facts.value], [trace.at(step).partialSum]);
    assert.deepEqual([...facts.final], [trace.run.tensors.out.data[2 * 16 + 5]]);
    assert.equal(facts.count, 18);
    const sizes = Array.from(facts.largest.product, Math.abs);
    assert.deepEqual(
      sizes,
      [...sizes].sort((a, b) => b - a),
    );
    assert.equal(facts.largest.left[0] * facts.largest.right[0], facts.largest.product[0]);
    const before = await ask<ElementFacts>("element", { ...request, step: 0 });
    assert.deepEqual([before.state, before.value.length], ["unwritten", 0]);
  });

  it("sums up a tensor once, also one that is not held", async () => {
    const { ask, session } = panel();
    const { run } = await ask<Shown>("ready");
    const summary = await ask<Summary>("summary", { run: run!.id, tensor: "col" });
    const { geometry } = session.trace;
    assert.equal(summary.sampled, geometry.rows * geometry.taps);
    // By hand: 4·4 windows of 9 over 6·6 padded cells: 16·9 − 100 are padding, in each of 2 channels.
    assert.equal(summary.stats.zeros, 2 * (16 * 9 - 100));
    assert.equal(
      summary.histogram.bins.reduce((total, count) => total + count),
      summary.sampled,
    );
  });

  it("cuts tiles out of a part, and of no part that is not there", async () => {
    const { ask, session } = panel();
    const { run } = await ask<Shown>("ready");
    const slice = (first: number, step: number, count: number) => ({ first, step, count });
    const tile = (rows: object, cols: object) => {
      const picture = { ...planePicture("x", 0, 1), part: { rows, cols } };
      const rect = { top: 0, left: 0, bottom: 2, right: 2 };
      return ask<Tile | null>("tile", { run: run!.id, picture, step: 0, rect, level: 0 });
    };
    // x[0, 1, 1:4:2, ::-3] of 4 × 4.
    const { data } = session.trace.run.tensors.x;
    const at = (row: number, col: number) => data[16 + row * 4 + col];
    assert.deepEqual(
      [...(await tile(slice(1, 2, 2), slice(3, -3, 2)))!.mean],
      [at(1, 3), at(1, 0), at(3, 3), at(3, 0)],
    );
    for (const wrong of [slice(1, 2, 3), slice(4, 1, 2), slice(1, -1, 3), slice(0, 0, 2), slice(0, 1, 0)]) {
      assert.equal(await tile(wrong, slice(0, 1, 2)), null);
      assert.equal(await tile(slice(0, 1, 2), wrong), null);
    }
  });

  it("answers about a large tensor at once from a sample, and tells the whole when it has been looked at", async () => {
    // 2·500·500 elements, of which only one is the greatest: a sample of every third one misses it.
    const x = Float64Array.from({ length: 500_000 }, (_, i) => (i % 7) - 3);
    x[1000] = 77;
    x[2000] = NaN;
    const { ask, events } = panel(pointRun(x, [1, 2, 500, 500]));
    const { run } = await ask<Shown>("ready");
    const first = await ask<Summary>("summary", { run: run!.id, tensor: "x" });
    assert.ok(first.sampled > 10_000 && first.sampled < x.length);
    assert.deepEqual([first.stats.min, first.stats.max], [-3, 3]);
    const told = () => events().find(([name, what]) => name === "summarised" && (what as Summarised).tensor === "x");
    while (told() === undefined) await quiet();
    const { summary } = told()![1] as Summarised;
    assert.equal(summary.sampled, x.length);
    const { min, max, nan, firstNan } = summary.stats;
    assert.deepEqual({ min, max, nan, firstNan }, { min: -3, max: 77, nan: 1, firstNan: 2000 });
    assert.equal(
      summary.histogram.bins.reduce((total, count) => total + count),
      x.length - 1,
    );
    assert.deepEqual(await ask<Summary>("summary", { run: run!.id, tensor: "x" }), summary);
  });

  it("marks where NaN comes in first in time, not first in memory", async () => {
    const run = smallRun({}, (x) => (x[16 + 5] = NaN));
    const { ask, wire, events } = panel(run);
    await ask("ready");
    await quiet();
    const last = events().findLast(([name]) => name === "marked");
    const marks = last?.[1] as Mark[];
    // x[0, 1, 1, 1] is read first by window (0, 0), its last tap, of filter 0: step 17 of out's first cell.
    const inOut = marks.find(({ label }) => label.includes("out"))!;
    assert.equal(inOut.label, "First NaN in out[0, 0, 0, 0]");
    assert.equal(inOut.step, 16 * 18 + 17);
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
    assert.deepEqual(marks[0], { step: 16 * 18 + 3 * 18, kind: "breakpoint", label: "Breakpoint, 18 steps" });
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

  it("says how far a long continue has come, and gives it up when it is told to", async () => {
    // Each step looks at all of out: some seconds, if nobody gives up.
    const { ask, session, events } = panel(pointRun(new Float64Array(15_000).fill(1), [1, 1, 100, 150]));
    await ask("ready");
    const target = { kind: "element", tensor: "out", region: "[:]", on: "written" } as const;
    session.breakpoints.set("test", [{ id: 1, target, condition: "(dout * out).sum() > 1e9" }]);
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

  it("keeps quiet while the webview is out of view, and then answers with the latest only", async () => {
    const { ask, host, session, events } = panel();
    await ask("ready");
    host.pause();
    for (let step = 0; step < 100; step++) session.seek(step);
    host.setActivity({ kind: "stale", reason: "The layer file has changed." });
    await quiet();
    assert.deepEqual(events(), []);
    const shown = await ask<Shown>("ready");
    assert.equal(shown.step, 99);
    assert.equal(shown.activity?.kind, "stale");
  });

  it("leaves no rejection behind when the webview goes away in the middle", async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown) => void rejections.push(reason);
    process.on("unhandledRejection", note);
    let fail: (error: Error) => void = () => undefined;
    const wire = testWire(() => new Promise((_, reject) => (fail = reject)));
    const { host, session } = panel(smallRun(), wire);
    host.receive({ t: "q", i: "a", m: "ready", a: [] });
    await quiet();
    fail(new Error("Webview is disposed"));
    session.seek(5);
    host.receive({ t: "q", i: "b", m: "summary", a: [{ run: 1, tensor: "out" }] });
    host.dispose();
    host.dispose();
    fail(new Error("Webview is disposed"));
    session.seek(6);
    host.receive({ t: "q", m: "move", a: ["next"] });
    await quiet();
    process.off("unhandledRejection", note);
    assert.deepEqual(rejections, []);
    assert.equal(session.step, 6);
  });

  it("passes buttons and choices on by name and number only", async () => {
    const { ask, wire } = panel();
    const { run } = await ask<Shown>("ready");
    await ask("act", "showLog");
    await ask("choose", { run: run!.id, note: 0, choice: 0 });
    await ask("choose", { run: run!.id, note: 0, choice: 1 });
    await ask("choose", { run: run!.id, note: 4, choice: 0 });
    assert.deepEqual(wire.acts, ["showLog"]);
    assert.deepEqual(wire.choices, [[0, 0]]);
  });

  it("answers for a run without steps", async () => {
    const empty = smallRun();
    const { geometry, tensors } = empty;
    const none = { ...geometry, batch: 0, rows: 0 };
    const cut = (name: "x" | "out" | "dout" | "dx") => ({
      ...tensors[name],
      shape: [0, ...tensors[name].shape.slice(1)],
      data: new Float64Array(),
    });
    const run = {
      ...empty,
      geometry: none,
      tensors: { ...tensors, x: cut("x"), out: cut("out"), dout: cut("dout"), dx: cut("dx") },
    };
    const { ask, session } = panel(run);
    const shown = await ask<Shown>("ready");
    assert.equal(shown.step, -1);
    assert.equal(await ask("move", "next"), -1);
    assert.equal(await ask("seek", { run: shown.run!.id, step: 0 }), -1);
    assert.equal(session.step, -1);
    assert.equal(await ask("strip", { run: shown.run!.id, step: 0, from: 0, count: 8 }), null);
  });
});
