import { counted } from "../base/text";
import type { ResultName } from "../conv/passes";
import type { Run } from "../conv/run";
import { groupedByFix } from "../diagnose/alike";
import type { LayerChange } from "../diagnose/changes";
import type { Diagnosis, Explanation, Symptom } from "../diagnose/explain";
import type { Bisection } from "../diagnose/stages/bisect";
import type { Answer, Report, ResultReport, Section } from "../protocol/report";
import { type ComputeTensor, offsetOf, shapeText } from "../tensor/tensor";
import type { Seen, SeenPicture } from "./host";
import { StagesReport } from "./stages";
import { differenceText, figure, listed, sentence } from "./words";

/** Why results, and steps in between, differ from what was expected, in words and pictures. */
export class MismatchReport {
  /** Each result's share of it: ties of the first cause, then of what explains the rest. */
  readonly #sets: readonly (readonly (readonly Explanation[])[])[];
  /** Every answer, best first: the sets, and what is less likely than the first of them. */
  readonly #groups: readonly (readonly Explanation[])[];
  /** Where steps in between were given. Their answers stand before those of the results. */
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
    this.#groups = [...this.#sets.flat(), ...groupedByFix(explanations.slice(tied))];
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
    const steps = stages?.answers ?? [];
    const unexplained = [...(stages?.open ?? []), ...open];
    return {
      kind: "mismatch",
      ...{ title, about, ...(stages?.headline ?? headlineOf(symptoms, sets, open)) },
      stages: stages?.stages ?? [],
      results: stages?.results(resultOf) ?? symptoms.map(resultOf),
      answers: [
        ...steps.flatMap(({ answers }) => answers),
        ...this.#groups.map((alike) => answerOf(alike, setting(alike[0].changes))),
      ],
      sections: [...steps.map(({ section }) => section), ...this.#sections()],
      nearest: nearest.map(
        ({ cause, remains }) =>
          `${sentence(cause.name)}: ${Math.round(100 * remains)} % of the expected values remain as a difference`,
      ),
      remarks: [
        ...(sets.some(({ length }) => length > 1) || steps.some(({ answers: { length } }) => length > 1)
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

  #sections(): Section[] {
    const best = this.#sets.map((set) => {
      const of = this.#sets.length > 1 || this.#stages !== null ? ` of ${listed(set[0][0].explains)}` : "";
      const title = set.length === 1 ? `Cause${of}` : `${set.length} causes${of} that fit equally well`;
      return { title, count: set.length, best: true };
    });
    const rest = this.#groups.length - this.#sets.flat().length;
    return rest === 0 ? best : [...best, { title: "Also within rounding, but less likely", count: rest, best: false }];
  }

  /** Before and after an answer; without one (−1) the difference as it is. Of other sizes, the numbers themselves. */
  async seen(answer: number, tensor: ResultName): Promise<Seen | null> {
    const { run, diagnosis } = this;
    const expected = this.expected[tensor];
    if (expected === undefined) return null;
    const { shape, data: wanted } = expected;
    const { data: own, shape: ownShape } = run.tensors[tensor];
    const sized = shapeText(ownShape) === shapeText(shape);
    const symptom = diagnosis.symptoms.find((other) => other.tensor === tensor);
    const now: SeenPicture = {
      label: "here − expected",
      worst: symptom?.worst ? offsetOf(shape, symptom.worst.index) : -1,
      words: `off by ${figure(symptom?.error ?? 0)}`,
      at: (i) => own[i] - wanted[i],
    };
    if (answer < 0) return sized ? { shape, pictures: [now], measure: "difference" } : null;
    const best = this.#groupAt(answer)?.[0];
    const evidence = best?.evidence.find((other) => other.tensor === tensor);
    if (best === undefined || evidence === undefined) return null;
    const { data: made } = await best.made(tensor);
    const { after } = evidence;
    const remains = after.error === 0 ? "nothing remains" : `at most ${figure(after.error)} remains, within rounding`;
    if (!sized) {
      const plain = { worst: -1, at: (i: number) => wanted[i] };
      return {
        shape,
        measure: "value",
        pictures: [
          { ...plain, label: "expected", words: shapeText(shape) },
          { ...plain, label: "this layer with it", words: `${shapeText(shape)}: ${remains}`, at: (i) => made[i] },
        ],
      };
    }
    const then: SeenPicture = {
      label: "with it − expected",
      worst: -1,
      words: remains,
      at: (i) => made[i] - wanted[i],
    };
    return { shape, pictures: [now, then], measure: "difference" };
  }

  /** What the layer file would have to say for an answer. */
  changes(answer: number): readonly LayerChange[] {
    return this.#groupAt(answer)?.[0].changes ?? [];
  }

  #groupAt(answer: number): readonly Explanation[] | undefined {
    const before = this.#stages?.answers.reduce((count, { answers }) => count + answers.length, 0) ?? 0;
    return answer < before ? undefined : this.#groups[answer - before];
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

function answerOf(alike: readonly Explanation[], setting: string | null): Answer {
  const [{ causes, explains, error, bound }] = alike;
  return {
    names: alike.map((explanation) => explanation.causes.map(({ name }) => name)),
    explains,
    remains:
      error === 0
        ? `Explains ${listed(explains)}: nothing remains.`
        : `Explains ${listed(explains)}: what remains is ${figure(error)}, within rounding, which explains up to ${figure(bound)}.`,
    fixes: causes.map(({ fix }) => ({ pytorch: fix.pytorch, tensorflow: fix.tensorflow, numpy: fix.numpy })),
    setting,
  };
}
