import { NodeFiles } from "../base/nodeFiles";
import type { CommandResult } from "../cli";
import type { Run } from "../conv/run";
import { type ResultComparison, compareResults } from "../diagnose/rounding";
import type { Layer } from "../formats/layerFile";
import { writeNpz } from "../formats/npz";
import type { Tensor } from "../tensor/tensor";
import { inputsOf, readLayer, withEngine } from "./layer";
import type { EngineFlags } from "./options";
import {
  comparisonText,
  flowText,
  geometryJson,
  jsonText,
  numberText,
  statisticsText,
  tensorJson,
  tensorsOf,
} from "./print";

export interface RunFlags extends EngineFlags {
  readonly set: string[];
  readonly out?: string;
  readonly col?: boolean;
  readonly json?: boolean;
}

/** `conv run LAYER`: the shape flow, the statistics of every tensor, and the comparison with `expected`. */
export async function runCommand(path: string, flags: RunFlags): CommandResult {
  const layer = await readLayer(path, flags.set);
  return withEngine(flags, async (engine) => {
    const run = await engine.run(inputsOf(layer));
    const comparisons = await compareResults(run, layer.expected, (inputs) => engine.run(inputs));
    const tensors: [string, Tensor][] = tensorsOf(run);
    if (flags.col) tensors.push(...(await columnTensors(run)));
    if (flags.out !== undefined) await new NodeFiles().write(flags.out, writeNpz(Object.fromEntries(tensors)));
    const text = flags.json
      ? jsonText(reportOf(run, layer, tensors, comparisons))
      : textOf(run, layer, tensors, comparisons);
    process.stdout.write(`${text}\n`);
    return { ok: comparisons.every(({ comparison }) => comparison.equal) };
  });
}

function reportOf(run: Run, layer: Layer, tensors: [string, Tensor][], comparisons: ResultComparison[]): object {
  return {
    geometry: geometryJson(run.geometry),
    tensors: Object.fromEntries(tensors.map(([name, tensor]) => [name, tensorJson(tensor)])),
    timing: run.timing,
    arithmetic: run.arithmetic,
    ...(layer.notes.length > 0 ? { notes: layer.notes } : {}),
    ...(comparisons.length > 0
      ? {
          expected: Object.fromEntries(
            comparisons.map(({ tensor, comparison, roundingOnly }) => [tensor, { ...comparison, roundingOnly }]),
          ),
        }
      : {}),
  };
}

function textOf(run: Run, layer: Layer, tensors: [string, Tensor][], comparisons: ResultComparison[]): string {
  const { forwardMs, backwardMs, threads, kernel } = run.timing;
  const ms = (value: number) => `${numberText(Number(value.toPrecision(3)))} ms`;
  const sections = [
    flowText(run.geometry),
    ...(layer.notes.length > 0 ? [layer.notes.map((note) => `note: ${note}`).join("\n")] : []),
    statisticsText(tensors),
    ...comparisons.map(({ tensor, comparison, roundingOnly }) => comparisonText(tensor, comparison, roundingOnly)),
    `forward ${ms(forwardMs)}, backward ${ms(backwardMs)}, ${threads} ${threads === 1 ? "thread" : "threads"}, ${kernel}, ` +
      (run.arithmetic.fused ? "fused multiply-add" : "multiply, then add"),
  ];
  return sections.join("\n\n");
}
