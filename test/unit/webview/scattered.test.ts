import assert from "node:assert/strict";
import fc from "fast-check";
import { geometryOf } from "../../../src/conv/geometry";
import { defaultSpec } from "../../../src/conv/spec";
import { tileFor } from "../../../src/panel/answers";
import { planePicture } from "../../../src/protocol/picture";
import type { Tile } from "../../../src/tensor/slice";
import { Trace } from "../../../src/trace/moment/trace";
import { Steps } from "../../../src/trace/order/steps";
import { joined, progressOf } from "../../../webview/scattered";
import { anyWalk } from "../trace/anyRun";

describe("a tile of dx while its gradients arrive", () => {
  it("is, put together from the finished one and the lines between, what the host would cut as a whole", () => {
    fc.assert(
      fc.property(
        anyWalk,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 2 }),
        (walk, share, level) => {
          const trace = new Trace(walk.run);
          const { geometry: g, steps } = trace;
          const { start, count } = steps.spans.col2im;
          fc.pre(count > 0);
          const step = start + Math.floor(share * (count - 1));
          for (let n = 0; n < g.batch; n++)
            for (let c = 0; c < g.channels; c++) {
              const cut = (at: number, part: Tile["rect"]) =>
                tileFor(trace, { run: 1, picture: planePicture("dx", n, c), step: at, rect: part, level })!; // within the plane
              const rect = { top: 0, left: 0, bottom: g.y.size, right: g.x.size };
              const progress = progressOf(steps, n, rect, level, step);
              const band = progress.band === null ? null : cut(step, progress.band);
              const final = progress.lines.includes("all") ? cut(trace.total - 1, rect) : null;
              const tile = joined(progress, rect, level, trace.run.arithmetic.dtype, final, band);
              assert.deepEqual(tile, cut(step, rect));
            }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("asks only for the lines that the present window reaches", () => {
    const geometry = geometryOf([2, 3, 9, 8], [4, 3, 3, 2], null, { ...defaultSpec, padding: 1 });
    const steps = new Steps(geometry);
    const rect = { top: 0, left: 0, bottom: 9, right: 8 };
    const { start, count } = steps.spans.col2im;
    for (let step = start; step < start + count; step += 7) {
      const { n, oy } = steps.place(step).at;
      const { band } = progressOf(steps, n, rect, 0, step);
      assert.ok(band === null || (band.top >= oy - 1 && band.bottom <= oy + 2), `${step}: ${JSON.stringify(band)}`);
      assert.equal(progressOf(steps, 1 - n, rect, 0, step).band, null);
    }
  });
});
