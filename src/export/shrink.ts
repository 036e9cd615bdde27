import { ConvError } from "../base/errors";
import type { ResultName } from "../conv/passes";
import type { Run, RunInputs } from "../conv/run";
import type { Mismatch } from "../diagnose/compare";
import type { Compute } from "../diagnose/model";
import { Pace, type Watcher } from "../diagnose/pace";
import { absoluteInputs, compareResults, roundingSlack } from "../diagnose/rounding";
import { type ComputeTensor, elementCount, offsetOf } from "../tensor/tensor";
import { type Cut, type Span, cutInputs, cutOf, length, part } from "./cut";
import { type Causes, type Difference, causesOf, noOthersHold, someHold } from "./sameCause";

/** A layer and what was expected of it. */
export interface Suspect extends RunInputs {
  readonly name: string;
  readonly expected: Readonly<Partial<Record<ResultName, ComputeTensor>>>;
}

/** The smallest part of a layer that was found to differ from what was expected in the same way as the whole. */
export interface FailingCase {
  readonly name: string;
  readonly result: ResultName;
  readonly cut: Cut;
  readonly inputs: RunInputs;
  readonly expected: ComputeTensor;
  /** The worst element of the case, and how far rounding may take it. */
  readonly worst: Mismatch;
  readonly rounding: number;
  readonly mismatches: number;
  /** What explains it, here and in the whole layer. */
  readonly causes: Causes;
  /** The shapes of the whole layer's x, W and result. */
  readonly whole: Readonly<Record<"x" | "W" | "result", readonly number[]>>;
}

/** Parts that have the causes of the whole, but others as well, that are passed over in the hope for one that has not. */
const MOST_PASSED_OVER = 8;

/**
 * Shrinks a layer whose result differs from what was expected. The expected numbers are somebody's: they stay what they are, so a smaller
 * case is a part of the layer that has some of these elements, with all that they are made of. Parts are tried from the smallest on,
 * and the first is taken that differs as the whole does: by the same causes, and no others, if these are known. Then rows and columns
 * are taken away at its edges as long as that holds. Throws ConvError `bad-usage` where nothing differs, `cancelled`.
 */
export async function shrink(suspect: Suspect, compute: Compute, watcher: Watcher = {}): Promise<FailingCase> {
  const pace = new Pace(watcher);
  const { geometry, x, W, b, dout } = suspect;
  const run = await compute({ geometry, x, W, b, dout }, watcher.signal);
  const { result, worst, first } = await differenceIn(suspect, run, compute);
  const expected = suspect.expected[result]!; // it was compared
  const found = await causesOf({ run, result, expected }, compute, watcher);
  // Causes that cannot be looked for in a part are as good as unknown.
  const causes = (await someHold(found, { run, result, expected }, watcher)) ? found : [];
  const whole = { x: x.shape, W: W.shape, result: expected.shape };

  const attempt = async (spans: readonly Span[]): Promise<Attempt | null> => {
    await pace.rest();
    const cut = cutOf(geometry, result, spans);
    if (cut === null) return null;
    const inputs = cutInputs(cut, suspect);
    const difference = { run: await compute(inputs, watcher.signal), result, expected: part(expected, cut.result) };
    const [{ comparison }] = await compareResults(difference.run, { [result]: difference.expected }, compute);
    if (comparison.equal || !comparison.sameShape || comparison.worst === null) return null;
    if (causes.length > 0 && !(await someHold(causes, difference, watcher))) return null;
    const { mismatches, worst } = comparison;
    const rounding = await roundingAt(difference, worst.index, compute);
    const parts = { name: suspect.name, result, cut, inputs, expected: difference.expected };
    return {
      found: { ...parts, worst, rounding, mismatches, causes, whole },
      spans,
      alone: async () => causes.length === 0 || noOthersHold(causes, difference, compute, watcher),
    };
  };
  const attemptAlone = async (spans: readonly Span[]) => {
    const made = await attempt(spans);
    return made && (await made.alone()) ? made : null;
  };

  // In the middle padding is out of the way.
  const middle = worst.index.map((i, axis) => (axis < 2 ? i : Math.floor(expected.shape[axis] / 2)));
  const parts = partsOf(run, result, [worst.index, first.index, middle]);
  const passedOver: Attempt[] = [];
  for (const [i, spans] of parts.entries()) {
    watcher.onProgress?.(i, parts.length, "shrinking");
    const made = await attempt(spans);
    if (made === null) continue;
    if (await made.alone()) return trimmed(made, attemptAlone);
    passedOver.push(made);
    if (passedOver.length > MOST_PASSED_OVER) break;
  }
  const smallest = passedOver.at(0);
  if (smallest === undefined) throw new Error("the whole layer, which is the last of its parts, does not differ");
  return trimmed(smallest, attempt);
}

interface Attempt {
  readonly found: FailingCase;
  readonly spans: readonly Span[];
  readonly alone: () => Promise<boolean>;
}

/** The first result that differs beyond rounding: its worst element, and its first. */
async function differenceIn(
  { expected }: Suspect,
  run: Run,
  compute: Compute,
): Promise<{ result: ResultName; worst: Mismatch; first: Mismatch }> {
  const comparisons = await compareResults(run, expected, compute);
  for (const { tensor: result, comparison } of comparisons)
    if (!comparison.equal && comparison.sameShape && comparison.worst !== null && comparison.first !== null)
      return { result, worst: comparison.worst, first: comparison.first };
  const sized = comparisons.find(({ comparison }) => !comparison.sameShape);
  const names = comparisons.map(({ tensor }) => tensor).join(", ");
  const what =
    comparisons.length === 0
      ? "there is nothing to compare with"
      : sized === undefined
        ? `there is no failing case: ${names} differ${comparisons.length === 1 ? "s" : ""} by rounding at most`
        : `${sized.tensor} is of another size than expected, so no element can be compared`;
  const remedy =
    comparisons.length === 0
      ? 'Give results of somebody else, such as "expected": {"out": "torch.npz#out"}'
      : sized && "Ask conv explain which setting makes that size";
  throw new ConvError({ code: "bad-usage", what, remedy });
}

/** What rounding explains at one element of a result. */
async function roundingAt(
  { run, result, expected }: Difference,
  index: readonly number[],
  compute: Compute,
): Promise<number> {
  const { data, shape } = (await compute(absoluteInputs(run))).tensors[result];
  return roundingSlack(run.arithmetic.dtype, expected.dtype, (i) => data[i])(offsetOf(shape, index));
}

/** Parts of a result around the elements that are known to differ, and at its corners; the smallest first, the whole last. */
function partsOf({ geometry: g, tensors }: Run, result: ResultName, around: readonly (readonly number[])[]): Span[][] {
  const { shape } = tensors[result];
  const one = (i: number): Span => [i, i + 1];
  const unique = (spans: readonly Span[]) => [...new Map(spans.map((span) => [span.join(), span])).values()];
  const group = (i: number, size: number): Span => [Math.floor(i / size) * size, (Math.floor(i / size) + 1) * size];
  const filters = (f: number) => unique([one(f), group(f, g.groupFilters), [0, g.filters]]);
  const channels = (c: number) => unique([one(c), group(c, g.groupChannels), [0, g.channels]]);
  const batch = (n: number) => unique([one(n), [0, g.batch]]);
  const found: Span[][] = [];
  for (const index of around) {
    if (result === "db") found.push(...filters(index[0]).map((f) => [f]));
    else if (result === "dW")
      for (const f of filters(index[0]))
        for (const c of unique([one(index[1]), [0, g.groupChannels]])) found.push([f, c]);
    else
      for (const n of batch(index[0]))
        for (const second of result === "out" ? filters(index[1]) : channels(index[1]))
          for (const [y, x] of boxesOf(shape[2], shape[3], [index[2], index[3]])) found.push([n, second, y, x]);
  }
  const whole = shape.slice(0, result === "dW" ? 2 : 4).map((size): Span => [0, size]);
  const distinct = [...new Map([...found, whole].map((spans) => [spans.join(";"), spans])).values()];
  return distinct
    .map((spans) => ({ spans, size: sizeOf(cutOf(g, result, spans)) }))
    .filter(({ size }) => size < Infinity)
    .sort((a, b) => a.size - b.size)
    .map(({ spans }) => spans);
}

/** Squares around a place and in the corners, as far as there is room. */
function boxesOf(height: number, width: number, [cy, cx]: readonly [number, number]): [Span, Span][] {
  const span = (size: number, most: number, at: number): Span => {
    const from = Math.max(0, Math.min(at - Math.floor(size / 2), most - size));
    return [from, Math.min(most, from + size)];
  };
  const boxes: [Span, Span][] = [];
  for (let size = 1; size < Math.max(height, width); size = Math.max(size + 1, Math.floor(1.5 * size)))
    for (const y of [cy, 0, height])
      for (const x of [cx, 0, width])
        if ((y === cy) === (x === cx)) boxes.push([span(size, height, y), span(size, width, x)]);
  return [
    ...boxes,
    [
      [0, height],
      [0, width],
    ],
  ];
}

/** Numbers that somebody has to look at; padding that has become uneven, which not every implementation takes, counts as well. */
function sizeOf(cut: Cut | null): number {
  if (cut === null) return Infinity;
  const { batch, channels, y, x } = cut.geometry;
  const uneven = Math.abs(y.begin - y.end) + Math.abs(x.begin - x.end);
  const results = [cut.W, cut.out].reduce((sum, spans) => sum + elementCount(spans.map(length)), 0);
  return batch * channels * y.padded * x.padded + results + uneven;
}

/** Takes rows and columns away at the edges of the result. */
async function trimmed(
  { found, spans }: Attempt,
  attempt: (spans: readonly Span[]) => Promise<Attempt | null>,
): Promise<FailingCase> {
  for (const axis of [2, 3]) {
    if (axis >= spans.length || length(spans[axis]) < 2) continue;
    const [from, to] = spans[axis];
    for (const span of [
      [from + 1, to],
      [from, to - 1],
    ] as const) {
      const still = await attempt(spans.with(axis, span));
      if (still !== null) return trimmed(still, attempt);
    }
  }
  return found;
}
