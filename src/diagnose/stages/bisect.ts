import { type Intermediate, type StageName, isIntermediate, passes } from "../../conv/passes";
import type { Run } from "../../conv/run";
import type { ComputeTensor } from "../../tensor/tensor";
import type { Cause, Diagnosis } from "../explain";
import { fieldOf } from "../field";
import { hypothesesFor } from "../hypotheses/table";
import { type Model, modelOf } from "../model";
import { Pace, type Watcher } from "../pace";
import { singlesOf } from "../search";
import { type Worst, unitOf } from "../trial";
import {
  type Arrangement,
  arrangementFix,
  arrangementText,
  arrangementsOf,
  canonical,
  fitting,
  isHarmless,
  shapeOf,
  sizesOf,
} from "./arrangement";
import { type Place, type Reading, type Stage, readingOf, worstOf } from "./reading";

/** One stage of the algorithm against what somebody else has of it. */
export interface StageReport {
  readonly stage: StageName;
  readonly verdict: "equal" | "rounding" | "differs" | "size";
  /** Of what was given, and as this layer has it. */
  readonly shape: readonly number[];
  readonly expectedShape: readonly number[];
  /** How a step in between was read; null where its size allows no reading. */
  readonly layout: string | null;
  /** Where it is worst: in what was given, and the element of the run that this stands for. */
  readonly error: number;
  readonly worst: Worst | null;
  readonly place: Place | null;
  /** What explains the difference, each by itself; of results see the diagnosis. */
  readonly causes: readonly Cause[];
}

export interface Bisection {
  /** Those that were given, in the order of the algorithm. */
  readonly stages: readonly StageReport[];
  /** The first that is wrong in the forward and in the backward pass; null: none of those given. */
  readonly first: { readonly forward: StageName | null; readonly backward: StageName | null };
}

/**
 * Where a layer goes wrong: `given` are the steps in between of whoever computes it, in any layout and of any shape, `diagnosis` is what
 * is known of the results. In short turns. Throws ConvError `cancelled`.
 */
export async function bisect(
  run: Run,
  given: Partial<Record<Intermediate, ComputeTensor>>,
  { symptoms }: Pick<Diagnosis, "symptoms">,
  watcher: Watcher = {},
): Promise<Bisection> {
  const pace = new Pace(watcher);
  const base = await modelOf(run, pace);
  const out = fieldOf(run.tensors.out);
  const singles = singlesOf(base, hypothesesFor({ geometry: run.geometry, base, out, expectedOut: null }));
  const stages: StageReport[] = [];
  const all = [...passes.forward, ...passes.backward];
  for (const [i, stage] of all.entries()) {
    if (isIntermediate(stage)) {
      const tensor = given[stage];
      if (tensor === undefined) continue;
      pace.tell(i, all.length, `looking into ${stage}`);
      const unit = await unitOf(run.arithmetic.dtype, tensor, pace);
      stages.push(await reportOf({ name: stage, tensor, unit }, run, base, singles, pace));
      continue;
    }
    const symptom = symptoms.find(({ tensor }) => tensor === stage);
    if (symptom === undefined) continue;
    const { verdict, shape, expectedShape, error, worst } = symptom;
    const place = worst && { tensor: stage, index: worst.index };
    const shapes = { shape: expectedShape, expectedShape: shape };
    stages.push({ stage, verdict, ...shapes, layout: null, error, worst, place, causes: [] });
  }
  const firstOf = (names: readonly StageName[]) =>
    stages.find((report) => names.includes(report.stage) && isWrong(report))?.stage ?? null;
  return { stages, first: { forward: firstOf(passes.forward), backward: firstOf(passes.backward) } };
}

export function isWrong({ verdict }: Pick<StageReport, "verdict">): boolean {
  return verdict === "differs" || verdict === "size";
}

interface Found {
  readonly arrangement: Arrangement;
  readonly reading: Reading;
  readonly cause: Cause | null;
}

/** The simplest that fits: the layer as it is, in some layout; then one cause more. */
async function reportOf(
  stage: Stage,
  run: Run,
  base: Model,
  singles: ReturnType<typeof singlesOf>,
  pace: Pace,
): Promise<StageReport> {
  const { name, tensor } = stage;
  const arrangements = arrangementsOf(name);
  const sizes = sizesOf(run.geometry);
  const expectedShape = shapeOf(canonical[name], sizes);
  const known = { stage: name, shape: tensor.shape, expectedShape };
  const fits = async (model: Model, cause: Cause | null): Promise<Found[]> => {
    const found: Found[] = [];
    for (const arrangement of arrangements) {
      await pace.rest();
      const reading = readingOf(stage, model, arrangement);
      if (reading !== null && (await reading.fits(pace))) found.push({ arrangement, reading, cause });
    }
    return found;
  };
  const plain = await fits(base, null);
  const right = plain.find(({ arrangement, reading }) => isInOrder(name, arrangement, reading));
  if (right !== undefined) {
    const found = await worstOf(stage, right.reading, pace);
    const layout = arrangementText(right.arrangement);
    return { ...known, verdict: found.error === 0 ? "equal" : "rounding", layout, ...found, causes: [] };
  }
  const found = [...plain];
  if (found.length === 0)
    for (const [i, { causes, model }] of singles.entries()) {
      pace.tell(i, singles.length, `trying causes on ${name}`);
      const [{ id, name: words, fix }] = causes;
      found.push(...(await fits(model, { id, name: words, fix })));
    }
  const causes = causesOf(stage, found);
  const likeliest = arrangements.find((other) => fitting(name, other, sizes, tensor.shape));
  const asItIs = likeliest && readingOf(stage, base, likeliest);
  if (!asItIs) return { ...known, verdict: "size", layout: null, error: Infinity, worst: null, place: null, causes };
  const layout = arrangementText(likeliest);
  return { ...known, verdict: "differs", layout, ...(await worstOf(stage, asItIs, pace)), causes };
}

/** One cause for each way that fits: an order of axes, a cause of the layer, or both in one; the simplest only. */
function causesOf({ name }: Stage, found: readonly Found[]): Cause[] {
  const cost = ({ arrangement, reading, cause }: Found) =>
    (cause === null ? 0 : 1) + (isInOrder(name, arrangement, reading) ? 0 : 1);
  const least = Math.min(...found.map(cost));
  const simplest = found.filter((one) => cost(one) === least);
  // However its axes are grouped, the same order of the same numbers is one cause.
  const orderOf = ({ arrangement, cause }: Found) => `${arrangement.join("")} ${cause?.id ?? ""}`;
  const causes = simplest
    .filter((one, i) => simplest.findIndex((other) => orderOf(other) === orderOf(one)) === i)
    .flatMap(({ arrangement, reading, cause }): Cause[] => {
      if (isInOrder(name, arrangement, reading)) return cause === null ? [] : [cause];
      const order: Cause = {
        id: `${name}-${arrangement.join("-")}${reading.how === "reshaped" ? "-reshaped" : ""}`,
        name: `${name} laid out as ${arrangementText(arrangement)} instead of ${arrangementText(canonical[name])}${reading.how === "reshaped" ? ", and reshaped where it should have been transposed" : ""}`,
        fix: arrangementFix(name, arrangement, reading.sizes),
      };
      return cause === null
        ? [order]
        : [{ ...cause, id: `${order.id}+${cause.id}`, name: `${order.name}; and ${cause.name}` }];
    });
  return causes.filter(({ id }, i) => causes.findIndex((other) => other.id === id) === i);
}

/** As the textbook has it, or in another layout that its axes show. */
function isInOrder(name: Intermediate, arrangement: Arrangement, { how, sizes }: Reading): boolean {
  return arrangement.join() === canonical[name].join() || (how === "axes" && isHarmless(name, arrangement, sizes));
}
