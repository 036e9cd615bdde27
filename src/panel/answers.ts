import { elementCount, indexAt } from "../tensor/tensor";
import type { Rect, Tile } from "../tensor/slice";
import type { ElementFacts, ElementRequest, StripPage, StripRequest, Terms, TileRequest } from "../protocol/messages";
import { hasPart, oriented, pictureSize } from "../protocol/picture";
import { coarseTile } from "./coarse";
import { contributionsOf, reasonsOf } from "../trace/moment/contributions";
import type { Term } from "../trace/moment/terms";
import { shapeOf, touchOf } from "../trace/order/elements";
import { planeOf } from "../trace/moment/plane";
import { isSumStage, nests } from "../trace/order/stages";
import type { Place } from "../trace/order/steps";
import type { Trace } from "../trace/moment/trace";

/** Cells of one tile: what a webview may ask for at once. */
const MOST_CELLS = 1 << 18;
/** Taps of one page of the strip. */
const MOST_TAPS = 1024;

/** A tile with buffers of its own; null if it is out of bounds or larger than anything that is drawn at once. */
export function tileFor(trace: Trace, { picture, step, rect, level }: TileRequest): Tile | null {
  const { tensor, plane } = picture;
  const shape = shapeOf(trace.geometry, tensor);
  if (tensor === "b" && !trace.geometry.hasBias) return null;
  if (plane !== null && (shape.length !== 4 || plane[0] >= shape[0] || plane[1] >= shape[1])) return null;
  if (step >= Math.max(trace.total, 1) || !hasPart(trace.geometry, picture)) return null;
  const { rows, cols } = pictureSize(trace.geometry, picture);
  if (!isWithin(rect, rows, cols)) return null;
  const visits = (rect.bottom - rect.top) * (rect.right - rect.left);
  if (visits / 4 ** level > MOST_CELLS) return null;
  return coarseTile(trace, picture, oriented(picture, planeOf(trace, picture, step)), rect, level);
}

function isWithin({ top, left, bottom, right }: Rect, rows: number, cols: number): boolean {
  return top <= bottom && bottom <= rows && left <= right && right <= cols;
}

/** A page of the taps of the cell that a step is in. */
export function stripFor(trace: Trace, { step, from, count }: StripRequest): StripPage | null {
  if (step >= trace.total || count > MOST_TAPS) return null;
  const place = trace.steps.place(step);
  const { cellSteps } = trace.steps.spans[place.stage];
  if (from >= cellSteps) return null;
  const page = { start: step - place.k, from, to: Math.min(from + count, cellSteps) };
  return isSumStage(place.stage) ? sumPage(trace, place, page) : copyPage(trace, place, page);
}

interface Page {
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

function sumPage(trace: Trace, place: Place, { start, from, to }: Page): StripPage {
  const { tensor, index } = touchOf(trace.geometry, place).writes[0];
  const { terms, bias, final } = contributionsOf(trace, tensor, index, from, to);
  return {
    start,
    from,
    left: numbers(terms, ({ factors }) => factors[0].value),
    right: terms[0].factors.length > 1 ? numbers(terms, ({ factors }) => factors[1].value) : new Float64Array(),
    sums: numbers(terms, ({ sum }) => sum),
    bias: oneOrNone(bias?.value),
    final: oneOrNone(final),
  };
}

/** im2col and col2im: what moves in each step of the row, and for col2im what its cell of dx holds afterwards. */
function copyPage(trace: Trace, place: Place, { start, from, to }: Page): StripPage {
  const left = new Float64Array(to - from);
  const sums = new Float64Array(nests[place.stage].writes === "dx" ? to - from : 0);
  for (let k = from; k < to; k++) {
    const { reads, writes } = touchOf(trace.geometry, trace.steps.place(start + k));
    left[k - from] = trace.read(reads[0], trace.total - 1).value ?? 0;
    if (sums.length > 0) sums[k - from] = writes.length > 0 ? (trace.read(writes[0], start + k).value ?? NaN) : NaN;
  }
  const none = new Float64Array();
  return { start, from, left, right: none, sums, bias: none, final: none };
}

/** An element as of a step and its largest terms; null if there is no such element. */
export function elementFor(trace: Trace, { tensor, offset, step, largest }: ElementRequest): ElementFacts | null {
  const shape = shapeOf(trace.geometry, tensor);
  if (offset >= elementCount(shape) || (tensor === "b" && !trace.geometry.hasBias)) return null;
  const index = indexAt(shape, offset);
  const { state, value } = trace.valueAt(tensor, index, Math.min(step, trace.total - 1));
  const reasons = reasonsOf(trace, tensor, index, largest);
  return {
    state,
    value: oneOrNone(value),
    final: oneOrNone(reasons.final),
    bias: oneOrNone(reasons.bias?.value),
    count: reasons.count,
    largest: termsRecord(reasons.largest),
    firstNan: reasons.firstNan?.k ?? -1,
    firstInfinity: reasons.firstInfinity?.k ?? -1,
  };
}

function termsRecord(terms: readonly Term[]): Terms {
  const products = terms.length > 0 && terms[0].factors.length > 1;
  return {
    k: numbers(terms, ({ k }) => k),
    step: numbers(terms, ({ step }) => step),
    left: numbers(terms, ({ factors }) => factors[0].value),
    right: products ? numbers(terms, ({ factors }) => factors[1].value) : new Float64Array(),
    product: numbers(terms, ({ product }) => product),
    sum: numbers(terms, ({ sum }) => sum),
  };
}

function numbers(terms: readonly Term[], of: (term: Term) => number): Float64Array {
  return Float64Array.from(terms, of);
}

function oneOrNone(value: number | null | undefined): Float64Array {
  return value === null || value === undefined ? new Float64Array() : Float64Array.of(value);
}
