import assert from "node:assert/strict";
import type { Tile } from "../../../src/tensor/slice";
import type { Shown } from "../../../src/protocol/messages";
import { changeOf } from "../../../src/panel/change";
import { Session } from "../../../src/session/session";
import { tensor } from "../../../src/tensor/tensor";
import { panel, pointRun, quiet } from "./support";

const of = (...values: number[]) => tensor("float64", [1, 1, 2, values.length / 2], Float64Array.from(values));

describe("the change of out", () => {
  it("counts the cells that differ, says how far they do and which one most", () => {
    const change = changeOf(of(1, 2, 3, 4), of(1, 2.5, 1, 4));
    assert.deepEqual(change, { shape: null, cells: 2, low: -2, high: 0.5, most: [0, 0, 1, 0] });
  });

  it("is nothing where nothing differs, NaN and infinities among it", () => {
    const same = of(NaN, Infinity, -0, 4);
    assert.deepEqual(changeOf(same, of(NaN, Infinity, 0, 4)), { shape: null, cells: 0, low: 0, high: 0, most: null });
  });

  it("is largest where a number has become none", () => {
    const change = changeOf(of(1, 2, 3, 4), of(9, 2, NaN, 4));
    assert.deepEqual(change, { shape: null, cells: 2, low: 0, high: 8, most: [0, 0, 1, 0] });
  });

  it("of another shape says what it was", () => {
    assert.deepEqual(changeOf(of(1, 2), of(1, 2, 3, 4)).shape, [1, 1, 2, 1]);
  });
});

describe("the host of a run that was edited", () => {
  const shape = [1, 1, 2, 2];
  const [before, now] = [
    pointRun(Float64Array.of(1, 2, 3, 4), shape),
    pointRun(Float64Array.of(1, 2.5, 1, Infinity), shape),
  ];
  const request = (run: number, change?: true) => ({
    run,
    picture: { tensor: "out", plane: [0, 0], transposed: false, change },
    step: 0,
    rect: { top: 0, left: 0, bottom: 2, right: 2 },
    level: 0,
  });

  it("gives tiles of the change, whatever the step", async () => {
    const { host, ask } = panel(before);
    host.show({ session: new Session(now), title: "edited", notes: [], before });
    const { run } = await ask<Shown>("ready");
    assert.deepEqual(run?.change, { shape: null, cells: 3, low: -2, high: 0.5, most: [0, 0, 1, 1] });
    const tile = await ask<Tile>("tile", request(run.id, true));
    assert.deepEqual([...tile.mean], [0, 0.5, -2, 0]);
    assert.deepEqual([...tile.marks], [0, 0, 0, 2]);
  });

  it("has none to give where nothing was edited, or out had another shape", async () => {
    const { host, ask } = panel(now);
    const first = await ask<Shown>("ready");
    assert.equal(first.run?.change, null);
    assert.equal(await ask("tile", request(first.run.id, true)), null);
    host.show({
      session: new Session(now),
      title: "edited",
      notes: [],
      before: pointRun(Float64Array.of(1), [1, 1, 1, 1]),
    });
    const { run } = await ask<Shown>("ready");
    assert.equal(await ask("tile", request(run!.id, true)), null);
  });

  it("waits to be seen, where somebody looks", async () => {
    const { host, ask } = panel(before);
    await host.seen(); // nobody does
    const { run } = await ask<Shown>("ready");
    let seen = false;
    void host.seen().then(() => (seen = true));
    await quiet();
    assert.equal(seen, false);
    await ask("tile", request(run!.id));
    await host.seen();
    await quiet();
    assert.equal(seen, true);
  });

  it("passes on what is dragged, over the runs that follow from it, of tensors that stand in a text", async () => {
    const { host, ask, session, wire } = panel(before);
    const drag = (run: number, tensor = "W", offset = 0) =>
      ask("nudge", { run, tensor, offset, by: 1, stride: 0, begins: true });
    const first = (await ask<Shown>("ready")).run!.id;
    await drag(first);
    assert.deepEqual(wire.nudges, []);
    host.show({ session, title: "edited", notes: [], writable: ["W"] });
    await drag(first);
    await drag(first + 1);
    await drag(first - 1);
    await drag(first + 2);
    await drag(first + 1, "b");
    await drag(first + 1, "W", 1);
    assert.deepEqual(wire.nudges, Array(2).fill({ tensor: "W", offset: 0, by: 1, stride: 0, begins: true }));
  });
});
