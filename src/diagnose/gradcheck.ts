import { type Geometry, outShape } from "../conv/geometry";
import { usesOf } from "../conv/receptive";
import type { Run, RunInputs } from "../conv/run";
import { type ComputeTensor, elementCount, indexAt, toCompute } from "../tensor/tensor";
import { type Field, type Shape4, constantField, fieldOf } from "./field";
import { type Compute, type Gradient, type Model, modelOf, predictCells } from "./model";
import { type Place, placesOf } from "./places";
import { Pace, type Watcher } from "./pace";
import { unitOf } from "./trial";

/** One element of a gradient, from all sides. */
export interface Element {
  readonly index: readonly number[];
  readonly analytic: number;
  readonly numeric: number;
  /** What was expected of it, where something was. */
  readonly expected?: number;
  readonly error: number;
  /** What rounding explains of that error. */
  readonly budget: number;
}

export interface Failures {
  readonly checked: number;
  readonly failed: number;
  readonly maxError: number;
  readonly maxBudget: number;
  /** The largest error as a part of its budget is this element's; null where there is no error. */
  readonly worst: Element | null;
  /** Those that failed, the largest part first: at most so many as somebody reads. */
  readonly largest: readonly Element[];
  /** Along each axis, where failures are. */
  readonly where: readonly Place[];
  /** (analytic − what it is held against) as a multiple of its budget, of an element by its offset; null: not checked. */
  readonly share: (offset: number) => number | null;
}

export interface GradientCheck {
  readonly tensor: Gradient;
  readonly elements: number;
  /** The engine's backward pass against differences of the forward pass. */
  readonly numeric: Failures;
  /** What was expected against the engine's backward pass, every element. */
  readonly expected: Failures | null;
}

/** Products that the differences of one gradient may take: beyond it, elements are sampled evenly. */
const MOST_PRODUCTS = 8e6;
const UNIT = 2 ** -53;
const MOST_LISTED = 8;

/**
 * Checks the gradients of L = Σ dout·out in float64. `compute` runs the engine. Any step serves for the differences: L is affine in each
 * element of x, W and b, so (L(v + 1) − L(v − 1)) / 2 has no error but rounding, and a step of 1 loses the fewest digits.
 */
export async function checkGradients(
  inputs: RunInputs,
  expected: Partial<Record<Gradient, ComputeTensor>>,
  compute: Compute,
  watcher: Watcher = {},
): Promise<GradientCheck[]> {
  const pace = new Pace(watcher);
  const double = (tensor: ComputeTensor) => toCompute(tensor, "float64");
  const { geometry, x, W, b, dout } = inputs;
  const doubles = { geometry, x: double(x), W: double(W), b: b && double(b), dout: dout && double(dout) };
  const run = await compute(doubles, pace.signal);
  const base = await modelOf(run, pace);
  const names = (["dx", "dW", "db"] as const).filter((name) => elementCount(run.tensors[name].shape) > 0);
  const checks: GradientCheck[] = [];
  for (const name of names) {
    const { length } = run.tensors[name].data;
    const numeric = differencesOf(run, base, name);
    const wanted = expected[name];
    const elements = sampled(geometry, name, length);
    checks.push({
      tensor: name,
      elements: length,
      numeric: await failuresOf(run, name, elements, numeric, pace),
      expected: wanted === undefined ? null : await againstExpected(run, base, name, wanted, inputs, numeric, pace),
    });
  }
  return checks;
}

interface Measured {
  readonly numeric: number;
  readonly expected?: number;
  readonly error: number;
  readonly budget: number;
}

type Measure = (i: number) => Measured;

async function againstExpected(
  run: Run,
  base: Model,
  name: Gradient,
  wanted: ComputeTensor,
  { x }: RunInputs,
  numeric: Measure,
  pace: Pace,
): Promise<Failures> {
  const unit = await unitOf(x.dtype, wanted, pace);
  const { data, shape } = run.tensors[name];
  const magnitude = predictCells(base, name)?.magnitude ?? constantField([1, 1, 1, 1], 0);
  const measure: Measure = (i) => {
    const [a, b, c, d] = fourOf(shape, i);
    const expected = wanted.data[i];
    return { numeric: NaN, expected, error: errorOf(data[i], expected), budget: 16 * unit * magnitude.at(a, b, c, d) };
  };
  const failures = await failuresOf(run, name, data.length, measure, pace);
  // Differences are only worth their price where somebody is wrong: they say who.
  const { worst } = failures;
  if (worst === null) return failures;
  const at = worst.index.reduce((offset, position, axis) => offset * shape[axis] + position, 0);
  return { ...failures, worst: { ...worst, numeric: numeric(at).numeric } };
}

/** Of the elements given by their offsets, or of the first so many. */
async function failuresOf(
  run: Run,
  name: Gradient,
  elements: readonly number[] | number,
  measure: Measure,
  pace: Pace,
): Promise<Failures> {
  const { shape, data } = run.tensors[name];
  const checked = typeof elements === "number" ? elements : elements.length;
  const failed: number[] = [];
  const shares = new Float64Array(data.length).fill(NaN);
  let [maxError, maxBudget, most] = [0, 0, 0];
  let worst: Element | null = null;
  let largest: { readonly part: number; readonly element: Element }[] = [];
  for await (const [at] of pace.stretches(checked, 1)) {
    if (at % 64 === 0) pace.tell(at, checked, `checking ${name}`);
    const i = typeof elements === "number" ? at : elements[at];
    const measured = measure(i);
    const { error, budget } = measured;
    maxError = Math.max(maxError, error);
    maxBudget = Math.max(maxBudget, budget);
    const part = error / Math.max(budget, Number.MIN_VALUE);
    shares[i] = data[i] < (measured.expected ?? measured.numeric) ? -part : part;
    const element = { index: indexAt(shape, i), analytic: data[i], ...measured };
    if (part > most) [most, worst] = [part, element];
    if (error <= budget) continue;
    failed.push(i);
    if (largest.length === MOST_LISTED && part <= largest[MOST_LISTED - 1].part) continue;
    largest = [...largest, { part, element }].sort((a, b) => b.part - a.part).slice(0, MOST_LISTED);
  }
  const where = placesOf(name, shape, failed);
  return {
    ...{ checked, failed: failed.length, maxError, maxBudget, worst, where },
    largest: largest.map(({ element }) => element),
    share: (offset) => (Number.isNaN(shares[offset]) ? null : shares[offset]),
  };
}

/** NaN agrees with NaN, an infinity with itself; what is not finite otherwise is infinitely wrong. */
function errorOf(a: number, b: number): number {
  if (a === b || (a !== a && b !== b)) return 0;
  const error = Math.abs(a - b);
  return error === error ? error : Infinity;
}

/**
 * (L(v + 1) − L(v − 1)) / 2 for an element of x, W or b, from the forward pass alone, over the cells of out that read it. A running sum of K
 * products is within K·u of its magnitude, and so is L's, which bounds the difference.
 */
function differencesOf(run: Run, base: Model, name: Gradient): Measure {
  const { geometry: g, tensors } = run;
  const part = ({ dx: "x", dW: "W", db: "b" } as const)[name];
  const field: Field = name === "db" ? fieldOf(tensors.b ?? tensors.db) : fieldOf(tensors[name === "dx" ? "x" : "W"]);
  const none = name === "db" && tensors.b === null ? constantField(field.shape, 0) : field;
  const dout = fieldOf(tensors.dout);
  const { shape, data } = tensors[name];
  return (i) => {
    const at = fourOf(shape, i);
    const [up, down] = [1, -1].map((step) => predictCells({ ...base, [part]: stepped(none, at, step) }, "out"));
    if (up === null || down === null) return { numeric: NaN, error: Infinity, budget: 0 };
    let [numeric, budget] = [0, 0];
    const cells = readersOf(g, name, at);
    for (const [n, f, oy, ox] of cells) {
      const weight = dout.at(n, f, oy, ox);
      numeric += (weight * (up.value.at(n, f, oy, ox) - down.value.at(n, f, oy, ox))) / 2;
      budget += Math.abs(weight) * Math.max(up.magnitude.at(n, f, oy, ox), down.magnitude.at(n, f, oy, ox));
    }
    return { numeric, error: errorOf(data[i], numeric), budget: (2 * g.groupTaps + cells.length + 16) * UNIT * budget };
  };
}

function stepped({ shape, at }: Field, [p, q, r, s]: Shape4, step: number): Field {
  return { shape, at: (a, b, c, d) => at(a, b, c, d) + (a === p && b === q && c === r && d === s ? step : 0) };
}

/** The cells of out that an element of x, W or b has a part in. */
function readersOf(g: Geometry, name: Gradient, [a, b, c, d]: Shape4): Shape4[] {
  const [batch, , height, width] = outShape(g);
  const cells: Shape4[] = [];
  if (name === "dx") {
    const first = Math.floor(b / g.groupChannels) * g.groupFilters;
    // A window may meet the cell through several taps, where padding shows it again.
    const windows = new Map(usesOf(g, c, d).map(({ oy, ox }) => [oy * width + ox, [oy, ox] as const]));
    for (const [oy, ox] of windows.values())
      for (let f = first; f < first + g.groupFilters; f++) cells.push([a, f, oy, ox]);
    return cells;
  }
  const f = name === "dW" ? a : b;
  for (let n = 0; n < batch; n++)
    for (let oy = 0; oy < height; oy++) for (let ox = 0; ox < width; ox++) cells.push([n, f, oy, ox]);
  return cells;
}

/** All elements where they can be afforded, otherwise every so manyth, by a stride that meets all positions of all axes. */
function sampled(g: Geometry, name: Gradient, count: number): number[] {
  const readers = name === "dx" ? g.groupFilters * g.y.kernel * g.x.kernel : g.rows;
  const affordable = Math.max(4, Math.floor(MOST_PRODUCTS / (4 * readers * g.groupTaps)));
  if (affordable >= count) return Array.from({ length: count }, (_, i) => i);
  const golden = (Math.sqrt(5) - 1) / 2;
  return [...new Set(Array.from({ length: affordable }, (_, i) => Math.floor(((i * golden) % 1) * count)))];
}

function fourOf(shape: readonly number[], i: number): Shape4 {
  if (shape.length === 1) return [0, i, 0, 0];
  const [a, b, c, d] = indexAt(shape, i);
  return [a, b, c, d];
}
