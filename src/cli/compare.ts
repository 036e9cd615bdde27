import { nodeFiles } from "../base/nodeFiles";
import { oneLine } from "../base/text";
import type { CommandResult } from "../cli";
import { compare } from "../diagnose/compare";
import { readTensor } from "../formats/formats";
import { toleranceOf } from "./options";
import { comparisonText, jsonText } from "./print";

export interface CompareFlags {
  readonly rtol?: string;
  readonly atol?: string;
  readonly json?: boolean;
}

/** `conv compare ACTUAL EXPECTED`: statistics, first and worst mismatch. */
export async function compareCommand(actual: string, expected: string, flags: CompareFlags): CommandResult {
  const tolerance = { rtol: toleranceOf("--rtol", flags.rtol), atol: toleranceOf("--atol", flags.atol) };
  const files = nodeFiles();
  const comparison = compare(await readTensor(files, actual), await readTensor(files, expected), tolerance);
  process.stdout.write(`${flags.json ? jsonText(comparison) : comparisonText(oneLine(actual), comparison)}\n`);
  return { ok: comparison.equal };
}
