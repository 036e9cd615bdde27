import assert from "node:assert/strict";
import type { Run } from "../../../src/conv/run";
import { runBefore } from "../../../src/session/before";
import { tensor } from "../../../src/tensor/tensor";
import { smallRun } from "../panel/support";

/** The same run with other weights. */
function weighing(run: Run, change: Readonly<Record<number, number>>): Run {
  const { W } = run.tensors;
  const data = Float64Array.from(W.data, (value, at) => change[at] ?? value);
  return { ...run, tensors: { ...run.tensors, W: tensor("float64", W.shape, data) } };
}

describe("the run before an edit", () => {
  const start = smallRun();

  it("is the one before the first change, as long as the same numbers are changed", () => {
    const [one, twelve, back] = [weighing(start, { 4: 1 }), weighing(start, { 4: 12 }), weighing(start, {})];
    assert.equal(runBefore(null, start, one), start);
    assert.equal(runBefore(start, one, twelve), start);
    assert.equal(runBefore(start, twelve, back), start);
    assert.equal(runBefore(start, twelve, twelve), start); // nothing but spaces was typed
  });

  it("is the last one where other numbers are changed, or the settings", () => {
    const [one, other] = [weighing(start, { 4: 1 }), weighing(start, { 4: 1, 5: 1 })];
    assert.equal(runBefore(start, one, other), one);
    const strided = smallRun({ stride: 2 });
    assert.equal(runBefore(start, one, strided), one);
    const third = smallRun({ stride: 3 });
    assert.equal(runBefore(start, strided, third), start);
  });

  it("knows NaN from a number, and the one zero from the other", () => {
    const nan = weighing(start, { 4: NaN });
    assert.equal(runBefore(start, nan, weighing(start, { 4: NaN })), start);
    assert.equal(runBefore(nan, weighing(nan, { 0: 0 }), weighing(nan, { 0: -0 })), nan);
  });

  it("is not kept where it would hold much", () => {
    const many = tensor("float32", [1, 1, 4096, 4097], new Float32Array(4096 * 4097));
    const large = { ...start, tensors: { ...start.tensors, x: many } };
    assert.equal(runBefore(null, large, start), null);
  });
});
