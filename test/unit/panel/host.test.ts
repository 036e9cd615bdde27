import assert from "node:assert/strict";
import type { Shown } from "../../../src/protocol/messages";
import { planePicture } from "../../../src/protocol/picture";
import type { Tile } from "../../../src/tensor/slice";
import { panel, quiet, smallRun, testWire } from "./support";

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

  it("answers what is asked in one message in one message", async () => {
    const sizes: number[] = [];
    const wire = testWire((messages) => Promise.resolve(sizes.push(messages.length)));
    const { host, ask } = panel(smallRun(), wire);
    const { run } = await ask<Shown>("ready");
    sizes.length = 0;
    const summary = (i: number) => ({ t: "q", i: `s${i}`, m: "summary", a: [{ run: run!.id, tensor: "out" }] });
    host.receive(Array.from({ length: 5 }, (_, i) => summary(i)));
    await quiet();
    assert.deepEqual(sizes, [5]);
    // What it tells comes after what it has answered, by itself: the page takes what it hears last.
    host.receive([summary(6), { t: "q", i: "m", m: "move", a: ["toStart"] }, summary(7)]);
    await quiet();
    assert.deepEqual(sizes, [5, 1, 3]);
  });

  it("leaves no rejection behind when the webview goes away in the middle", async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown) => void rejections.push(reason);
    process.on("unhandledRejection", note);
    let fail: (error: Error) => void = () => undefined;
    const wire = testWire(() => new Promise((_, reject) => (fail = reject)));
    const { host, session } = panel(smallRun(), wire);
    host.receive([{ t: "q", i: "a", m: "ready", a: [] }]);
    await quiet();
    fail(new Error("Webview is disposed"));
    session.seek(5);
    host.receive([{ t: "q", i: "b", m: "summary", a: [{ run: 1, tensor: "out" }] }]);
    host.dispose();
    host.dispose();
    fail(new Error("Webview is disposed"));
    session.seek(6);
    host.receive([{ t: "q", m: "move", a: ["next"] }]);
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
