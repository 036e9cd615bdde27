import { counted } from "../base/text";
import type { CommandResult } from "../cli";
import { type Element, type Failures, type GradientCheck, checkGradients } from "../diagnose/gradcheck";
import { placeText } from "../diagnose/places";
import { affordable, inputsOf, readLayer, withEngine } from "./layer";
import type { EngineFlags } from "./options";
import { jsonText, numberText } from "./print";

export interface CheckGradientsFlags extends EngineFlags {
  readonly set?: string[];
  readonly json?: boolean;
}

/** `conv check-gradients LAYER`: the backward pass, and what was expected of it, against differences of the forward pass. */
export async function checkGradientsCommand(path: string, flags: CheckGradientsFlags): CommandResult {
  const layer = await readLayer(path, flags.set);
  affordable(layer, flags);
  return withEngine(flags, async (engine) => {
    const checks = await checkGradients(inputsOf(layer), layer.expected, (inputs, signal) =>
      engine.run(inputs, { signal }),
    );
    const ok = checks.every(({ numeric, expected }) => numeric.failed === 0 && (expected?.failed ?? 0) === 0);
    process.stdout.write(`${flags.json ? jsonText({ ok, gradients: checks }) : checks.map(checkText).join("\n")}\n`);
    return { ok };
  });
}

function checkText({ tensor, elements, numeric, expected }: GradientCheck): string {
  const own = `${tensor}: ${numeric.checked} of ${elements} elements against differences: ${verdictOf(numeric)}`;
  if (expected === null) return own;
  return `${own}\n${tensor} expected: ${counted(expected.checked, "element")}: ${verdictOf(expected)}`;
}

function verdictOf({ failed, maxError, maxBudget, worst, where }: Failures): string {
  const measured = `largest error ${numberText(maxError)}; rounding explains up to ${numberText(maxBudget)}`;
  if (failed === 0 || worst === null) return `all right (${measured})`;
  return `${failed} wrong (${measured})\n  at ${where.map(placeText).join("; ")}\n  worst ${elementText(worst)}`;
}

function elementText({ index, analytic, numeric, expected }: Element): string {
  const given = expected === undefined ? "" : `, expected ${numberText(expected)}`;
  return `[${index.join(", ")}]: analytic ${numberText(analytic)}, numeric ${numberText(numeric)}${given}`;
}
