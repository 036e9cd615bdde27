import { type Intermediate, type StageName, isIntermediate, passes } from "../../conv/passes";
import type { Run } from "../../conv/run";
import type { ComputeTensor } from "../../tensor/tensor";
import type { Diagnosis } from "../explain";
import type { Evidence, Explanation } from "../explanation";
import { fieldOf } from "../field";
import type { Hypothesis } from "../hypotheses/hypothesis";
import { hypothesesFor } from "../hypotheses/table";
import { type Compute, type Model, modelOf } from "../model";
import { Pace, type Watcher } from "../pace";
import { type Supposition, singlesOf } from "../search";
import { unitOf } from "../trial";
import { arrangementText, arrangementsOf, canonical, shapeOf, sizesOf } from "./arrangement";
import { type Found, type Layers, explanationsOf, isInOrder, sidesWith } from "./causes";
import { type Making, makingOf } from "./making";
import { type Distance, type Reading, type Stage, distanceOf, fits, readingOf } from "./reading";

/** One stage of the algorithm against what somebody else has of it. */
export interface StageReport extends Pick<Distance, "error" | "worst" | "place"> {
  readonly stage: StageName;
  readonly verdict: "equal" | "rounding" | "differs" | "size";
  /** Of what was given, and as this layer has it. */
  readonly shape: readonly number[];
  readonly expectedShape: readonly number[];
  /** How a step in between was read; null where its size allows no reading. */
  readonly layout: string | null;
  /** What explains the difference, each by itself; of results see the diagnosis. */
  readonly explanations: readonly Explanation<Intermediate>[];
  /** A step as it was given, and as this layer has it. None where sizes differ; of results see the run. */
  readonly sides?: Evidence["sides"];
}

export interface Bisection {
  /** Those that were given, in the order of the algorithm. */
  readonly stages: readonly StageReport[];
  /** The first that is wrong in the forward and in the backward pass; null: none of those given. */
  readonly first: { readonly forward: StageName | null; readonly backward: StageName | null };
}

/**
 * Where a layer goes wrong: `given` are the steps in between of whoever computes it, in any layout and of any shape, `diagnosis` is what
 * is known of the results, `compute` the engine. In short turns. Throws ConvError `cancelled`.
 */
export async function bisect(
  run: Run,
  given: Partial<Record<Intermediate, ComputeTensor>>,
  { symptoms }: Pick<Diagnosis, "symptoms">,
  compute: Compute,
  watcher: Watcher = {},
): Promise<Bisection> {
  const pace = new Pace(watcher);
  const base = await modelOf(run, pace);
  const out = fieldOf(run.tensors.out);
  const singles = singlesOf(
    base,
    hypothesesFor({ geometry: run.geometry, dtype: run.arithmetic.dtype, base, out, expectedOut: null }),
  );
  const stages: StageReport[] = [];
  const all = [...passes.forward, ...passes.backward];
  for (const [i, stage] of all.entries()) {
    if (isIntermediate(stage)) {
      const tensor = given[stage];
      if (tensor === undefined) continue;
      pace.tell(i, all.length, `looking into ${stage}`);
      const unit = await unitOf(run.arithmetic.dtype, tensor, pace);
      stages.push(await reportOf({ name: stage, tensor, unit }, run, { base, compute }, singles, pace));
      continue;
    }
    const symptom = symptoms.find(({ tensor }) => tensor === stage);
    if (symptom === undefined) continue;
    const { verdict, shape, expectedShape, error, worst } = symptom;
    const place = worst && { tensor: stage, index: worst.index };
    const shapes = { shape: expectedShape, expectedShape: shape };
    stages.push({ stage, verdict, ...shapes, layout: null, error, worst, place, explanations: [] });
  }
  const firstOf = (names: readonly StageName[]) =>
    stages.find((report) => names.includes(report.stage) && isWrong(report))?.stage ?? null;
  return { stages, first: { forward: firstOf(passes.forward), backward: firstOf(passes.backward) } };
}

export function isWrong({ verdict }: Pick<StageReport, "verdict">): boolean {
  return verdict === "differs" || verdict === "size";
}

/** The simplest that fits: the layer as it is, in some layout; then one cause more. */
async function reportOf(
  stage: Stage,
  { geometry }: Run,
  layers: Layers,
  singles: readonly Supposition[],
  pace: Pace,
): Promise<StageReport> {
  const { name, tensor } = stage;
  const { base, compute } = layers;
  const arrangements = arrangementsOf(name);
  const known = { stage: name, shape: tensor.shape, expectedShape: shapeOf(canonical[name], sizesOf(geometry)) };
  const fitting = async (making: Making | null, model: Model, causes: readonly Hypothesis[]): Promise<Found[]> => {
    const found: Found[] = [];
    // However its axes are grouped, the same order of the same numbers is one.
    const orders = new Set<string>();
    for (const arrangement of making === null ? [] : arrangements) {
      await pace.rest();
      const reading = making && readingOf(stage, making, arrangement);
      if (reading === null || orders.has(longLetters(reading))) continue;
      orders.add(longLetters(reading));
      if (await fits(stage, reading, pace)) found.push({ reading, model, causes });
    }
    return found;
  };
  /** As the layer itself makes it, held against what was given. */
  const standing = async (reading: Reading) => {
    const { error, worst, place } = await distanceOf(stage, reading, pace);
    const layout = arrangementText(reading.arrangement);
    return { layout, error, worst, place, sides: sidesWith(stage, { reading, model: base }, reading, layers) };
  };
  const own = makingOf(name, base, compute, pace);
  const found = await fitting(own, base, []);
  const right = found.find(({ reading }) => isInOrder(name, reading));
  if (right !== undefined) {
    const stands = await standing(right.reading);
    return { ...known, ...stands, verdict: stands.error === 0 ? "equal" : "rounding", explanations: [] };
  }
  if (found.length === 0)
    for (const [i, { causes, model }] of singles.entries()) {
      pace.tell(i, singles.length, `trying causes on ${name}`);
      found.push(...(await fitting(makingOf(name, model, compute, pace), model, causes)));
    }
  const asItIs = arrangements
    .map((arrangement) => own && readingOf(stage, own, arrangement))
    .find((one) => one !== null);
  const explanations = await explanationsOf(stage, found, asItIs ?? null, layers, pace);
  if (asItIs) return { ...known, verdict: "differs", ...(await standing(asItIs)), explanations };
  return { ...known, verdict: "size", layout: null, error: Infinity, worst: null, place: null, explanations };
}

/** Which axes follow each other, of those that have more than one position. */
function longLetters({ arrangement, sizes }: Reading): string {
  return arrangement
    .join("")
    .split("")
    .filter((letter) => sizes[letter] !== 1)
    .join("");
}
