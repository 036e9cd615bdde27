import assert from "node:assert/strict";
import fc from "fast-check";
import { touchOf } from "../../../src/trace/order/elements";
import { Steps } from "../../../src/trace/order/steps";
import { countScale, countSource } from "../../../webview/counts";
import { anyGeometry } from "../conv/anyGeometry";

describe("the counts of col2im", () => {
  it("are those of a walk that counts each write, at any step of any layer", () => {
    fc.assert(
      fc.property(anyGeometry, fc.double({ min: 0, max: 1, noNaN: true }), (g, share) => {
        const steps = new Steps(g);
        const { start, count } = steps.spans.col2im;
        fc.pre(count > 0);
        const step = start + Math.floor(share * (count - 1));
        const walked = new Map<string, number>();
        for (let at = start; at <= step; at++)
          for (const { index } of touchOf(g, steps.place(at)).writes)
            walked.set(String(index), (walked.get(String(index)) ?? 0) + 1);
        const rect = { top: 0, left: 0, bottom: g.y.size, right: g.x.size };
        for (let n = 0; n < g.batch; n++)
          for (let c = 0; c < g.channels; c++) {
            const tile = countSource(steps, 1, [n, c], step).load(rect, 0, new AbortController().signal);
            assert.ok(!(tile instanceof Promise));
            tile.mean.forEach((counted, at) => {
              const index = [n, c, Math.floor(at / g.x.size), at % g.x.size];
              assert.equal(counted, walked.get(String(index)) ?? 0, String(index));
              assert.ok(counted <= countScale(g).hi);
            });
          }
      }),
      { numRuns: 60 },
    );
  });
});
