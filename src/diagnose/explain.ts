import { type ResultName, resultNames } from "../conv/passes";
import { type Geometry, sizeFormula } from "../conv/geometry";
import type { Run } from "../conv/run";
import type { ComputeTensor } from "../tensor/tensor";
import { type Cause, type Explanation, explanationOf } from "./explanation";
import { type Field, fieldOf } from "./field";
import { isOfType } from "./grid";
import type { Hypothesis } from "./hypotheses/hypothesis";
import { freeSettings } from "./hypotheses/free";
import { hypothesesFor } from "./hypotheses/table";
import { type Compute, type Model, Predictor, geometryIn, modelOf, predictCells, sameShape } from "./model";
import { Pace, type Watcher } from "./pace";
import { type Supposition, pairsOf, singlesOf } from "./search";
import { type Fit, SINGLE, type Trial, type Worst, fitOf, misfit, trialOf } from "./trial";
import { type Verified, Verifier, byRank, tiesOf } from "./verify";

/** What is the matter with one result. */
export interface Symptom {
  readonly tensor: ResultName;
  readonly verdict: "equal" | "rounding" | "differs" | "size";
  readonly shape: readonly number[];
  readonly expectedShape: readonly number[];
  /** Against the layer itself; Infinity for sizes that differ. */
  readonly error: number;
  readonly bound: number;
  readonly worst: Worst | null;
  readonly explained: boolean;
  /** Values that are NaN or infinite where the other one's are not: in what was expected, and in this layer's result. */
  readonly notFinite: { readonly expected: number; readonly own: number };
  /** Where sizes differ: how this one comes about, and what would give the expected one. */
  readonly size?: { readonly formula: string; readonly candidates: readonly { name: string; formula: string }[] };
}

export interface Diagnosis {
  readonly symptoms: readonly Symptom[];
  /** Best first. The first `tied` explain equally much, equally simply, within rounding: the data cannot tell them apart. */
  readonly explanations: readonly Explanation[];
  readonly tied: number;
  /** Where the first leave results unexplained that have a cause of their own: the best of that, tied, and so on. */
  readonly others: readonly (readonly Explanation[])[];
  /** Suppositions that hold at a sample of cells, and were too many to be run in full: further ties, most likely. */
  readonly untried: number;
  /** Where nothing fits: what comes nearest, and the difference that remains, as a part of the expected values (root mean squares of a sample). */
  readonly nearest: readonly { readonly cause: Cause; readonly remains: number }[];
}

/**
 * Why results differ from what was expected. `run` is the layer as it is, `expected` in float32 or float64 and of any shape of four axes (db:
 * one), `compute` the engine. In short turns. Throws ConvError `cancelled`.
 */
export async function explain(
  run: Run,
  expected: Partial<Record<ResultName, ComputeTensor>>,
  compute: Compute,
  watcher: Watcher = {},
): Promise<Diagnosis> {
  const pace = new Pace(watcher);
  const base = await modelOf(run, pace);
  const names = resultNames.filter((name) => expected[name] !== undefined);
  pace.tell(0, names.length, "comparing");
  const predictor = new Predictor(base, compute, pace);
  const trials: Trial[] = [];
  const fits: Fit[] = [];
  for (const name of names) {
    const trial = await trialOf(run, name, expected[name]!, pace); // as just filtered
    trials.push(trial);
    fits.push(await fitOf(await predictor.predict(name), base, trial, pace));
    pace.tell(trials.length, names.length, "comparing");
  }
  const differing = trials.filter((_, i) => !fits[i].fits);
  const agreeing = trials.filter((_, i) => fits[i].fits);
  const out = expected.out && sameShape(expected.out.shape, run.tensors.out.shape) ? fieldOf(expected.out) : null;
  const circumstances = {
    geometry: run.geometry,
    dtype: run.arithmetic.dtype,
    base,
    out: fieldOf(run.tensors.out),
    expectedOut: out,
  };
  const possible = differing.length > 0 ? await possibleFor(run, differing, expected, pace) : () => false;
  const singles = singlesOf(base, hypothesesFor(circumstances).filter(possible));
  const free = differing.length > 0 ? singlesOf(base, freeSettings(run.geometry)) : [];

  const verifier = new Verifier(compute, pace);
  const groups: Verified[][] = [];
  for (let left = differing; left.length > 0;) {
    const found = await bestFor(left, agreeing, base, { named: singles, free }, verifier);
    if (found.length === 0) break;
    groups.push(found);
    const [{ fits: explained }] = found;
    left = left.filter(({ name }) => !explained.some(([other]) => other === name));
  }
  const explained = new Set(groups.flatMap(([{ fits: of }]) => of.map(([name]) => name)));
  const before = new Map(names.map((name, i) => [name, fits[i]]));
  const symptoms: Symptom[] = [];
  for (const [i, { name, expected: field }] of trials.entries()) {
    const { fits: fine, error, bound, worst } = fits[i];
    const [actual, wanted] = [run.tensors[name], expected[name]!]; // as just filtered
    const sized = sameShape(fieldOf(actual).shape, field.shape);
    const { equal, notFinite } = sized
      ? await likenessOf(actual, wanted, pace)
      : { equal: false, notFinite: { expected: 0, own: 0 } };
    const shapes = { shape: actual.shape, expectedShape: wanted.shape };
    const known = { tensor: name, ...shapes, error, bound, worst, notFinite, explained: fine || explained.has(name) };
    if (fine) symptoms.push({ ...known, verdict: equal ? "equal" : "rounding" });
    else if (sized) symptoms.push({ ...known, verdict: "differs" });
    else symptoms.push({ ...known, verdict: "size", size: sizesOf(run.geometry, singles, name, field.shape) });
  }
  const [first = [], ...others] = groups;
  const given = { base, before, expected, compute };
  return {
    symptoms,
    explanations: first.map((verified) => explanationOf(verified, given)),
    tied: tiesOf(first),
    others: others.map((found) => found.slice(0, tiesOf(found)).map((verified) => explanationOf(verified, given))),
    untried: verifier.untried,
    nearest: first.length > 0 ? [] : await nearestOf(base, singles, differing, pace),
  };
}

/** What explains most of these results, best first: causes that have a name, then any other settings, then two causes at once. */
async function bestFor(
  differing: readonly Trial[],
  agreeing: readonly Trial[],
  base: Model,
  { named, free }: Readonly<Record<"named" | "free", readonly Supposition[]>>,
  verifier: Verifier,
): Promise<Verified[]> {
  const most = (found: readonly Verified[]) => Math.max(0, ...found.map(({ fits: { length } }) => length));
  const found = await verifier.all(named, { differing, agreeing, least: 0, count: named.length, what: "one cause" });
  const among = { differing, agreeing, least: most(found) };
  if (among.least < differing.length)
    found.push(...(await verifier.all(free, { ...among, count: free.length, what: "other settings" })));
  among.least = most(found);
  if (among.least < differing.length) {
    const count = (named.length * (named.length - 1)) / 2;
    found.push(...(await verifier.all(pairsOf(base, named), { ...among, count, what: "two causes" })));
  }
  return found.sort(byRank);
}

/** Rounding to 16 bits is only supposed where the expected values are numbers of that type, a skipped padding where it can be told. */
async function possibleFor(
  run: Run,
  differing: readonly Trial[],
  expected: Partial<Record<ResultName, ComputeTensor>>,
  pace: Pace,
): Promise<(hypothesis: Hypothesis) => boolean> {
  const impossible = new Set<string>();
  if (await pace.every(run.tensors.W.data, Number.isFinite)) impossible.add("padding-skipped");
  if (differing.every(({ unit }) => unit === SINGLE)) impossible.add("computed-in-float32");
  for (const type of ["float16", "bfloat16"] as const)
    for (const { name } of differing)
      if (!(await isOfType(type, expected[name]!, pace))) impossible.add(`computed-in-${type}`); // differing were expected
  return ({ id }) => !impossible.has(id);
}

/** Whether two tensors of one size are the same to the bit, and where only one of them has a number. */
async function likenessOf(own: ComputeTensor, expected: ComputeTensor, pace: Pace) {
  const notFinite = { expected: 0, own: 0 };
  let equal = true;
  for await (const [from, to] of pace.stretches(own.data.length))
    for (let i = from; i < to; i++) {
      const [a, e] = [own.data[i], expected.data[i]];
      if (a === e || (a !== a && e !== e)) continue;
      equal = false;
      if (!Number.isFinite(e) && Number.isFinite(a)) notFinite.expected++;
      if (!Number.isFinite(a) && Number.isFinite(e)) notFinite.own++;
    }
  return { equal, notFinite };
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

async function nearestOf(
  base: Model,
  singles: readonly Supposition[],
  differing: readonly Trial[],
  pace: Pace,
): Promise<Diagnosis["nearest"]> {
  const remainsOf = async (model: Model) => {
    let total = 0;
    for (const trial of differing) {
      await pace.rest();
      total += misfit(model, trial);
    }
    return total / differing.length;
  };
  const before = await remainsOf(base);
  const near: { cause: Cause; remains: number }[] = [];
  for (const [i, { causes, model }] of singles.entries()) {
    pace.tell(i, singles.length, "looking for what comes near");
    const [{ id, name, fix }] = causes;
    const remains = await remainsOf(model);
    if (remains < 0.5 && remains < 0.9 * before) near.push({ cause: { id, name, fix }, remains });
  }
  return near.sort((a, b) => a.remains - b.remains).slice(0, 3);
}
