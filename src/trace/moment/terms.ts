import type { Geometry } from "../../conv/geometry";
import { usesOf } from "../../conv/receptive";
import type { TensorName } from "../../conv/run";
import { rounder } from "../../tensor/dtype";
import { type Element, cellOf, inColumns, inFilters, inOutput, inWeights, windowCell } from "../order/elements";
import { type Extremes, extremesAmong, extremesOf } from "../replay/extremes";
import { type SumStage, isSumStage, writerOf } from "../order/stages";
import { type Coordinates, coordinatesOf } from "../order/steps";
import type { Access, Trace } from "./trace";
import { scatterStep } from "../order/written";

/** A factor of a term, after the run. */
export interface Factor extends Access {
  readonly value: number;
  /** For an element of col: the cell of x that it is a copy of. */
  readonly from: Element | null;
}

/** One term of an element's sum. */
export interface Term {
  /** Its turn, from 0, and the step at which it is added. */
  readonly k: number;
  readonly step: number;
  /** Two factors; one for db (dout), dx (dcol) and col (x). */
  readonly factors: readonly Factor[];
  /** The factors multiplied, rounded to the dtype: what is added where the addition is not fused. */
  readonly product: number;
  /** The sum after this term, to the bit. */
  readonly sum: number;
  /** The block it belongs to, and whether it ends that block. dx has no blocks: all its terms are in block 0. */
  readonly block: number;
  readonly endsBlock: boolean;
}

/** The sum that an element is, one term at a time or all numbers at once. */
export interface TermSource {
  readonly count: number;
  readonly bias: Factor | null;
  term(k: number): Term;
  /** What stands out, with the `most` largest. */
  extremes(most: number): Extremes;
}

/** The terms of an element that exists. */
export function termsOf(trace: Trace, tensor: TensorName, index: readonly number[]): TermSource {
  const stage = writerOf[tensor];
  if (stage === null || trace.total === 0) return listed([]);
  if (isSumStage(stage)) return sumTerms(trace, stage, cellOf(trace.geometry, tensor, index));
  return listed(tensor === "col" ? copyTerms(trace, index) : scatterTerms(trace, index));
}

function sumTerms(trace: Trace, stage: SumStage, cell: number): TermSource {
  const { geometry: g, steps, run } = trace;
  const { block, dtype } = run.arithmetic;
  const { start, cellSteps, radix } = steps.spans[stage];
  const sums = trace.sumsOf(stage, cell);
  const round = rounder(dtype);
  const first = cell * cellSteps;
  return {
    count: cellSteps,
    bias:
      stage === "gemm" && g.hasBias
        ? factor(trace, inFilters("b", coordinatesOf(g, stage, radix.digitsOf(first))))
        : null,
    term: (k) => {
      const at = coordinatesOf(g, stage, radix.digitsOf(first + k));
      const factors = operands[stage](g, at).map((element) =>
        factor(trace, element, element.tensor === "col" ? windowCell(g, "x", at) : null),
      );
      const product = round(factors.reduce((value, { value: next }) => value * next, 1));
      const endsBlock = (k + 1) % block === 0 || k === cellSteps - 1;
      const step = start + first + k;
      return { k, step, factors, product, sum: sums.after(k + 1), block: Math.floor(k / block), endsBlock };
    },
    extremes: (most) => extremesOf(sums, run.arithmetic, most),
  };
}

const operands: Readonly<Record<SumStage, (g: Geometry, at: Coordinates) => readonly Element[]>> = {
  gemm: (g, at) => [inColumns(g, "col", at), inWeights(g, "W", at)],
  db: (_, at) => [inOutput("dout", at)],
  dW: (g, at) => [inOutput("dout", at), inColumns(g, "col", at)],
  dcol: (g, at) => [inOutput("dout", at), inWeights(g, "W", at)],
};

/** An element of col is one copy. */
function copyTerms(trace: Trace, [row, tap]: readonly number[]): Term[] {
  const { geometry: g, steps } = trace;
  const { start, radix } = steps.spans.im2col;
  const step = start + row * g.taps + tap;
  const read = factor(trace, windowCell(g, "x", coordinatesOf(g, "im2col", radix.digitsOf(step - start))));
  return [{ k: 0, step, factors: [read], product: read.value, sum: read.value, block: 0, endsBlock: true }];
}

/** An element of dx is the sum of the elements of dcol that fall on it. */
function scatterTerms(trace: Trace, index: readonly number[]): Term[] {
  const { geometry: g, steps } = trace;
  const { start } = steps.spans.col2im;
  const round = rounder(trace.run.arithmetic.dtype);
  const uses = usesOf(g, index[2], index[3]);
  let sum = 0;
  return uses.map(({ oy, ox, ky, kx }, k) => {
    const step = scatterStep(steps, index, { o: oy, k: ky }, { o: ox, k: kx });
    const [row, tap] = [Math.floor((step - start) / g.taps), (step - start) % g.taps];
    const read = factor(trace, { tensor: "dcol", index: [row, tap] });
    sum = round(sum + read.value);
    return { k, step, factors: [read], product: read.value, sum, block: 0, endsBlock: k === uses.length - 1 };
  });
}

function listed(terms: readonly Term[]): TermSource {
  return {
    count: terms.length,
    bias: null,
    term: (k) => terms[k],
    extremes: (most) => extremesAmong(terms, most),
  };
}

/** An element as it is after the run; zero padding around x is 0. */
function factor(trace: Trace, element: Element, from: Element | null = null): Factor {
  const { value } = trace.read(element, trace.total - 1);
  return { ...element, value: value!, from }; // nothing is unwritten after the last step
}
