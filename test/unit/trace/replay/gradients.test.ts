import assert from "node:assert/strict";
import fc from "fast-check";
import { Trace } from "../../../../src/trace/moment/trace";
import { anyWalk } from "../anyRun";

describe("elements of dcol", () => {
  it("have the bits of their sums, whether rows are asked for forwards, backwards or in any order", () => {
    fc.assert(
      fc.property(
        anyWalk,
        fc.constantFrom("forwards", "backwards", "any"),
        fc.array(fc.nat()),
        ({ run }, order, places) => {
          const trace = new Trace(run);
          const { rows, taps, groupFilters } = trace.geometry;
          const cells = Array.from({ length: rows * taps }, (_, cell) => cell);
          if (order === "backwards") cells.reverse();
          const asked = order === "any" ? places.map((place) => place % Math.max(1, cells.length)) : cells;
          for (const cell of cells.length === 0 ? [] : asked) {
            const [row, tap] = [Math.floor(cell / taps), cell % taps];
            // The first asks for one element, the second for a part of the row.
            for (let time = 0; time < 2; time++)
              assert.ok(Object.is(trace.dcolValue(row, tap), trace.sumsOf("dcol", cell).after(groupFilters)));
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
