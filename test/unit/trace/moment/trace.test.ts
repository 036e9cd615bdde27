import assert from "node:assert/strict";
import fc from "fast-check";
import { ConvError } from "../../../../src/base/errors";
import { geometryOf } from "../../../../src/conv/geometry";
import type { TensorName } from "../../../../src/conv/run";
import { defaultSpec } from "../../../../src/conv/spec";
import { contributionsOf, reasonsOf } from "../../../../src/trace/moment/contributions";
import { shapeOf } from "../../../../src/trace/order/elements";
import { cellAt, elementAt, viewSize } from "../../../../src/trace/moment/layout";
import { planeOf } from "../../../../src/trace/moment/plane";
import { Trace, type Valued } from "../../../../src/trace/moment/trace";
import { anyWalk, inputsOf } from "../anyRun";
import { Interpreter, each, nameOf } from "../interpreter";

const made: readonly TensorName[] = ["col", "out", "db", "dW", "dcol", "dx"];
const given: readonly TensorName[] = ["x", "W", "dout"];
const fp32 = { dtype: "float32", fused: true, block: 256 } as const;

/** The steps that write each element, in order. */
function writersOf(walk: Interpreter): Map<string, number[]> {
  const writers = new Map<string, number[]>();
  for (const [step, event] of walk.events.entries())
    for (const [name] of event.writes) writers.set(name, [...(writers.get(name) ?? []), step]);
  return writers;
}

function eachElement(trace: Trace, tensor: TensorName, see: (index: number[], name: string) => void): void {
  each(shapeOf(trace.geometry, tensor), (index) => see(index, nameOf(tensor, index)));
}

describe("Trace", () => {
  it("has at each step what a walk through the loops has there, to the bit", () => {
    fc.assert(
      fc.property(anyWalk, (walk) => {
        const trace = new Trace(walk.run);
        assert.equal(trace.total, walk.events.length);
        for (const [step, event] of walk.events.entries()) {
          const moment = trace.at(step);
          const named = (accesses: typeof moment.reads) =>
            accesses.map(({ tensor, index, value }) => [nameOf(tensor, index), value]);
          assert.deepEqual(
            {
              stage: moment.stage,
              indices: moment.indices,
              reads: named(moment.reads),
              writes: named(moment.writes),
              sum: moment.partialSum,
            },
            event,
            `step ${step}`,
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it("marks what is seen through padding, and only that", () => {
    fc.assert(
      fc.property(anyWalk, (walk) => {
        const trace = new Trace(walk.run);
        const { y, x } = trace.geometry;
        for (let step = 0; step < trace.steps.spans.im2col.count; step++) {
          const { at, reads } = trace.at(step);
          const py = at.oy * y.stride + at.ky * y.dilation - y.begin;
          const px = at.ox * x.stride + at.kx * x.dilation - x.begin;
          const outside = py < 0 || py >= y.size || px < 0 || px >= x.size;
          assert.equal(reads[0].padding === true, outside);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("knows who writes each element: the inverse of at, over whole layers", () => {
    fc.assert(
      fc.property(anyWalk, (walk) => {
        const trace = new Trace(walk.run);
        const writers = writersOf(walk);
        for (const tensor of made)
          eachElement(trace, tensor, (index, name) => {
            const steps = writers.get(name) ?? [];
            assert.deepEqual(
              trace.writtenAt(tensor, index),
              { first: steps[0] ?? -1, last: steps[steps.length - 1] ?? -1, count: steps.length },
              name,
            );
          });
        for (const tensor of given) assert.equal(trace.writtenAt(tensor, [0, 0, 0, 0]), null);
      }),
      { numRuns: 60 },
    );
  });

  it("knows each element as of any step, in every view", () => {
    fc.assert(
      fc.property(anyWalk, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { size: "small" }), (walk, moments) => {
        const trace = new Trace(walk.run);
        const writers = writersOf(walk);
        for (const moment of [...moments, 0, 1]) {
          const step = Math.round(moment * trace.total) - 1;
          const expected = expectedAt(walk, trace, writers, step);
          for (const tensor of [...made, ...given]) {
            eachElement(trace, tensor, (index, name) =>
              assert.deepEqual(trace.valueAt(tensor, index, step), expected(tensor, name), `${name} at ${step}`),
            );
            for (const plane of [null, [0, 0] as const]) {
              const view = { tensor, plane };
              const shown = planeOf(trace, view, step);
              const { rows, cols } = viewSize(trace.geometry, view);
              assert.deepEqual([shown.rows, shown.cols], [rows, cols]);
              each([rows, cols], ([row, col]) => {
                const index = elementAt(trace.geometry, view, { row, col });
                assert.deepEqual(cellAt(trace.geometry, view, index), { row, col });
                assert.deepEqual(shown.at(row, col), expected(tensor, nameOf(tensor, index)).value);
              });
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("takes each sum apart", () => {
    fc.assert(
      fc.property(anyWalk, fc.nat(), (walk, from) => {
        const trace = new Trace(walk.run);
        const writers = writersOf(walk);
        const { block } = walk.run.arithmetic;
        for (const tensor of made)
          eachElement(trace, tensor, (index, name) => {
            const steps = writers.get(name) ?? [];
            const start = steps.length === 0 ? 0 : from % steps.length;
            const { count, terms, bias, final } = contributionsOf(trace, tensor, index, start, start + 7);
            assert.equal(count, steps.length);
            assert.deepEqual(
              terms.map(({ k }) => k),
              steps.map((_, k) => k).slice(start, start + 7),
            );
            for (const term of terms) {
              const event = walk.events[steps[term.k]];
              assert.equal(term.step, steps[term.k]);
              assert.deepEqual(term.sum, event.sum ?? event.writes[0][1]);
              const reads = event.reads.filter(([read]) => !read.startsWith("b["));
              assert.deepEqual(
                term.factors.map((factor) => [nameOf(factor.tensor, factor.index), factor.value]),
                reads,
              );
              const inBlocks = tensor !== "dx" && tensor !== "col";
              assert.equal(term.block, inBlocks ? Math.floor(term.k / block) : 0);
              const ends = term.k === count - 1 || (inBlocks && term.k % block === block - 1);
              assert.equal(term.endsBlock, ends);
              if (tensor === "col" || tensor === "dx") assert.deepEqual(term.product, reads[0][1]);
            }
            assert.deepEqual(final, walk.memory.get(name) ?? 0);
            assert.equal(bias?.value, tensor === "out" ? walk.memory.get(nameOf("b", [index[1]])) : undefined);
          });
      }),
      { numRuns: 30 },
    );
  });

  it("gives the reasons for a value: largest terms first, NaN before all", () => {
    fc.assert(
      fc.property(anyWalk, fc.integer({ min: 1, max: 5 }), (walk, most) => {
        const trace = new Trace(walk.run);
        for (const tensor of made)
          eachElement(trace, tensor, (index) => {
            const { terms } = contributionsOf(trace, tensor, index);
            const reasons = reasonsOf(trace, tensor, index, most);
            const size = ({ product }: (typeof terms)[number]) =>
              Number.isNaN(product) ? [1, 0] : [0, Math.abs(product)];
            const sorted = [...terms].sort((a, b) => size(b)[0] - size(a)[0] || bigger(size(a)[1], size(b)[1]));
            assert.deepEqual(reasons.largest, sorted.slice(0, most));
            const bad = (test: (value: number) => boolean) =>
              terms.find(({ product, sum }) => test(product) || test(sum)) ?? null;
            assert.deepEqual(reasons.firstNan, bad(Number.isNaN));
            assert.deepEqual(
              reasons.firstInfinity,
              bad((value) => Math.abs(value) === Infinity),
            );
          });
      }),
      { numRuns: 20 },
    );
  });

  it("names the cell of x behind a factor from col", () => {
    const geometry = geometryOf([1, 1, 3, 3], [1, 1, 3, 3], null, { ...defaultSpec, padding: 1 });
    const trace = new Trace(new Interpreter(inputsOf(geometry, "float32", 5, "real"), fp32).run);
    const { terms } = contributionsOf(trace, "out", [0, 0, 0, 1]);
    assert.deepEqual(terms[0].factors[0].from, { tensor: "x", index: [0, 0, -1, 0], padding: true });
    assert.deepEqual(terms[8].factors[0].from, { tensor: "x", index: [0, 0, 1, 2] });
    assert.equal(terms[8].factors[1].from, null);
  });

  it("has nothing to show of an empty batch, and no error", () => {
    const geometry = geometryOf([0, 2, 5, 5], [3, 2, 3, 3], [3], defaultSpec);
    const trace = new Trace(new Interpreter(inputsOf(geometry, "float64", 5, "real"), fp64).run);
    assert.equal(trace.total, 0);
    assert.deepEqual(trace.valueAt("dW", [2, 1, 0, 0], -1), { state: "final", value: 0 });
    assert.deepEqual(trace.writtenAt("db", [1]), { first: -1, last: -1, count: 0 });
    assert.equal(planeOf(trace, { tensor: "dW", plane: null }, -1).at(0, 0), 0);
    assert.equal(contributionsOf(trace, "dW", [0, 0, 0, 0]).final, 0);
    assert.throws(() => trace.at(0), /step 0 is not in this run: expected no step: the batch is empty/);
  });

  it("has zeros for the weights of a layer without channels", () => {
    const geometry = geometryOf([2, 0, 5, 5], [3, 0, 3, 3], [3], defaultSpec);
    const trace = new Trace(new Interpreter(inputsOf(geometry, "float64", 5, "real"), fp64).run);
    assert.equal(trace.total, 0);
    assert.deepEqual(trace.valueAt("db", [2], -1), { state: "final", value: 0 });
    assert.deepEqual(contributionsOf(trace, "db", [2]), { count: 0, terms: [], bias: null, final: 0 });
  });

  it("says which steps and elements there are", () => {
    const geometry = geometryOf([1, 1, 3, 3], [2, 1, 3, 3], null, defaultSpec);
    const trace = new Trace(new Interpreter(inputsOf(geometry, "float32", 5, "real"), fp32).run);
    const bad = (code: string, message: RegExp) => (error: unknown) => {
      assert.ok(error instanceof ConvError);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    };
    assert.throws(() => trace.at(trace.total), bad("bad-step", /step 74 .*a whole number from 0 to 73/));
    assert.throws(() => trace.at(0.5), bad("bad-step", /step 0.5/));
    assert.throws(
      () => trace.valueAt("out", [0, 2, 0, 0], 0),
      bad("bad-value", /no out\[0, 2, 0, 0\]: axis 1 of out 1×2×1×1 goes from 0 to 1/),
    );
    assert.throws(() => trace.writtenAt("col", [0]), bad("bad-value", /col has 2 axes: 1×9/));
    assert.throws(() => trace.valueAt("b", [0], 0), bad("bad-value", /this layer has no bias/));
    assert.throws(() => planeOf(trace, { tensor: "b", plane: null }, 0), bad("bad-value", /no bias/));
  });
});

const fp64 = { dtype: "float64", fused: false, block: 256 } as const;

function bigger(a: number, b: number): number {
  return a === b ? 0 : a < b ? 1 : -1;
}

/** What every element holds after `step`, by looking at the events up to there. */
function expectedAt(walk: Interpreter, trace: Trace, writers: Map<string, number[]>, step: number) {
  const written = new Map<string, { value: number; times: number }>();
  for (const event of walk.events.slice(0, step + 1))
    for (const [name, value] of event.writes) written.set(name, { value, times: (written.get(name)?.times ?? 0) + 1 });
  return (tensor: TensorName, name: string): Valued => {
    if (given.includes(tensor)) return { state: "final", value: walk.memory.get(name)! };
    const total = writers.get(name)?.length ?? 0;
    const { value, times } = written.get(name) ?? { value: null, times: 0 };
    if (total === 0) {
      // never reached by a window: the zero that dx begins with
      const begun = step >= trace.steps.spans.col2im.start;
      return begun ? { state: "final", value: 0 } : { state: "unwritten", value: null };
    }
    return { state: times === total ? "final" : times === 0 ? "unwritten" : "partial", value };
  };
}
