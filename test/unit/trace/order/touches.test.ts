import assert from "node:assert/strict";
import fc from "fast-check";
import type { TensorName } from "../../../../src/conv/run";
import { type Ascending, Progression } from "../../../../src/trace/order/ascending";
import { shapeOf } from "../../../../src/trace/order/elements";
import { writerOf } from "../../../../src/trace/order/stages";
import { stepsReading, stepsWriting } from "../../../../src/trace/order/touches";
import { Trace } from "../../../../src/trace/moment/trace";
import { anyWalk } from "../anyRun";
import { type Interpreter, nameOf, each } from "../interpreter";

const tensors = Object.keys(writerOf) as TensorName[]; // the keys of a literal

/** A part of a tensor: on each axis first : last : step. */
const anyPart = (shape: readonly number[]) =>
  fc.tuple(
    ...shape.map((size) =>
      fc
        .tuple(fc.nat(size - 1), fc.nat(size), fc.integer({ min: 1, max: 3 }))
        .map(([first, count, step]) => new Progression(first, step, Math.min(count, Math.ceil((size - first) / step)))),
    ),
  );

const anyCase = anyWalk.chain((walk) =>
  fc
    .constantFrom(...tensors.filter((name) => name !== "b" || walk.run.geometry.hasBias))
    .chain((tensor) =>
      anyPart(shapeOf(walk.run.geometry, tensor)).map((part: readonly Progression[]) => ({ walk, tensor, part })),
    ),
);

/** The numbers of steps that touch an element of a part, by looking at each step. */
function walked(
  walk: Interpreter,
  tensor: TensorName,
  part: readonly Progression[],
  how: "reads" | "writes",
): number[] {
  const names = new Set<string>();
  each(
    part.map(({ count }) => count),
    (at) =>
      names.add(
        nameOf(
          tensor,
          at.map((i, axis) => part[axis].at(i)),
        ),
      ),
  );
  return walk.events.flatMap((event, step) => (event[how].some(([name]) => names.has(name)) ? [step] : []));
}

function numbersOf(found: Ascending): number[] {
  return Array.from({ length: found.count }, (_, i) => found.at(i));
}

describe("the steps that touch a part of a tensor", () => {
  for (const [how, stepsOf] of [
    ["writes", stepsWriting],
    ["reads", stepsReading],
  ] as const)
    it(`are those at which a walk ${how} it, by number and by place`, () => {
      fc.assert(
        fc.property(anyCase, ({ walk, tensor, part }) => {
          const { steps } = new Trace(walk.run);
          const found = stepsOf(steps, tensor, part);
          const wanted = walked(walk, tensor, part, how);
          assert.deepEqual(numbersOf(found), wanted);
          for (let step = 0, rank = 0; step <= steps.total; step++) {
            assert.equal(found.rank(step), rank);
            if (wanted[rank] === step) rank++;
          }
        }),
        { numRuns: 400 },
      );
    });
});
