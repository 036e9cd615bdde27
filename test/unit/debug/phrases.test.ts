import assert from "node:assert/strict";
import { geometryOf } from "../../../src/conv/geometry";
import { defaultSpec } from "../../../src/conv/spec";
import type { Present } from "../../../src/debug/container";
import { phraseAt, windowCellOf } from "../../../src/debug/phrases";
import { evaluateForDisplay } from "../../../src/trace/moment/cursor";
import { listingOf } from "../../../src/trace/listing/listing";
import { stages } from "../../../src/trace/order/stages";
import { Trace } from "../../../src/trace/moment/trace";
import { inputsOf } from "../trace/anyRun";
import { Interpreter } from "../trace/interpreter";

const arithmetic = { dtype: "float64", fused: false, block: 256 } as const;
const layers = {
  "in groups": geometryOf([2, 4, 4, 5], [6, 2, 3, 3], [6], { ...defaultSpec, padding: 1, groups: 2 }),
  reflected: geometryOf([1, 2, 4, 4], [3, 2, 3, 3], [3], { ...defaultSpec, padding: 1, paddingMode: "reflect" }),
  plain: geometryOf([1, 1, 4, 4], [1, 1, 2, 2], null, defaultSpec),
};

/** The phrase right of the bar. */
function pointed(text: string): string | undefined {
  return phraseAt(text.replace("|", ""), text.indexOf("|"))?.text;
}

describe("a phrase of the listing", () => {
  it("is a name, or the element around it", () => {
    const W = "W[f, c - g * 2, ky, kx]";
    const x = "x[n, c, source(iy, 4), source(ix, 4)]";
    const under: [text: string, phrase: string | undefined][] = [
      ["    |acc += col[row, tap]", "acc"],
      ["    ac|c += col[row, tap]", "acc"],
      ["    acc |+= col[row, tap]", undefined],
      ["    acc += |col[row, tap]", "col[row, tap]"],
      ["    acc += col|[row, tap]", "col[row, tap]"],
      ["    acc += col[row|, tap]", "col[row, tap]"],
      ["    acc += col[row, t|ap]", "tap"],
      [`acc += 1 * |${W}  # acc`, W],
      ["W[f, |c - g * 2, ky, kx]", "c"],
      ["W[f, c |- g * 2, ky, kx]", W],
      ["W[f, c - |g * 2, ky, kx]", "g"],
      ["W[f, c - g * |2, ky, kx]", W],
      ["  1  # |acc", undefined],
      ["|x[n, c, source(iy, 4), source(ix, 4)]", x],
      ["x[n, c, |source(iy, 4), source(ix, 4)]", x],
      ["x[n, c, source(|iy, 4), source(ix, 4)]", "iy"],
      ["|def layer(x, W, b, dout):", undefined],
      ["def layer(x, |W, b, dout):", "W"],
      ["for ky in |range(3):", undefined],
      ["for |ky in range(3):", "ky"],
    ];
    for (const [text, phrase] of under) assert.equal(pointed(text), phrase, text);
  });

  for (const [name, geometry] of Object.entries(layers))
    it(`can be evaluated in its own stage, wherever it is: ${name}`, () => {
      const trace = new Trace(new Interpreter(inputsOf(geometry, "float64", 5, "real"), arithmetic).run);
      const listing = listingOf(trace.steps);
      const found = new Set<string>();
      for (const stage of stages) {
        const { start, cellSteps } = trace.steps.spans[stage];
        const step = start + cellSteps - 1; // its cell is done
        const now = { trace, step } as Present; // nothing else of it is looked at
        for (const { text: line, hits } of listing.lines)
          for (let at = 0; hits?.stage === stage && at < line.length; at++) {
            const text = phraseAt(line, at)?.text;
            if (text === undefined || found.has(`${stage} ${text}`)) continue;
            found.add(`${stage} ${text}`);
            if (windowCellOf(now, text) === null) evaluateForDisplay(trace, text, step);
          }
      }
      assert.ok(found.size > 60, String(found.size));
    });
});
