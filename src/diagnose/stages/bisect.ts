import { type Intermediate, type StageName, isIntermediate, passes } from "../../conv/passes";
import type { Run } from "../../conv/run";
import type { ComputeTensor } from "../../tensor/tensor";
import type { Cause, Diagnosis } from "../explain";
import { fieldOf } from "../field";
import type { Fix } from "../hypotheses/hypothesis";
import { hypothesesFor } from "../hypotheses/table";
import { type Compute, type Model, modelOf } from "../model";
import { Pace, type Watcher } from "../pace";
import { singlesOf } from "../search";
import { unitOf } from "../trial";
import {
  arrangementFix,
  arrangementText,
  arrangementsOf,
  canonical,
  isHarmless,
  shapeOf,
  sizesOf,
} from "./arrangement";
import { type Making, makingOf } from "./making";
import { type Distance, type Reading, type Stage, distanceOf, fits, readingOf } from "./reading";

/** One stage of the algorithm against what somebody else has of it. */
export interface StageReport extends Distance {
  readonly stage: StageName;
  readonly verdict: "equal" | "rounding" | "differs" | "size";
  /** Of what was given, and as this layer has it. */
  readonly shape: readonly number[];
  readonly expectedShape: readonly number[];
  /** How a step in between was read; null where its size allows no reading. */
  readonly layout: string | null;
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
      stages.push(await reportOf({ name: stage, tensor, unit }, run, base, singles, compute, pace));
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
  readonly reading: Reading;
  readonly cause: Cause | null;
}

/** The simplest that fits: the layer as it is, in some layout; then one cause more. */
async function reportOf(
  stage: Stage,
  run: Run,
  base: Model,
  singles: ReturnType<typeof singlesOf>,
  compute: Compute,
  pace: Pace,
): Promise<StageReport> {
  const { name, tensor } = stage;
  const arrangements = arrangementsOf(name);
  const sizes = sizesOf(run.geometry);
  const expectedShape = shapeOf(canonical[name], sizes);
  const known = { stage: name, shape: tensor.shape, expectedShape };
  const fitting = async (making: Making | null, cause: Cause | null): Promise<Found[]> => {
    const found: Found[] = [];
    // However its axes are grouped, the same order of the same numbers is one.
    const orders = new Set<string>();
    for (const arrangement of making === null ? [] : arrangements) {
      await pace.rest();
      const reading = making && readingOf(stage, making, arrangement);
      if (reading === null || orders.has(longLetters(reading))) continue;
      orders.add(longLetters(reading));
      if (await fits(stage, reading, pace)) found.push({ reading, cause });
    }
    return found;
  };
  const own = makingOf(name, base, compute, pace);
  const plain = await fitting(own, null);
  const right = plain.find(({ reading }) => isInOrder(name, reading));
  if (right !== undefined) {
    const distance = await distanceOf(stage, right.reading, pace);
    const layout = arrangementText(right.reading.arrangement);
    return { ...known, verdict: distance.error === 0 ? "equal" : "rounding", layout, ...distance, causes: [] };
  }
  const found = [...plain];
  if (found.length === 0)
    for (const [i, { causes, model }] of singles.entries()) {
      pace.tell(i, singles.length, `trying causes on ${name}`);
      const [{ id, name: words, fix }] = causes;
      found.push(...(await fitting(makingOf(name, model, compute, pace), { id, name: words, fix })));
    }
  const causes = causesOf(stage, found);
  for (const arrangement of arrangements) {
    const asItIs = own && readingOf(stage, own, arrangement);
    if (asItIs === null) continue;
    const layout = arrangementText(arrangement);
    return { ...known, verdict: "differs", layout, ...(await distanceOf(stage, asItIs, pace)), causes };
  }
  return { ...known, verdict: "size", layout: null, error: Infinity, worst: null, place: null, causes };
}

/** Which axes follow each other, of those that have more than one position. */
function longLetters({ arrangement, sizes }: Reading): string {
  return arrangement
    .join("")
    .split("")
    .filter((letter) => sizes[letter] !== 1)
    .join("");
}

/** One cause for each way that fits: an order of axes, a cause of the layer, or both in one; the simplest only. */
function causesOf({ name }: Stage, found: readonly Found[]): Cause[] {
  const cost = ({ reading, cause }: Found) => (cause === null ? 0 : 1) + (isInOrder(name, reading) ? 0 : 1);
  const least = Math.min(...found.map(cost));
  const causes = found
    .filter((one) => cost(one) === least)
    .flatMap(({ reading, cause }): Cause[] => {
      if (isInOrder(name, reading)) return cause === null ? [] : [cause];
      const order = orderCause(name, reading);
      return cause === null
        ? [order]
        : [
            {
              id: `${order.id}+${cause.id}`,
              name: `${order.name}; and ${cause.name}`,
              fix: bothFixes(order.fix, cause.fix),
            },
          ];
    });
  return causes.filter(({ id }, i) => causes.findIndex((other) => other.id === id) === i);
}

function orderCause(name: Intermediate, { arrangement, how, sizes }: Reading): Cause {
  const [id, words] = how === "axes" ? ["", ""] : ["-reshaped", ", and reshaped where it should have been transposed"];
  return {
    id: `${name}-${arrangement.join("-")}${id}`,
    name: `${name} laid out as ${arrangementText(arrangement)} instead of ${arrangementText(canonical[name])}${words}`,
    fix: arrangementFix(name, arrangement, sizes),
  };
}

/** The second may end in a remark. */
function bothFixes(order: Fix, { pytorch, tensorflow, numpy }: Fix): Fix {
  return {
    pytorch: `${order.pytorch}; ${pytorch}`,
    tensorflow: `${order.tensorflow}; ${tensorflow}`,
    numpy: `${order.numpy}; ${numpy}`,
  };
}

/** As the textbook has it, or in another layout that its axes show. */
function isInOrder(name: Intermediate, { arrangement, how, sizes }: Reading): boolean {
  return arrangement.join() === canonical[name].join() || (how === "axes" && isHarmless(name, arrangement, sizes));
}
