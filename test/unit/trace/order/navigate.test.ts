import assert from "node:assert/strict";
import fc from "fast-check";
import { type Geometry, geometryOf } from "../../../../src/conv/geometry";
import { defaultSpec } from "../../../../src/conv/spec";
import { touchOf } from "../../../../src/trace/order/elements";
import { listingOf, nextHit } from "../../../../src/trace/listing/listing";
import {
  type Position,
  framesOf,
  nearest,
  neighbourStage,
  next,
  previous,
  stageStart,
  stepIn,
  stepInBack,
  stepOut,
  stepOutBack,
} from "../../../../src/trace/order/navigate";
import { type Depth, depths, stages } from "../../../../src/trace/order/stages";
import { Steps } from "../../../../src/trace/order/steps";
import { anyGeometry } from "../../conv/anyGeometry";

/** x 1×1×3×3, one filter of 2×2, two of them: rows 4, taps 4. */
const small = new Steps(geometryOf([1, 1, 3, 3], [2, 1, 2, 2], null, defaultSpec));
const starts = { im2col: 0, gemm: 16, db: 48, dW: 56, dcol: 88, col2im: 120 };
const empty = new Steps(geometryOf([0, 1, 3, 3], [2, 1, 2, 2], null, defaultSpec));

/** The last step of every unit at a depth, told from the places: where the cell or the stage changes. */
function unitEnds(steps: Steps, depth: Depth): number[] {
  const unit = (step: number) => {
    const { stage, cell } = steps.place(step);
    return { stage, cell: `${stage} ${cell}`, tap: step }[depth];
  };
  return Array.from({ length: steps.total }, (_, step) => step).filter(
    (step) => step === steps.total - 1 || unit(step) !== unit(step + 1),
  );
}

describe("navigate", () => {
  it("goes from unit to unit, both ways, from anywhere", () => {
    fc.assert(
      fc.property(
        anyGeometry.filter((g) => g.rows * g.taps * g.filters < 600),
        fc.nat(),
        (geometry, any) => {
          const steps = new Steps(geometry);
          const step = any % steps.total;
          for (const depth of depths) {
            const ends = unitEnds(steps, depth);
            assert.deepEqual(next(steps, { step, depth }), {
              step: ends.find((end) => end > step) ?? steps.total - 1,
              depth,
            });
            const before = ends.filter((end) => end < step);
            assert.deepEqual(previous(steps, { step, depth }), { step: before[before.length - 1] ?? 0, depth });
          }
        },
      ),
    );
  });

  it("visits each unit's end once on the way through, and the same ones on the way back", () => {
    for (const depth of depths) {
      const ends = unitEnds(small, depth);
      const forth = [ends[0]];
      while (forth[forth.length - 1] < small.total - 1)
        forth.push(next(small, { step: forth[forth.length - 1], depth }).step);
      assert.deepEqual(forth, ends);
      const back = [small.total - 1];
      while (back.length < ends.length) back.push(previous(small, { step: back[back.length - 1], depth }).step);
      assert.deepEqual(back.reverse(), ends);
    }
    assert.equal(unitEnds(small, "stage").length, 6);
    assert.equal(unitEnds(small, "cell").length, 4 + 8 + 2 + 8 + 16 + 4);
  });

  it("steps in and out as a debugger does", () => {
    const moves: [(steps: Steps, at: Position) => Position, Position, Position][] = [
      // im2col is done: into gemm, its first cell; into that cell's neighbour, its first tap
      [stepIn, { step: 15, depth: "stage" }, { step: 19, depth: "cell" }],
      [stepIn, { step: 19, depth: "cell" }, { step: 20, depth: "tap" }],
      [stepIn, { step: 20, depth: "tap" }, { step: 21, depth: "tap" }],
      [stepOut, { step: 21, depth: "tap" }, { step: 23, depth: "cell" }],
      [stepOut, { step: 23, depth: "cell" }, { step: 47, depth: "stage" }],
      [stepOut, { step: 47, depth: "stage" }, { step: 135, depth: "stage" }],
      // and back again: gemm is done, undo its last cell, then that one's last tap
      [stepInBack, { step: 47, depth: "stage" }, { step: 43, depth: "cell" }],
      [stepInBack, { step: 43, depth: "cell" }, { step: 42, depth: "tap" }],
      [stepInBack, { step: 42, depth: "tap" }, { step: 41, depth: "tap" }],
      [stepOutBack, { step: 41, depth: "tap" }, { step: 39, depth: "cell" }],
      [stepOutBack, { step: 39, depth: "cell" }, { step: 15, depth: "stage" }],
      [stepOutBack, { step: 15, depth: "stage" }, { step: 0, depth: "stage" }],
    ];
    for (const [move, from, to] of moves) assert.deepEqual(move(small, from), to, `${move.name} from ${from.step}`);
  });

  it("stops at the ends of the run", () => {
    for (const depth of depths) {
      const last = small.total - 1;
      for (const move of [next, stepIn, stepOut]) assert.equal(move(small, { step: last, depth }).step, last);
      for (const move of [previous, stepInBack, stepOutBack]) assert.equal(move(small, { step: 0, depth }).step, 0);
      for (const move of [next, previous, stepIn, stepInBack, stepOut, stepOutBack])
        assert.equal(move(empty, { step: -1, depth }).step, -1);
    }
  });

  it("knows the stages' starts and neighbours", () => {
    for (const [at, stage] of stages.entries()) {
      assert.equal(stageStart(small, stage), starts[stage]);
      assert.equal(neighbourStage(small, starts[stage] + 1, "forward"), stages[at + 1] ?? null);
      assert.equal(neighbourStage(small, starts[stage] + 1, "back"), at === 0 ? null : stages[at - 1]);
    }
    assert.equal(stageStart(empty, "dW"), -1);
    assert.equal(neighbourStage(empty, -1, "forward"), null);
  });

  it("shows the digits as a stack, innermost first, down to the present depth", () => {
    const steps = new Steps(geometryOf([1, 3, 32, 32], [16, 3, 3, 3], [16], { ...defaultSpec, padding: 1 }));
    const cell = {
      depth: "cell",
      stage: "gemm",
      name: "n 0, oy 11, ox 17, f 2",
      indices: { n: 0, oy: 11, ox: 17, f: 2 },
    };
    const stage = { depth: "stage", stage: "gemm", name: "gemm", indices: {} };
    assert.deepEqual(framesOf(steps, { step: 187123, depth: "tap" }), [
      { depth: "tap", stage: "gemm", name: "c 1, ky 1, kx 1", indices: { c: 1, ky: 1, kx: 1 } },
      cell,
      stage,
    ]);
    assert.deepEqual(framesOf(steps, { step: 187123, depth: "cell" }), [cell, stage]);
    assert.deepEqual(framesOf(steps, { step: 187123, depth: "stage" }), [stage]);
    assert.deepEqual(framesOf(empty, { step: -1, depth: "tap" }), []);
  });

  it("finds the same place in another run as far as it is there", () => {
    const [more, less] = [
      [4, 1, 3, 3],
      [1, 1, 2, 2],
    ].map((weight) => new Steps(geometryOf([1, 1, 3, 3], weight, null, defaultSpec)));
    const place = more.place(more.stepAt("gemm", { n: 0, oy: 0, ox: 0, f: 3, c: 0, ky: 2, kx: 1 }));
    assert.deepEqual(less.place(nearest(place, less)).indices, { n: 0, oy: 0, ox: 0, f: 0, c: 0, ky: 1, kx: 1 });
    assert.equal(nearest(place, more), place.step);
    assert.equal(nearest(place, empty), -1);
  });
});

describe("the listing's lines", () => {
  it("are reached at the steps at which a walk through the program reaches them", () => {
    fc.assert(
      fc.property(
        anyGeometry.filter((g) => g.rows * g.taps * g.filters < 300),
        fc.nat(),
        (geometry, any) => {
          const steps = new Steps(geometry);
          const listing = listingOf(steps);
          for (const [at, { text, hits }] of listing.lines.entries()) {
            if (hits === null) continue;
            const { stage } = hits;
            const { start, count, loops, cellSteps } = steps.spans[stage];
            const loop = /^ +for (\w+) in/.exec(text)?.[1];
            const reached = Array.from({ length: count }, (_, step) => start + step).filter((step) => {
              const { digits, k } = steps.place(step);
              const inner = (from: number) => digits.slice(from).every((digit) => digit === 0);
              if (/^ {4}\w+ = \w+\(/.test(text)) return step === start; // the call
              if (loop !== undefined) return inner(loops.findIndex((name) => name === loop) + 1);
              if (/ = acc/.test(text)) return k === cellSteps - 1; // the sum is stored
              if (/acc = 0/.test(text)) return k === 0;
              if (/ g = /.test(text)) return inner(loops.indexOf(stage === "dcol" ? "c" : "f") + 1);
              if (/ row = /.test(text)) return inner(loops.indexOf("ox") + 1);
              if (/ dx\[/.test(text)) return touchOf(geometry, steps.place(step)).writes.length > 0; // below an `if`
              return !/ tap = /.test(text) || inner(loops.indexOf("kx") + 1);
            });
            const step = any % steps.total;
            assert.equal(nextHit(steps, listing, at + 1, step), reached.find((hit) => hit >= step) ?? null, text);
            const before = reached.filter((hit) => hit <= step);
            assert.equal(nextHit(steps, listing, at + 1, step, true), before[before.length - 1] ?? null, text);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("are told apart by their statements, which are the same in other listings, in the same order", () => {
    const statementsOf = (g: Geometry) => listingOf(new Steps(g)).lines.flatMap(({ statement }) => statement ?? []);
    const full = statementsOf(geometryOf([1, 4, 5, 5], [4, 2, 3, 3], null, { ...defaultSpec, groups: 2, padding: 1 }));
    assert.ok(full.includes("gemm g") && full.includes("col2im if"));
    fc.assert(
      fc.property(anyGeometry, (g) => {
        const statements = statementsOf(g);
        assert.deepEqual(
          statements,
          full.filter((statement) => statements.includes(statement)),
        );
      }),
      { numRuns: 40 },
    );
  });

  it("say how sums are rounded, if that is known", () => {
    const { text } = listingOf(small, { dtype: "float32", fused: true, block: 256 });
    assert.match(text, /# float32: products are taken in blocks of 256, each added by one fused multiply-add/);
    assert.match(
      listingOf(small, { dtype: "float64", fused: false, block: 64 }).text,
      /float64.*64, each rounded, then/,
    );
  });

  it("that are not there, or are no statements, are never reached", () => {
    const listing = listingOf(small);
    for (const line of [0, 1, listing.lines.length + 1]) assert.equal(nextHit(small, listing, line, 0), null);
    assert.equal(nextHit(empty, listingOf(empty), listingOf(empty).lineOf("gemm", "tap"), 0), null);
  });
});
