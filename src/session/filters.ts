import { ConvError } from "../base/errors";
import type { ResultName } from "../conv/passes";
import type { TensorName } from "../conv/run";
import { defaultTolerance, matchesAt } from "../diagnose/compare";
import { roundingSlack } from "../diagnose/rounding";
import { numberText } from "../tensor/numbers";
import { indexAt, offsetOf, shapeText } from "../tensor/tensor";
import type { Condition } from "../trace/search/condition";
import { becomesInfinite, becomesNan, finishes, overflows } from "../trace/search/events";
import { Flags } from "../trace/search/flags";
import { writerOf } from "../trace/order/stages";
import type { Trace } from "../trace/moment/trace";
import type { Expected, Filter } from "./breakpoints";

/** What the filters are called. */
export const filterNames: Readonly<Record<Filter, string>> = {
  nan: "NaN",
  infinity: "Infinity",
  overflow: "Overflow to Infinity",
  mismatch: "Differs from Expected",
};

/** What a filter looks for in a run, and what it says where it stops. */
export interface Filtering {
  readonly condition: Condition;
  readonly textAt: (step: number) => string | undefined;
}

/** Throws ConvError where there is nothing to look for. */
export function filtering(trace: Trace, filter: Filter, expected: Expected): Filtering {
  const said = (what: (value: string) => string) => (step: number) => {
    const [written] = trace.at(step).writes;
    return `${written.tensor}[${written.index.join(", ")}] ${what(String(written.value))}`;
  };
  switch (filter) {
    case "nan":
      return { condition: becomesNan(trace), textAt: said(() => "became NaN") };
    case "infinity":
      return { condition: becomesInfinite(trace), textAt: said((value) => `became ${value}`) };
    case "overflow":
      return { condition: overflows(trace), textAt: said((value) => `overflowed to ${value}`) };
    case "mismatch":
      return mismatching(trace, expected);
  }
}

const results = ["out", "dx", "dW", "db"] as const satisfies readonly ResultName[];

function isResult(tensor: TensorName): tensor is ResultName {
  return results.some((name) => name === tensor);
}

/** Where an element is finished that differs by more than the tolerance, and than rounding explains. */
function mismatching(trace: Trace, { tensors, tolerance }: Expected): Filtering {
  if (Object.values(tensors).length === 0)
    throw new ConvError({
      code: "bad-value",
      what: "nothing is expected of this layer",
      remedy: 'Name a tensor under "expected" in the layer file',
    });
  const wantedOf = (tensor: TensorName) => (isResult(tensor) ? tensors[tensor] : undefined);
  const flags = new Flags(trace, (tensor) => {
    const wanted = wantedOf(tensor);
    if (wanted === undefined || !isResult(tensor)) return null;
    const actual = trace.run.tensors[tensor];
    if (shapeText(actual.shape) !== shapeText(wanted.shape))
      throw new ConvError({
        code: "bad-shape",
        what: `${tensor} is not of the shape that is expected`,
        expected: shapeText(wanted.shape),
        found: shapeText(actual.shape),
      });
    const within = { ...defaultTolerance(actual.dtype, wanted.dtype), ...tolerance };
    const slack = roundingSlack(actual.dtype, wanted.dtype, (i) => trace.magnitude(tensor, indexAt(actual.shape, i)));
    const isGranted = remembering(
      actual.data.length,
      (i) => matchesAt(actual, wanted, i, within, slack),
      () => trace.patience.spend(productsOf(trace, tensor)),
    );
    return (from, to) => {
      for (let i = from; i < to; i++)
        if (actual.data[i] !== wanted.data[i] && !matchesAt(actual, wanted, i, within) && !isGranted(i)) return true;
      return false;
    };
  });
  for (const tensor of results) flags.among(tensor, 0, 0);
  return {
    condition: finishes(trace, flags),
    textAt: (step) => {
      const [{ tensor, index, value }] = trace.at(step).writes;
      const wanted = wantedOf(tensor);
      const text = (number: number | bigint) => numberText(Number(number), trace.run.arithmetic.dtype);
      const found = wanted === undefined ? "" : `, expected ${text(wanted.data[offsetOf(wanted.shape, index)])}`;
      return `${tensor}[${index.join(", ")}] is ${value === null ? "not written" : text(value)}${found}`;
    },
  };
}

/** Products that an element of a result is made of. */
function productsOf({ geometry: { y, x, groupFilters }, steps: { spans } }: Trace, tensor: ResultName): number {
  return tensor === "dx" ? y.kernel * x.kernel * groupFilters : spans[writerOf[tensor]].cellSteps;
}

/** A test of elements that remembers, in a bit for each, which ones have passed; `passed` is told of each the first time. */
function remembering(count: number, test: (i: number) => boolean, passed: () => void): (i: number) => boolean {
  let bits: Uint8Array | null = null;
  return (i) => {
    bits ??= new Uint8Array(Math.ceil(count / 8));
    const bit = 1 << (i & 7);
    if ((bits[i >>> 3] & bit) !== 0) return true;
    if (!test(i)) return false;
    bits[i >>> 3] |= bit;
    passed();
    return true;
  };
}
