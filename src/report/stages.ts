import { type Intermediate, type StageName, isIntermediate } from "../conv/passes";
import { groupedByFix } from "../diagnose/alike";
import type { Diagnosis } from "../diagnose/explain";
import type { Sides } from "../diagnose/explanation";
import { type Bisection, type StageReport as Found, isWrong } from "../diagnose/stages/bisect";
import type { Mood, Report, ResultReport, StageReport } from "../protocol/report";
import { shapeText } from "../tensor/tensor";
import { type Part, partOf } from "./answer";
import type { Standing } from "./pictures";
import { differenceText, figure } from "./words";

const verdicts = { equal: "equal", rounding: "rounding only", differs: "differs", size: "another size" } as const;

/** Where the algorithm goes wrong, in words; `symptoms` are those of the results among its stages. */
export class StagesReport {
  readonly #standing = new Map<Intermediate, Promise<Standing>>();

  constructor(
    readonly bisection: Bisection,
    readonly symptoms: Diagnosis["symptoms"],
  ) {}

  get stages(): StageReport[] {
    const { stages } = this.bisection;
    return stages.map((found) => ({
      stage: found.stage,
      mood: this.#moodOf(found),
      verdict: verdicts[found.verdict],
      layout: found.layout,
      first: this.#isFirst(found.stage),
    }));
  }

  get headline(): Pick<Report, "headline" | "mood"> {
    const { stages, first } = this.bisection;
    const [stage = null, then = null] = [first.forward, first.backward].filter((name) => name !== null);
    if (stage === null) {
      const exact = stages.every(({ verdict }) => verdict === "equal");
      return { headline: exact ? "No stage differs" : "No stage differs by more than rounding", mood: "good" };
    }
    const headline = `${stage} is the first stage that differs${then === null ? "" : `, and backward ${then}`}`;
    return { headline, mood: stages.some((found) => this.#moodOf(found) === "open") ? "open" : "explained" };
  }

  /** A row for each stage; `resultOf` knows those of the results. */
  results(resultOf: (symptom: Diagnosis["symptoms"][number]) => ResultReport): ResultReport[] {
    return this.bisection.stages.flatMap((found) => {
      if (isIntermediate(found.stage)) return [stepOf(found, found.stage, this.#moodOf(found))];
      return this.symptoms.filter(({ tensor }) => tensor === found.stage).map(resultOf);
    });
  }

  /** What explains the steps in between. */
  get parts(): Part[] {
    return this.bisection.stages.flatMap(({ stage, explanations }) => {
      const groups = groupedByFix(explanations);
      return groups.length === 0 ? [] : [partOf(groups, ` of ${stage}`, this.#isFirst(stage))];
    });
  }

  /** null: not given, or in another size. Throws ConvError `cancelled`. */
  standing(step: Intermediate): Promise<Standing> | null {
    const found = this.bisection.stages.find(({ stage }) => stage === step);
    if (found?.sides === undefined) return null;
    // Every cause's evidence begins with it.
    const known = this.#standing.get(step) ?? standingOf(found, found.sides());
    this.#standing.set(step, known);
    return known;
  }

  /** Steps that nothing explains, though nothing before them is wrong. */
  get open(): StageName[] {
    return this.bisection.stages
      .filter((found) => isIntermediate(found.stage) && this.#moodOf(found) === "open")
      .map(({ stage }) => stage);
  }

  #isFirst(stage: StageName): boolean {
    const { forward, backward } = this.bisection.first;
    return stage === forward || stage === backward;
  }

  /** What comes after the first that differs may well differ because of that. */
  #moodOf(found: Found): Mood {
    if (!isWrong(found)) return "good";
    const isExplained = isIntermediate(found.stage)
      ? found.explanations.length > 0 || !this.#isFirst(found.stage)
      : this.symptoms.some(({ tensor, explained }) => tensor === found.stage && explained);
    return isExplained ? "explained" : "open";
  }
}

async function standingOf({ error, place }: Found, sides: Promise<Sides>): Promise<Standing> {
  return { sides: await sides, error, worst: place?.index ?? null };
}

function stepOf(found: Found, tensor: Intermediate, mood: Mood): ResultReport {
  const { verdict, shape, expectedShape, error, worst, place } = found;
  const words = {
    equal: "exactly as expected",
    rounding: `rounding only: off by ${figure(error)} at most`,
    differs: `differs by up to ${figure(error)}`,
    size: `another size: ${shapeText(expectedShape)} here, ${shapeText(shape)} given`,
  }[verdict];
  const given = worst === null || worst.index.join() === place?.index.join() ? "" : placeText(worst.index);
  return {
    ...{ tensor, mood, verdict: words, lines: [], pictured: verdict === "differs" || verdict === "rounding" },
    places: worst && place ? [{ ...place, text: differenceText(worst) + given }] : [],
  };
}

/** In the given one's own axes. */
function placeText(index: readonly number[]): string {
  return `, at [${index.join(", ")}] of what was given`;
}
