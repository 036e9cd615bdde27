import type { TensorName } from "../../conv/run";
import { checkIndex } from "../order/elements";
import { type Factor, type Term, termsOf } from "./terms";
import type { Trace } from "./trace";

/** What an element is made of. */
export interface Contributions {
  /** Terms in all. */
  readonly count: number;
  /** Terms [start, end) as asked for. */
  readonly terms: readonly Term[];
  /** Added after the last term; out only. */
  readonly bias: Factor | null;
  readonly final: number;
}

/**
 * The terms of an element of col, out, dW, dcol, db or dx in the order in which they are added: [start, end) of them,
 * clipped. x, W, b and dout are given: no terms. Throws ConvError `bad-value` if there is no such element.
 */
export function contributionsOf(
  trace: Trace,
  tensor: TensorName,
  index: readonly number[],
  start = 0,
  end = Infinity,
): Contributions {
  checkIndex(trace.geometry, tensor, index);
  const source = termsOf(trace, tensor, index);
  const terms: Term[] = [];
  for (let k = Math.max(0, start); k < Math.min(end, source.count); k++) terms.push(source.term(k));
  return { count: source.count, terms, bias: source.bias, final: trace.finalValue(tensor, index) };
}

/** Why an element has its value. */
export interface Reasons {
  readonly count: number;
  /** The terms of largest size: NaN first, then by |product|, equal ones in order. */
  readonly largest: readonly Term[];
  /** The first term whose product, or the sum after it, is NaN; likewise infinite. */
  readonly firstNan: Term | null;
  readonly firstInfinity: Term | null;
  readonly bias: Factor | null;
  readonly final: number;
}

/** The `most` largest terms of an element, and where NaN and infinity come in first. O(K). Throws ConvError `bad-value`. */
export function reasonsOf(trace: Trace, tensor: TensorName, index: readonly number[], most: number): Reasons {
  checkIndex(trace.geometry, tensor, index);
  const source = termsOf(trace, tensor, index);
  const { largest, firstNan, firstInfinity } = source.extremes(most);
  const termOf = (k: number): Term | null => (k < 0 ? null : source.term(k));
  return {
    count: source.count,
    largest: largest.map((k) => source.term(k)),
    firstNan: termOf(firstNan),
    firstInfinity: termOf(firstInfinity),
    bias: source.bias,
    final: trace.finalValue(tensor, index),
  };
}
