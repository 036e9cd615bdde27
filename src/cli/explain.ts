import { resolve } from "node:path";
import { counted } from "../base/text";
import { intermediates, isIntermediate } from "../conv/passes";
import type { CommandResult } from "../cli";
import { groupedByFix } from "../diagnose/alike";
import { type Diagnosis, type Symptom, explain } from "../diagnose/explain";
import type { Cause, Explanation } from "../diagnose/explanation";
import type { Compute } from "../diagnose/model";
import { usualLayout } from "../diagnose/stages/arrangement";
import { type Bisection, type StageReport, bisect } from "../diagnose/stages/bisect";
import { requireExpected } from "../formats/requireExpected";
import { shapeText } from "../tensor/tensor";
import { affordable, inputsOf, readLayer, withEngine } from "./layer";
import type { EngineFlags } from "./options";
import { jsonText, numberText } from "./print";

export interface ExplainFlags extends EngineFlags {
  readonly set?: string[];
  readonly json?: boolean;
  /** Files of steps in between, in place of those that the layer file names. */
  readonly col?: string;
  readonly product?: string;
  readonly dcol?: string;
}

/** `conv explain LAYER`: why results differ from `expected`. Done (0) where they differ by rounding at most. */
export async function explainCommand(path: string, flags: ExplainFlags): CommandResult {
  const layer = await readLayer(path, settingsOf(flags), { anyExpected: true, intermediates: true });
  requireExpected(layer);
  affordable(layer, flags);
  return withEngine(flags, async (engine) => {
    const run = await engine.run(inputsOf(layer));
    const compute: Compute = (inputs, signal) => engine.run(inputs, { signal });
    const diagnosis = await explain(run, layer.expected, compute);
    const isGiven = Object.keys(layer.intermediates).length > 0;
    const bisection = isGiven ? await bisect(run, layer.intermediates, diagnosis, compute) : null;
    const text = [...(bisection === null ? [] : [bisectionText(bisection)]), textOf(diagnosis)].filter(
      (part) => part !== "",
    );
    process.stdout.write(`${flags.json ? jsonText(reportOf(diagnosis, bisection)) : text.join("\n\n")}\n`);
    const verdicts = [...diagnosis.symptoms, ...(bisection?.stages ?? [])];
    return { ok: verdicts.every(({ verdict }) => verdict === "equal" || verdict === "rounding") };
  });
}

/** Files of steps in between are those of `expected`; from the command line their paths start in the current folder. */
function settingsOf(flags: ExplainFlags): string[] {
  const named = intermediates.flatMap((name) => {
    const file = flags[name];
    return file === undefined ? [] : [`expected.${name}=${JSON.stringify(resolve(file))}`];
  });
  return [...(flags.set ?? []), ...named];
}

/** One word for everything that was given: what a script asks for first. */
function answerOf(
  { symptoms }: Diagnosis,
  bisection: Bisection | null,
): "equal" | "rounding" | "explained" | "unexplained" {
  const steps = bisection?.stages.filter(({ stage }) => symptoms.every(({ tensor }) => tensor !== stage)) ?? [];
  const verdicts = [...symptoms, ...steps].map(({ verdict }) => verdict);
  if (verdicts.every((verdict) => verdict === "equal")) return "equal";
  if (verdicts.every((verdict) => verdict === "equal" || verdict === "rounding")) return "rounding";
  const open = steps.some(
    ({ verdict, explanations }) => (verdict === "differs" || verdict === "size") && explanations.length === 0,
  );
  return !open && symptoms.every(({ explained }) => explained) ? "explained" : "unexplained";
}

function reportOf(diagnosis: Diagnosis, bisection: Bisection | null): object {
  return { answer: answerOf(diagnosis, bisection), ...diagnosis, ...bisection };
}

function bisectionText({ stages, first }: Bisection): string {
  const wrong = [first.forward, first.backward].filter((stage) => stage !== null);
  const verdict = wrong.length > 0 ? `first to differ: ${wrong.join(", and backward ")}` : "no stage differs";
  const causes = stages.flatMap((stage) =>
    stage.stage === first.forward || stage.stage === first.backward ? stageCauses(stage) : [],
  );
  return [stages.map(stageText).join("\n"), verdict, ...causes].join("\n\n");
}

function stageText({ stage, verdict, shape, expectedShape, layout, error, worst }: StageReport): string {
  const isUsual = layout === null || (isIntermediate(stage) && layout === usualLayout(stage));
  const laid = isUsual ? "" : `, laid out as ${layout}`;
  if (verdict === "equal") return `${stage}: equal${laid}`;
  if (verdict === "rounding") return `${stage}: rounding only (largest error ${numberText(error)})${laid}`;
  if (verdict === "size") return `${stage}: the size is ${shapeText(expectedShape)}, given ${shapeText(shape)}`;
  return `${stage}: differs by up to ${numberText(error)}${worst === null ? "" : ` at [${worst.index.join(", ")}]`}`;
}

/** Of results the diagnosis says more. */
function stageCauses({ stage, explanations }: StageReport): string[] {
  if (!isIntermediate(stage)) return [];
  if (explanations.length === 0) return [`no hypothesis fits ${stage}`];
  return explanations.map(({ causes }) =>
    [`cause in ${stage}: ${bothNames(causes)}`, ...causes.map(fixText)].join("\n"),
  );
}

function textOf(diagnosis: Diagnosis): string {
  const { symptoms, explanations, tied, others, untried, nearest } = diagnosis;
  const sections = [symptoms.map(symptomText).join("\n")];
  if (untried > 0) sections.push(`${untried} more fit a sample of these numbers, too many to be run in full`);
  if (tied > 1) sections.push(`${tied} explanations fit equally well: these numbers cannot tell them apart`);
  for (const ties of [explanations.slice(0, tied), ...others])
    sections.push(...groupedByFix(ties).map(explanationText));
  const open = symptoms.filter(({ explained }) => !explained).map(({ tensor }) => tensor);
  if (open.length > 0) sections.push(`no hypothesis fits ${open.join(", ")}`);
  if (nearest.length > 0) {
    const lines = nearest.map(
      ({ cause, remains }) =>
        `  ${cause.name}: ${Math.round(100 * remains)} % of the expected values remain as a difference`,
    );
    sections.push(["nearest, but wrong:", ...lines].join("\n"));
  }
  return sections.join("\n\n");
}

function symptomText({ tensor, verdict, shape, expectedShape, error, bound, worst, notFinite, size }: Symptom): string {
  const most = `rounding explains up to ${numberText(bound)}`;
  if (verdict === "equal") return `${tensor}: equal`;
  if (verdict === "rounding")
    return `${tensor}: rounding only (largest error ${numberText(error)}; bound ${numberText(bound)})`;
  if (size === undefined) {
    const at = worst === null ? "" : ` at [${worst.index.join(", ")}]`;
    const { expected, own } = notFinite;
    const odd = [
      expected > 0 ? `${counted(expected, "value")} expected are NaN or infinite, and not here` : "",
      own > 0 ? `${counted(own, "value")} here are NaN or infinite, and not as expected` : "",
    ].filter((text) => text !== "");
    return [`${tensor}: differs by up to ${numberText(error)}${at} (${most})`, ...odd].join("\n  ");
  }
  const names = new Map<string, string[]>();
  for (const { name, formula } of size.candidates) names.set(formula, [...(names.get(formula) ?? []), name]);
  const candidates = [...names].map(([formula, causes]) => `  this size comes of ${formula}: ${causes.join("; ")}`);
  return [
    `${tensor}: the size is ${shapeText(shape)}, expected ${shapeText(expectedShape)}`,
    `  ${size.formula}`,
    ...(candidates.length > 0 ? candidates : ["  no single change that is known gives this size"]),
  ].join("\n");
}

function explanationText(alike: readonly Explanation[]): string {
  const [{ causes, explains, error, bound }] = alike;
  const names = alike.map((one) => bothNames(one.causes));
  return [
    `cause: ${names.join("\n   or: ")}`,
    `  explains ${explains.join(", ")}: what remains is ${numberText(error)}, within rounding (bound ${numberText(bound)})`,
    ...causes.map(fixText),
  ].join("\n");
}

function bothNames(causes: readonly Cause[]): string {
  return causes.map(({ name }) => name).join("; and ");
}

function fixText({ fix }: Cause): string {
  return [`  PyTorch     ${fix.pytorch}`, `  TensorFlow  ${fix.tensorflow}`, `  NumPy       ${fix.numpy}`].join("\n");
}
