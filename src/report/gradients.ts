import { counted } from "../base/text";
import type { StageName } from "../conv/passes";
import type { Element, Failures, GradientCheck } from "../diagnose/gradcheck";
import { placeText } from "../diagnose/places";
import type { PlaceReport, Report, ResultReport } from "../protocol/report";
import { offsetOf } from "../tensor/tensor";
import type { Seen, SeenPicture } from "./host";
import { figure, listed, valueText } from "./words";

/** Which gradients are wrong, in words and pictures. `shapes`: of the gradients. */
export class GradientsReport {
  constructor(
    readonly checks: readonly GradientCheck[],
    readonly shapes: Readonly<Record<GradientCheck["tensor"], readonly number[]>>,
  ) {}

  report(title: string): Omit<Report, "id"> {
    const { checks } = this;
    const names = (wrong: (check: GradientCheck) => boolean) => checks.filter(wrong).map(({ tensor }) => tensor);
    const [own, given] = [names(({ numeric }) => numeric.failed > 0), names(isGivenWrong)];
    const sampled = checks.some(({ elements, numeric }) => numeric.checked < elements);
    return {
      kind: "gradients",
      title,
      about: "in float64, against differences of the forward pass",
      mood: own.length + given.length > 0 ? "open" : "good",
      headline: headlineOf(checks, own, given),
      stages: [],
      results: checks.map(resultOf),
      answers: [],
      sections: [],
      nearest: [],
      remarks: sampled
        ? ["Differences were taken of an even sample of elements; the others are left out of the pictures."]
        : [],
    };
  }

  seen(tensor: StageName): Seen | null {
    const check = this.checks.find((other) => other.tensor === tensor);
    if (check === undefined) return null;
    const shape = this.shapes[check.tensor];
    const picture = (label: string, { share, worst, failed }: Failures): SeenPicture => ({
      label,
      at: share,
      worst: worst === null ? -1 : offsetOf(shape, worst.index),
      words:
        worst === null
          ? "no error at all"
          : `${failed > 0 ? "the worst" : "the nearest to its budget"}: ${figure(worst.error / worst.budget)} times what rounding explains`,
    });
    const { numeric, expected } = check;
    const pictures = [picture("against differences", numeric)];
    if (expected !== null) pictures.push(picture("expected against it", expected));
    return { shape, pictures, measure: "share" };
  }
}

function isGivenWrong({ expected }: GradientCheck): boolean {
  return expected !== null && expected.failed > 0;
}

function headlineOf(checks: readonly GradientCheck[], own: readonly string[], given: readonly string[]): string {
  if (own.length > 0) return `The backward pass is wrong in ${listed(own)}`;
  if (given.length > 0)
    return `The expected ${listed(given)} ${given.length > 1 ? "are" : "is"} wrong; this layer's ${given.length > 1 ? "are" : "is"} right`;
  return `${listed(checks.map(({ tensor }) => tensor))} ${checks.length > 1 ? "are" : "is"} right`;
}

function resultOf(check: GradientCheck): ResultReport {
  const { tensor, elements, numeric, expected } = check;
  const checked = numeric.checked === elements ? `all ${elements}` : `${numeric.checked} of ${elements}`;
  const right = numeric.failed === 0;
  const own = right ? `right in ${checked} elements` : `wrong in ${numeric.failed} of ${checked} elements`;
  const given = expected !== null && expected.failed > 0;
  return {
    tensor,
    mood: right && !given ? "good" : "open",
    verdict: given
      ? `what was expected is wrong in ${counted(expected.failed, "element")}; this layer's is ${own}`
      : own,
    lines: [
      measured("against differences", numeric),
      ...(expected === null ? [] : [measured("what was expected", expected)]),
    ],
    places: [...numeric.largest, ...(expected?.largest ?? [])].map((element) => placeOf(tensor, element)),
    pictured: true,
  };
}

function measured(what: string, { maxError, maxBudget, where }: Failures): string {
  const places = where.length === 0 ? "" : `; wrong at ${where.map(placeText).join("; ")}`;
  return `${what}: off by ${figure(maxError)} at most, rounding explains up to ${figure(maxBudget)}${places}`;
}

function placeOf(
  tensor: GradientCheck["tensor"],
  { index, analytic, numeric, expected, error, budget }: Element,
): PlaceReport {
  const parts = [
    `analytic ${valueText(analytic)}`,
    ...(Number.isNaN(numeric) && expected !== undefined ? [] : [`numeric ${valueText(numeric)}`]),
    ...(expected === undefined ? [] : [`expected ${valueText(expected)}`]),
    `off by ${figure(error)}, budget ${figure(budget)}`,
  ];
  return { tensor, index, text: parts.join(", ") };
}
