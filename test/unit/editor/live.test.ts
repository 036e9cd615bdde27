import assert from "node:assert/strict";
import fc from "fast-check";
import { Coalesced } from "../../../src/editor/coalesced";
import { draftGeometry, draftText, newDraft } from "../../../src/editor/draft";
import { movedRange } from "../../../src/editor/movedRange";
import { probesFor } from "../../../src/editor/probes";

describe("a range of a text that is edited", () => {
  it("holds the same characters after every change outside of it", () => {
    const marked = fc.tuple(fc.string(), fc.string({ minLength: 1 }), fc.string());
    fc.assert(
      fc.property(
        marked,
        fc.string(),
        fc.nat(),
        fc.nat(),
        fc.boolean(),
        ([before, piece, behind], put, a, b, first) => {
          const text = before + piece + behind;
          const range = { start: before.length, end: before.length + piece.length };
          const side = first ? before : behind;
          const from = a % (side.length + 1);
          const removed = b % (side.length - from + 1);
          const offset = first ? from : range.end + from;
          const edited = text.slice(0, offset) + put + text.slice(offset + removed);
          const { start, end } = movedRange(range, { offset, removed, inserted: put.length });
          assert.equal(edited.slice(start, end), piece);
        },
      ),
    );
  });

  it("grows with what is typed in it, and takes in what is put over its edge", () => {
    const range = { start: 10, end: 20 };
    assert.deepEqual(movedRange(range, { offset: 15, removed: 2, inserted: 5 }), { start: 10, end: 23 });
    assert.deepEqual(movedRange(range, { offset: 8, removed: 4, inserted: 1 }), { start: 8, end: 17 });
    assert.deepEqual(movedRange(range, { offset: 18, removed: 9, inserted: 3 }), { start: 10, end: 21 });
  });
});

describe("coalesced work", () => {
  it("is done once more for all who ask while it is done, never twice at once", async () => {
    let running = 0;
    let done = 0;
    let end = () => {};
    const work = new Coalesced(async () => {
      assert.equal(++running, 1);
      await new Promise<void>((resolve) => (end = resolve));
      running--;
      done++;
    });
    const whole = work.ask();
    await Promise.all([work.ask(), work.ask(), work.ask()]);
    end();
    await new Promise((later) => setImmediate(later));
    assert.equal(done, 1);
    end();
    await whole;
    assert.equal(done, 2);
  });
});

describe("probe inputs", () => {
  const namesOf = (channels: number) => probesFor(channels, [3, 3]).map(({ name }) => name);

  it("are there for any number of channels, the photograph for those that it has", () => {
    assert.deepEqual(namesOf(1), ["photo", "delta", "ramp", "checkerboard"]);
    assert.deepEqual(namesOf(2), ["delta", "ramp", "checkerboard", "channel 0", "channel 1"]);
    assert.equal(namesOf(3).length, 7);
  });

  it("are layers of their filter", () => {
    for (const { name, input } of probesFor(3, [5, 7])) {
      const values = [[[[1]], [[2]], [[3]]]];
      const draft = { ...newDraft, input, filter: { kind: "literal", shape: [1, 3, 1, 1], values } } as const;
      assert.equal(draftGeometry(draft).channels, 3, name);
      const { input: x } = JSON.parse(draftText(draft)) as { input: number[][][][] | string };
      if (typeof x === "string") continue;
      assert.deepEqual([x.length, x[0].length, x[0][0].length, x[0][0][0].length], [1, 3, 21, 21]);
      const sums = x[0].map((plane) => plane.flat().reduce((sum, value) => sum + value, 0));
      if (name === "delta") assert.deepEqual(sums, [1, 1, 1]);
      if (name === "channel 1") assert.deepEqual(sums, [0, 441, 0]);
      if (name === "ramp") assert.deepEqual(sums, [8820, 8820, 8820]); // 441 · (10 + 10)
    }
  });
});
