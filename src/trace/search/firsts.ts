import { elementCount } from "../../tensor/tensor";
import { Progression } from "../order/ascending";
import type { Condition } from "./condition";
import { shapeOf } from "../order/elements";
import { Flags, nansOf, specialsOf } from "./flags";
import type { Stretch } from "./region";
import { Search } from "./search";
import { writerOf } from "../order/stages";
import type { Trace } from "../moment/trace";

/** What can be looked for among the elements of a tensor. */
export const oddities = ["zero", "nan", "infinity"] as const;
export type Oddity = (typeof oddities)[number];

const isOdd: Readonly<Record<Oddity, (value: number) => boolean>> = {
  zero: (value) => value === 0,
  nan: Number.isNaN,
  infinity: (value) => value === Infinity || value === -Infinity,
};

/** Steps looked at between two yields, about a millisecond: each of dcol is a sum over filters. */
const TURN = { col: 1024, dcol: 64 } as const;

/**
 * The position in C order of the first zero, NaN or infinity in col or dcol, which are not held in memory; −1 if there is none. Their
 * stages write them in this very order, so it is the first step that writes one. Yields as often as others may want a turn.
 */
export function* firstOdd(trace: Trace, tensor: "col" | "dcol", oddity: Oddity): Generator<undefined, number> {
  if (elementCount(shapeOf(trace.geometry, tensor)) === 0) return -1;
  const { start, cells, cellSteps, count } = trace.steps.spans[writerOf[tensor]];
  // A sum is what it is after its last term.
  const written =
    tensor === "col" ? new Progression(start, 1, count) : new Progression(start + cellSteps - 1, cellSteps, cells);
  const condition: Condition = {
    holds: (at) => isOdd[oddity](at.change()!.after), // these stages write at each step
    mayHold: mayBe(trace, tensor, oddity),
  };
  const search = new Search(trace, condition, start, "forward", written);
  const end = start + count - 1;
  while (!search.advance(search.spent + TURN[tensor], end)) {
    if (search.isBeyond(end)) return -1;
    yield;
  }
  return written.rank(search.step);
}

function mayBe(trace: Trace, tensor: "col" | "dcol", oddity: Oddity): (stretch: Stretch) => boolean {
  const { y, x, paddingMode } = trace.geometry;
  switch (oddity) {
    case "nan": {
      const flags = [nansOf(trace), specialsOf(trace)] as const;
      return (stretch) => stretch.mayWrite(...flags);
    }
    case "infinity": {
      const specials = specialsOf(trace);
      return (stretch) => stretch.mayWrite(specials, specials);
    }
    case "zero": {
      if (tensor === "dcol" || (paddingMode === "zeros" && y.begin + y.end + x.begin + x.end > 0)) return () => true;
      const { data } = trace.run.tensors.x;
      const zeros = new Flags(trace, () => (from, to) => data.subarray(from, to).includes(0));
      return (stretch) => stretch.mayWrite(zeros, zeros);
    }
  }
}
