import type { ResultName } from "../conv/passes";
import type { Geometry } from "../conv/geometry";
import type { Run } from "../conv/run";
import type { Dtype } from "../tensor/dtype";
import { type ComputeTensor, indexAt } from "../tensor/tensor";
import { type Field, type Shape4, fieldOf, visited } from "./field";
import { type HalfType, half, isOfType } from "./grid";
import { type Model, type Prediction, predictCells, sameShape } from "./model";
import type { Pace } from "./pace";

/** One result that was expected, and the cells of it at which hypotheses are tried first. */
export interface Trial {
  readonly name: ResultName;
  readonly expected: Field;
  /** Unit roundoff of the coarser of the layer's type and the one in which the expected values were evidently computed. */
  readonly unit: number;
  readonly cells: readonly Shape4[];
  /** Root mean square of the finite values that were expected. */
  readonly usual: number;
}

/** Where a result is farthest from what was expected. */
export interface Worst {
  readonly index: readonly number[];
  readonly found: number;
  readonly expected: number;
}

export interface Fit {
  readonly fits: boolean;
  /** Largest error, and the largest as a multiple of what rounding explains at that cell: at most 1 fits. */
  readonly error: number;
  readonly residual: number;
  /** The largest error that rounding explains anywhere. */
  readonly bound: number;
  /** The cell of the largest error; null where there is none, or sizes differ. */
  readonly worst: Worst | null;
}

/** Unit roundoff of float32. */
export const SINGLE = 2 ** -24;

/** The values of a float64 file may well have been computed in float32. */
export async function unitOf(dtype: Dtype, expected: ComputeTensor, pace: Pace): Promise<number> {
  return dtype === "float32" || (await isOfType("float32", expected, pace)) ? SINGLE : 2 ** -53;
}

/** Products that trying all cells of one hypothesis may take, and cells that are enough. */
const MOST_PRODUCTS = 1e5;
const MOST_CELLS = 48;

export async function trialOf(run: Run, name: ResultName, wanted: ComputeTensor, pace: Pace): Promise<Trial> {
  const [{ data, shape }, expected] = [run.tensors[name], fieldOf(wanted)];
  const most = Math.max(4, Math.min(MOST_CELLS, Math.floor(MOST_PRODUCTS / productsOf(run.geometry, name))));
  const differs = (i: number) => {
    const [found, given] = [data[i], wanted.data[i]];
    return (
      found !== given && !(Math.abs(found - given) <= 1e-5 * Math.abs(given)) && (found === found || given === given)
    );
  };
  return {
    name,
    expected,
    unit: await unitOf(run.arithmetic.dtype, wanted, pace),
    cells: await chosenCells(expected.shape, most, sameShape(shape, wanted.shape) ? differs : null, pace),
    usual: await usualSize(wanted, pace),
  };
}

/** Products of one cell's sum. */
function productsOf(g: Geometry, name: ResultName): number {
  return { out: g.groupTaps, dx: g.groupFilters * g.y.kernel * g.x.kernel, dW: g.rows, db: g.rows }[name];
}

async function usualSize({ data }: ComputeTensor, pace: Pace): Promise<number> {
  let [sum, count] = [0, 0];
  for await (const [from, to] of pace.stretches(data.length))
    for (let i = from; i < to; i++)
      if (Number.isFinite(data[i])) {
        sum += data[i] * data[i];
        count++;
      }
  return Math.sqrt(sum / Math.max(count, 1));
}

/**
 * Cells to try: where the layer itself is wrong, which few other hypotheses mend by chance; where it is right, which few leave so;
 * and corners, where padding shows. The same ones each time. `differs` says the first, null: nothing is known.
 */
async function chosenCells(
  shape: Shape4,
  most: number,
  differs: ((i: number) => boolean) | null,
  pace: Pace,
): Promise<Shape4[]> {
  const count = shape.reduce((product, size) => product * size, 1);
  const chosen = new Set<number>();
  const random = xorshift(0x9e3779b9);
  const take = (wanted: number, accept: (i: number) => boolean) => {
    const until = chosen.size + wanted;
    for (let tries = 0; tries < 40 * wanted && chosen.size < Math.min(until, count); tries++) {
      const i = random() % count;
      if (accept(i)) chosen.add(i);
    }
  };
  if (count === 0) return [];
  if (differs !== null) {
    const half = Math.ceil(most / 2);
    take(half, differs);
    // What random probing may miss: the first of few.
    for await (const [from, to] of pace.stretches(chosen.size < half ? count : 0))
      for (let i = from; i < to && chosen.size < half; i++) if (differs(i)) chosen.add(i);
    take(Math.ceil(most / 4), (i) => !differs(i));
  }
  const [plane, width] = [shape[2] * shape[3], shape[3]];
  for (const corner of [0, width - 1, plane - width, plane - 1])
    if (chosen.size < most + 4) chosen.add(count - plane + corner);
  take(most - Math.min(most, chosen.size), () => true);
  return [...chosen].map((i) => {
    const [a, b, c, d] = indexAt(shape, i);
    return [a, b, c, d];
  });
}

/** Numbers below 2³², by Marsaglia's generator. */
function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Whether a model makes what was expected, at all of the trial's cells. Stops at the first that it does not. */
export function survives(model: Model, trial: Trial): boolean {
  const prediction = predictCells(model, trial.name);
  if (prediction === null || !sameShape(prediction.value.shape, trial.expected.shape)) return false;
  return trial.cells.every(
    (cell) => !isFarOff(prediction, trial, cell) && residualAt(prediction, model, trial, cell).residual <= 1,
  );
}

/**
 * Beyond what rounding does to any value of usual size, in whatever type: this spares nearly all suppositions the sum of absolute values.
 * (A sum whose products cancel to 1 part in 10⁴ may be that wrong; the expected value itself is then small among its like.)
 */
function isFarOff({ value }: Prediction, { expected, usual }: Trial, [a, b, c, d]: Shape4): boolean {
  const wanted = expected.at(a, b, c, d);
  return Math.abs(wanted) > usual / 4 && Math.abs(value.at(a, b, c, d) - wanted) > 0.03 * Math.abs(wanted);
}

/** Root of the mean squared error at the trial's cells, as a part of the expected values' own. */
export function misfit(model: Model, trial: Trial): number {
  const prediction = predictCells(model, trial.name);
  if (prediction === null || !sameShape(prediction.value.shape, trial.expected.shape)) return Infinity;
  let [errors, sizes] = [0, 0];
  for (const [a, b, c, d] of trial.cells) {
    const expected = trial.expected.at(a, b, c, d);
    const error = prediction.value.at(a, b, c, d) - expected;
    errors += Number.isNaN(error) ? 0 : error * error;
    sizes += Number.isNaN(expected) ? 0 : expected * expected;
  }
  return Math.sqrt(errors / Math.max(sizes, Number.MIN_VALUE));
}

/** Every cell of a prediction against what was expected. */
export async function fitOf(prediction: Prediction | null, model: Model, trial: Trial, pace: Pace): Promise<Fit> {
  const { shape, at } = trial.expected;
  if (prediction === null || !sameShape(prediction.value.shape, shape))
    return { fits: false, error: Infinity, residual: Infinity, bound: 0, worst: null };
  let [error, residual, bound] = [0, 0, 0];
  let worst = -1;
  await visited(shape, pace, (i, a, b, c, d) => {
    const here = residualAt(prediction, model, trial, [a, b, c, d]);
    if (here.error > error) [error, worst] = [here.error, i];
    if (here.residual > residual) residual = here.residual;
    if (here.bound > bound && here.bound < Infinity) bound = here.bound;
  });
  const place = (): Worst => {
    const [a, b, c, d] = indexAt(shape, worst);
    const index = trial.name === "db" ? [b] : [a, b, c, d];
    return { index, found: prediction.value.at(a, b, c, d), expected: at(a, b, c, d) };
  };
  return { fits: residual <= 1, error, residual, bound, worst: worst < 0 ? null : place() };
}

/**
 * 16·u·Σ|x·w| bounds what rounding does to a sum (see rounding.ts); a result that was rounded to 16 bits afterwards lost up to two units of
 * its own value more, for the sum and for its bias.
 */
function residualAt(
  { value, magnitude }: Prediction,
  model: Model,
  { expected, unit }: Trial,
  [a, b, c, d]: Shape4,
): Gap {
  const [found, wanted] = [value.at(a, b, c, d), expected.at(a, b, c, d)];
  if (isSame(found, wanted)) return none; // sums of absolute values take a while
  const single = unit === SINGLE || model.coarse === "float32";
  // Numbers near the smallest that there are have fewer digits.
  const least = single ? 2 ** -140 : 2 ** -1065;
  const coarse = model.coarse === null || model.coarse === "float32" ? 0 : halfBound(model.coarse, found);
  const bound = 16 * (single ? SINGLE : unit) * Math.abs(magnitude.at(a, b, c, d)) + coarse + least;
  return gapOf(found, wanted, bound);
}

/** Between a value and the one expected: the error, what rounding explains, and the one as a part of the other. */
export interface Gap {
  readonly error: number;
  readonly residual: number;
  readonly bound: number;
}

const none: Gap = { error: 0, residual: 0, bound: 0 };

/** What is not finite must be the same. */
export function gapOf(found: number, wanted: number, bound: number): Gap {
  if (isSame(found, wanted)) return none;
  const error = Math.abs(found - wanted);
  // Also where a bound overflowed, or is that of nothing.
  if (!Number.isFinite(error) || !Number.isFinite(bound)) return { error: Infinity, residual: Infinity, bound };
  return { error, residual: error / bound, bound };
}

function isSame(found: number, wanted: number): boolean {
  return found === wanted || (found !== found && wanted !== wanted);
}

function halfBound(type: HalfType, found: number): number {
  return 2 * half[type].unit * Math.abs(found) + half[type].least;
}
