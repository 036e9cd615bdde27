import assert from "node:assert/strict";
import { geometricMean, median, pairedRatio, shuffled } from "../../bench/statistics";
import { random } from "../engine/layers";

describe("statistics of the benchmark", () => {
  it("takes the middle, or the mean of the two in the middle", () => {
    assert.equal(median([9, 1, 4]), 4);
    assert.equal(median([10, 9, 1, 4]), 6.5);
  });

  it("averages ratios so that twice as fast and half as fast cancel", () => {
    assert.ok(Math.abs(geometricMean([2, 0.5, 8, 0.125]) - 1) < 1e-15);
    assert.ok(Math.abs(geometricMean([1, 2, 4]) - 2) < 1e-15);
  });

  it("compares within rounds: what slows both of a pair does not count", () => {
    // The ratio of the medians would be 20/20.
    const pairs = [
      [2, 1],
      [20, 10],
      [40, 20],
      [undefined, 20],
      [200, 100],
    ] as const;
    assert.equal(pairedRatio(pairs), 2);
    assert.equal(pairedRatio([[1, undefined]]), undefined);
  });

  it("shuffles without losing anyone, every order about as often", () => {
    const next = random(5);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = shuffled(["a", "b", "c"], next).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    assert.deepEqual([...counts.keys()].sort(), ["abc", "acb", "bac", "bca", "cab", "cba"]);
    for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 150, `${count} of 1000`);
  });
});
