import { counted } from "../base/text";
import { type ResultName, type StageName, isIntermediate } from "../conv/passes";
import type { Run } from "../conv/run";
import { groupedByFix } from "../diagnose/alike";
import type { LayerChange } from "../diagnose/changes";
import type { Diagnosis, Symptom } from "../diagnose/explain";
import type { Explanation } from "../diagnose/explanation";
import type { Bisection } from "../diagnose/stages/bisect";
import type { Report, ResultReport } from "../protocol/report";
import { type ComputeTensor, shapeText } from "../tensor/tensor";
import { type Part, answerOf, partOf } from "./answer";
import type { Seen } from "./host";
import { type Standing, differenceSeen, evidenceSeen } from "./pictures";
import { StagesReport } from "./stages";
import { differenceText, figure, listed, sentence } from "./words";

/** Why results, and steps in between, differ from what was expected, in words and pictures. */
export class MismatchReport {
  /** Each result's share of it: ties of the first cause, then of what explains the rest. */
  readonly #sets: readonly (readonly (readonly Explanation[])[])[];
  /** Every answer: those of the steps, then those of the results, best first. */
  readonly #parts: readonly Part[];
  /** Where steps in between were given. */
  readonly #stages: StagesReport | null;

  constructor(
    readonly run: Run,
    readonly expected: Readonly<Partial<Record<ResultName, ComputeTensor>>>,
    readonly diagnosis: Diagnosis,
    bisection: Bisection | null = null,
  ) {
    this.#stages = bisection && new StagesReport(bisection, diagnosis.symptoms);
    const { explanations, tied, others } = diagnosis;
    this.#sets = [explanations.slice(0, tied), ...others].map(groupedByFix).filter(({ length }) => length > 0);
    this.#parts = [...(this.#stages?.parts ?? []), ...this.#setParts()];
  }

  /** `setting`: how the layer file would say some changes; null: it cannot. */
  report(
    title: string,
    about: string,
    setting: (changes: readonly LayerChange[]) => string | null,
  ): Omit<Report, "id"> {
    const { symptoms, untried, nearest } = this.diagnosis;
    const open = symptoms.filter(({ explained }) => !explained).map(({ tensor }) => tensor);
    const sets = this.#sets;
    const stages = this.#stages;
    const unexplained = [...(stages?.open ?? []), ...open];
    return {
      kind: "mismatch",
      ...{ title, about, ...(stages?.headline ?? headlineOf(symptoms, sets, open)) },
      stages: stages?.stages ?? [],
      results: stages?.results(resultOf) ?? symptoms.map(resultOf),
      answers: this.#parts.flatMap(({ groups }) => groups.map((alike) => answerOf(alike, setting(alike[0].changes)))),
      sections: this.#parts.map(({ title, best, groups: { length: count } }) => ({ title, count, best })),
      nearest: nearest.map(
        ({ cause, remains }) =>
          `${sentence(cause.name)}: ${Math.round(100 * remains)} % of the expected values remain as a difference`,
      ),
      remarks: [
        ...([...sets, ...(stages?.parts ?? []).map(({ groups }) => groups)].some(({ length }) => length > 1)
          ? [
              `${stages === null ? "These" : "Where several causes fit, these"} numbers cannot tell them apart: another input, or another expected result, may.`,
            ]
          : []),
        ...(unexplained.length > 0 && (stages !== null || sets.length > 0)
          ? [`No hypothesis fits ${listed(unexplained)}.`]
          : []),
        ...(untried > 0 ? [`${untried} more fit a sample of these numbers, too many to be run in full.`] : []),
      ],
    };
  }

  /** The sets, and what is less likely than the first of them. */
  #setParts(): Part[] {
    const sets = this.#sets;
    const several = sets.length > 1 || this.#stages !== null;
    const best = sets.map((groups) => partOf(groups, several ? ` of ${listed(groups[0][0].explains)}` : "", true));
    const { explanations, tied } = this.diagnosis;
    const rest = groupedByFix(explanations.slice(tied));
    return rest.length === 0
      ? best
      : [...best, { title: "Also within rounding, but less likely", groups: rest, best: false }];
  }

  /** Before and after an answer; without one (−1) the difference as it is. Of other sizes, the numbers themselves. */
  async seen(answer: number, tensor: StageName): Promise<Seen | null> {
    const standing = () => (isIntermediate(tensor) ? (this.#stages?.standing(tensor) ?? null) : this.#standing(tensor));
    if (answer < 0) {
      const now = await standing();
      return now && differenceSeen(now);
    }
    const evidence = this.#at(answer)?.evidence.find((other) => other.tensor === tensor);
    return evidence === undefined ? null : evidenceSeen(await standing(), evidence);
  }

  /** null: not expected, or in another size. */
  #standing(tensor: ResultName): Standing | null {
    const { run, diagnosis } = this;
    const [made, expected] = [run.tensors[tensor], this.expected[tensor]];
    if (expected === undefined || shapeText(made.shape) !== shapeText(expected.shape)) return null;
    const { error = 0, worst } = diagnosis.symptoms.find((other) => other.tensor === tensor) ?? {};
    return { sides: { made, expected }, error, worst: worst?.index ?? null };
  }

  /** What the layer file would have to say for an answer. */
  changes(answer: number): readonly LayerChange[] {
    return this.#at(answer)?.changes ?? [];
  }

  /** undefined: there is no such answer. Those that come to the same lines make the same. */
  #at(answer: number): Explanation<StageName> | undefined {
    return this.#parts.flatMap(({ groups }) => groups).find((_, at) => at === answer)?.[0];
  }
}

function headlineOf(
  symptoms: readonly Symptom[],
  sets: readonly (readonly (readonly Explanation[])[])[],
  open: readonly ResultName[],
): Pick<Report, "headline" | "mood"> {
  const all = listed(symptoms.map(({ tensor }) => tensor));
  if (symptoms.every(({ verdict }) => verdict === "equal"))
    return { headline: `${all} ${symptoms.length > 1 ? "are" : "is"} exactly as expected`, mood: "good" };
  if (symptoms.every(({ verdict }) => verdict === "equal" || verdict === "rounding"))
    return { headline: `${all} ${symptoms.length > 1 ? "differ" : "differs"} by rounding only`, mood: "good" };
  const mood = open.length > 0 ? "open" : "explained";
  if (sets.length === 0) return { headline: `No hypothesis fits ${listed(open)}`, mood };
  if (sets.length > 1) {
    const each = sets.map(([[{ explains }]]) => listed(explains));
    return { headline: `There is a cause of ${each.join(", and another one of ")}`, mood };
  }
  const [[[{ causes, explains }]]] = sets;
  if (sets[0].length > 1)
    return { headline: `${sets[0].length} explanations of ${listed(explains)} fit equally well`, mood };
  const names = causes.map(({ name }) => name).join(", and ");
  return {
    headline: `The expected ${listed(explains)} ${explains.length > 1 ? "were" : "was"} made with ${names}`,
    mood,
  };
}

function resultOf({ tensor, verdict, ...symptom }: Symptom): ResultReport {
  const { shape, expectedShape, error, bound, explained, notFinite, size, worst } = symptom;
  const common = { tensor, pictured: verdict === "differs" || verdict === "rounding" };
  const rounding = `rounding explains up to ${figure(bound)}`;
  if (verdict === "equal") return { ...common, mood: "good", verdict: "exactly as expected", lines: [], places: [] };
  const places = worst === null ? [] : [{ tensor, index: worst.index, text: differenceText(worst) }];
  if (verdict === "rounding")
    return {
      ...common,
      mood: "good",
      verdict: `rounding only: off by ${figure(error)} at most, and ${rounding}`,
      lines: [],
      places,
    };
  const mood = explained ? "explained" : "open";
  if (size !== undefined) {
    const names = new Map<string, string[]>();
    for (const { name, formula } of size.candidates) names.set(formula, [...(names.get(formula) ?? []), name]);
    const candidates = [...names].map(
      ([formula, causes]) => `${shapeText(expectedShape)} comes of ${formula}: ${causes.join("; ")}`,
    );
    return {
      ...common,
      mood,
      verdict: `another size: ${shapeText(shape)} here, ${shapeText(expectedShape)} expected`,
      lines: [
        `here ${size.formula}`,
        ...(candidates.length > 0 ? candidates : ["no single change that is known gives the expected size"]),
      ],
      places: [],
    };
  }
  return {
    ...common,
    mood,
    verdict: `differs by up to ${figure(error)}, and ${rounding}`,
    lines: [
      ...(notFinite.expected > 0
        ? [`${counted(notFinite.expected, "value")} expected NaN or infinite, and not here`]
        : []),
      ...(notFinite.own > 0 ? [`${counted(notFinite.own, "value")} NaN or infinite here, and not as expected`] : []),
    ],
    places,
  };
}
