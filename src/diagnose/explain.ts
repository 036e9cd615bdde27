import { type Geometry, sizeFormula } from "../conv/geometry";
import type { Run } from "../conv/run";
import type { ComputeTensor } from "../tensor/tensor";
import { type Field, fieldOf } from "./field";
import { type HalfType, isOfType } from "./grid";
import type { Fix, Hypothesis } from "./hypotheses/hypothesis";
import { hypothesesFor } from "./hypotheses/table";
import { type Compute, type Model, Predictor, geometryIn, modelOf, predictCells, sameShape } from "./model";
import type { ResultName } from "./rounding";
import { type Supposition, pairsOf, singlesOf } from "./search";
import { type Fit, type Trial, chosenCells, fitOf, misfit, survives, unitOf, usualSize } from "./trial";

export interface Cause {
  readonly id: string;
  readonly name: string;
  readonly fix: Fix;
}

/** One cause, or two at once, and what they explain to the last bit of rounding. */
export interface Explanation {
  readonly causes: readonly Cause[];
  readonly explains: readonly ResultName[];
  /** Over all cells of those: the largest error, and the largest as a part of what rounding explains there. */
  readonly error: number;
  readonly residual: number;
  readonly bound: number;
}

/** What is the matter with one result. */
export interface Symptom {
  readonly tensor: ResultName;
  readonly verdict: "equal" | "rounding" | "differs" | "size";
  readonly shape: readonly number[];
  readonly expectedShape: readonly number[];
  /** Against the layer itself; Infinity for sizes that differ. */
  readonly error: number;
  readonly bound: number;
  readonly explained: boolean;
  /** Where sizes differ: how this one comes about, and what would give the expected one. */
  readonly size?: { readonly formula: string; readonly candidates: readonly { name: string; formula: string }[] };
}

export interface Diagnosis {
  readonly symptoms: readonly Symptom[];
  /** Best first. The first `tied` explain equally much, equally simply, within rounding: the data cannot tell them apart. */
  readonly explanations: readonly Explanation[];
  readonly tied: number;
  /** Where nothing fits: what comes nearest, and the difference that remains, as a part of the expected values (root mean squares of a sample). */
  readonly nearest: readonly { readonly cause: Cause; readonly remains: number }[];
}

const MOST_CELLS = 48;
/** Products that trying all cells of one hypothesis may take. */
const MOST_PRODUCTS = 1e5;
/** Pairs that survive their cells are nearly always right: more than these need not be run in full. */
const MOST_RUNS = 24;

/**
 * Why results differ from what was expected. `run` is the layer as it is, `expected` in float32 or float64 and of any shape of four axes (db:
 * one), `compute` the engine.
 */
export async function explain(
  run: Run,
  expected: Partial<Record<ResultName, ComputeTensor>>,
  compute: Compute,
): Promise<Diagnosis> {
  const base = modelOf(run);
  const predictor = new Predictor(compute);
  const names = (["out", "dx", "dW", "db"] as const).filter((name) => expected[name] !== undefined);
  const trials = names.map((name) => trialOf(run, name, expected[name]!)); // as just filtered
  const fits: Fit[] = [];
  for (const trial of trials) fits.push(fitOf(await predictor.predict(base, trial.name), base, trial));
  const differing = trials.filter((_, i) => !fits[i].fits);
  const agreeing = trials.filter((_, i) => fits[i].fits);
  const out = expected.out && sameShape(expected.out.shape, run.tensors.out.shape) ? fieldOf(expected.out) : null;
  const hypotheses = hypothesesFor({ geometry: run.geometry, out: fieldOf(run.tensors.out), expectedOut: out });
  const singles =
    differing.length === 0 ? [] : singlesOf(base, hypotheses.filter(possibleFor(run, differing, expected)));

  const verified = new Verifier(predictor, agreeing);
  let found = await verified.all(trialsOf(singles, differing), 0);
  const most = Math.max(0, ...found.map(({ explains }) => explains.length));
  if (most < differing.length)
    found = [...(await verified.all(trialsOf(pairsOf(base, singles), differing), most)), ...found];
  found.sort(byRank);
  const tied = found.findIndex((other) => !isTie(other, found[0]));
  const best = new Set(found.at(0)?.explains);
  return {
    symptoms: trials.map(({ name, expected: { shape } }, i) => {
      const { fits: fine, error, bound } = fits[i];
      const [actual, wanted] = [run.tensors[name], expected[name]!];
      const sized = sameShape(fieldOf(actual).shape, shape);
      const known = { tensor: name, shape: actual.shape, expectedShape: wanted.shape, error, bound };
      if (fine) return { ...known, verdict: isEqual(actual, wanted) ? "equal" : "rounding", explained: true };
      const explained = best.has(name);
      if (sized) return { ...known, verdict: "differs", explained };
      return { ...known, verdict: "size", explained, size: sizesOf(run.geometry, singles, name, shape) };
    }),
    explanations: found.map(({ causes, explains, error, residual, bound }) => ({
      causes: causes.map(({ id, name, fix }) => ({ id, name, fix })),
      explains,
      error,
      residual,
      bound,
    })),
    tied: tied < 0 ? found.length : tied,
    nearest: found.length > 0 ? [] : nearestOf(base, singles, differing),
  };
}

interface Verified extends Supposition {
  readonly explains: readonly ResultName[];
  readonly agrees: number;
  readonly error: number;
  readonly residual: number;
  readonly bound: number;
}

interface Survivor extends Supposition {
  readonly survived: readonly Trial[];
}

function trialOf(run: Run, name: ResultName, wanted: ComputeTensor): Trial {
  const [actual, expected] = [fieldOf(run.tensors[name]), fieldOf(wanted)];
  const most = Math.max(4, Math.min(MOST_CELLS, Math.floor(MOST_PRODUCTS / productsOf(run.geometry, name))));
  const { data } = run.tensors[name];
  const differs = (i: number) => {
    const [found, given] = [data[i], wanted.data[i]];
    return !(Math.abs(found - given) <= 1e-5 * Math.abs(given)) && (found === found || given === given);
  };
  return {
    name,
    expected,
    unit: unitOf(run.arithmetic.dtype, wanted),
    cells: chosenCells(expected.shape, most, sameShape(actual.shape, expected.shape) ? differs : null),
    usual: usualSize(wanted),
  };
}

/** Those suppositions that stand at the chosen cells of at least one result. */
function trialsOf(suppositions: Iterable<Supposition>, differing: readonly Trial[]): Survivor[] {
  const survivors: Survivor[] = [];
  for (const supposition of suppositions) {
    const survived = differing.filter((trial) => survives(supposition.model, trial));
    if (survived.length > 0) survivors.push({ ...supposition, survived });
  }
  return survivors;
}

class Verifier {
  constructor(
    readonly predictor: Predictor,
    readonly agreeing: readonly Trial[],
  ) {}

  /** Runs the survivors in full, those first that may explain most; only what may explain more than `least` results. */
  async all(survivors: readonly Survivor[], least: number): Promise<Verified[]> {
    const hopeful = survivors
      .filter(({ survived }) => survived.length > least)
      .sort((a, b) => b.survived.length - a.survived.length)
      .slice(0, MOST_RUNS);
    const verified: Verified[] = [];
    for (const { causes, model, survived } of hopeful) {
      if (verified.some((other) => causes.every(({ id }) => other.causes.some((cause) => cause.id === id)))) continue;
      const fits: [ResultName, Fit][] = [];
      for (const trial of survived) {
        const fit = fitOf(await this.predictor.predict(model, trial.name), model, trial);
        if (fit.fits) fits.push([trial.name, fit]);
      }
      if (fits.length <= least) continue;
      verified.push({
        causes,
        model,
        explains: fits.map(([name]) => name),
        agrees: this.agreeing.filter((trial) => survives(model, trial)).length,
        error: Math.max(...fits.map(([, { error }]) => error)),
        residual: Math.max(...fits.map(([, { residual }]) => residual)),
        bound: Math.max(...fits.map(([, { bound }]) => bound)),
      });
    }
    return verified;
  }
}

/** What explains more, then what is simpler, then what leaves right what is right; among equals the smaller residual. */
function byRank(a: Verified, b: Verified): number {
  return (
    b.explains.length - a.explains.length ||
    a.causes.length - b.causes.length ||
    b.agrees - a.agrees ||
    a.residual - b.residual
  );
}

function isTie(a: Verified, b: Verified): boolean {
  return a.explains.join() === b.explains.join() && a.causes.length === b.causes.length && a.agrees === b.agrees;
}

/** Rounding to 16 bits is only supposed where the expected values are numbers of that type, a skipped padding where it can be told. */
function possibleFor(run: Run, differing: readonly Trial[], expected: Partial<Record<ResultName, ComputeTensor>>) {
  const all = (type: HalfType) => differing.every(({ name }) => isOfType(type, expected[name]!));
  const finite = run.tensors.W.data.every((value) => Number.isFinite(value));
  return ({ id }: Hypothesis): boolean => {
    if (id === "padding-skipped") return !finite;
    if (id === "computed-in-float16") return all("float16");
    return id === "computed-in-bfloat16" ? all("bfloat16") : true;
  };
}

function sizesOf(
  g: Geometry,
  singles: readonly Supposition[],
  name: ResultName,
  shape: Field["shape"],
): Symptom["size"] {
  const formula = ({ y, x }: Geometry) => `height ${sizeFormula(y)}, width ${sizeFormula(x)}`;
  const candidates = singles
    .filter(({ model }) => sameShape(predictCells(model, name)?.value.shape ?? [], shape))
    .map(({ causes: [{ name: cause }], model }) => ({ name: cause, formula: formula(geometryIn(model) ?? g) }));
  return { formula: formula(g), candidates };
}

function nearestOf(base: Model, singles: readonly Supposition[], differing: readonly Trial[]): Diagnosis["nearest"] {
  const total = (model: Model) => differing.reduce((sum, trial) => sum + misfit(model, trial), 0);
  const before = total(base) / differing.length;
  return singles
    .map(({ causes: [{ id, name, fix }], model }) => ({
      cause: { id, name, fix },
      remains: total(model) / differing.length,
    }))
    .filter(({ remains }) => remains < 0.5 && remains < 0.9 * before)
    .sort((a, b) => a.remains - b.remains)
    .slice(0, 3);
}

/** Products of one cell's sum. */
function productsOf(g: Geometry, name: ResultName): number {
  return { out: g.groupTaps, dx: g.groupFilters * g.y.kernel * g.x.kernel, dW: g.rows, db: g.rows }[name];
}

function isEqual(actual: ComputeTensor, expected: ComputeTensor): boolean {
  return actual.data.every(
    (value, i) => value === expected.data[i] || (value !== value && expected.data[i] !== expected.data[i]),
  );
}
