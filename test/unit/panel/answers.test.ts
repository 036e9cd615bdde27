import assert from "node:assert/strict";
import type { ElementFacts, Shown, StripPage, Summarised, Summary } from "../../../src/protocol/messages";
import { matrixPicture, planePicture, transposedPicture } from "../../../src/protocol/picture";
import { type Tile, mark } from "../../../src/tensor/slice";
import { panel, pointRun, quiet } from "./support";

describe("what the panel's host answers", () => {
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

  it("tells where the first odd elements of col and dcol are, which are not held, when they are found", async () => {
    const x = new Float64Array(15_000).fill(1);
    [x[14_001], x[14_003], x[9001]] = [NaN, -Infinity, 0];
    const run = pointRun(x, [1, 1, 100, 150]);
    const { ask, events } = panel(run);
    const { run: shown } = await ask<Shown>("ready");
    for (const tensor of ["col", "dcol"]) {
      const { stats, sampled } = await ask<Summary>("summary", { run: shown!.id, tensor });
      assert.ok(sampled < x.length);
      assert.deepEqual([stats.firstZero, stats.firstNan, stats.firstInf], [-1, -1, -1]);
      const told = () =>
        events().find(([name, what]) => name === "summarised" && (what as Summarised).tensor === tensor);
      while (told() === undefined) await quiet();
      const { firstZero, firstNan, firstInf } = (told()![1] as Summarised).summary.stats;
      assert.deepEqual([firstZero, firstNan, firstInf], tensor === "col" ? [9001, 14_001, 14_003] : [-1, -1, -1]);
    }
  });
});
