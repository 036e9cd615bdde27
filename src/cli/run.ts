import { resolve } from "node:path";
import { ConvError } from "../base/errors";
import { nodeFiles } from "../base/nodeFiles";
import type { CommandResult } from "../cli";
import { type Geometry, colShape } from "../conv/geometry";
import { type Run, arithmeticText } from "../conv/run";
import { type ResultComparison, compareResults } from "../diagnose/rounding";
import { needsInFull } from "../engine/needs";
import { writeTensors } from "../formats/formats";
import type { Layer } from "../formats/loadLayer";
import { computeArray } from "../tensor/dtype";
import { type Tensor, shapeText, tensor } from "../tensor/tensor";
import { Trace } from "../trace/moment/trace";
import { affordable, inputsOf, readLayer, withEngine } from "./layer";
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
  readonly set?: string[];
  readonly out?: string;
  readonly col?: boolean;
  readonly json?: boolean;
}

/**
 * `conv run LAYER`: what it needs and the shape flow, both before it is computed; then the statistics of every tensor, and the
 * comparison with `expected`. One JSON object cannot be said in two goes: with --json all comes at the end.
 */
export async function runCommand(path: string, flags: RunFlags): CommandResult {
  const layer = await readLayer(path, flags.set);
  const needs = affordable(layer, flags);
  if (flags.col) checkColumns(layer.geometry);
  if (!flags.json) process.stdout.write(`${needsInFull(needs)}\n\n${flowText(layer.geometry)}\n\n`);
  return withEngine(flags, async (engine) => {
    const run = await engine.run(inputsOf(layer));
    const comparisons = await compareResults(run, layer.expected, (inputs) => engine.run(inputs));
    const tensors: [string, Tensor][] = tensorsOf(run);
    if (flags.col) tensors.push(...columnTensors(run));
    if (flags.out !== undefined) await writeTensors(nodeFiles(), resolve(flags.out), Object.fromEntries(tensors));
    const text = flags.json
      ? jsonText({ memory: needs, ...reportOf(run, layer, tensors, comparisons) })
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
    ...(layer.notes.length > 0 ? { notes: layer.notes.map(({ text }) => text) } : {}),
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
    ...(layer.notes.length > 0 ? [layer.notes.map(({ text }) => `note: ${text}`).join("\n")] : []),
    statisticsText(tensors),
    ...comparisons.map(({ tensor, comparison, roundingOnly }) => comparisonText(tensor, comparison, roundingOnly)),
    `forward ${ms(forwardMs)}, backward ${ms(backwardMs)}, ${threads} ${threads === 1 ? "thread" : "threads"}, ${kernel}\n` +
      arithmeticText(run.arithmetic),
  ];
  return sections.join("\n\n");
}

const MOST_COL = 2 ** 28;

/** Throws ConvError `too-large`. */
function checkColumns(g: Geometry): void {
  if (g.rows * g.taps > MOST_COL)
    throw new ConvError({
      code: "too-large",
      what: `--col would write col ${shapeText(colShape(g))}`,
      expected: `at most ${MOST_COL} elements`,
      remedy: "Leave --col out, or use conv trace for single elements",
    });
}

/** col and dcol are never held by the engine: they are written out element by element, because they were asked for. */
function columnTensors(run: Run): [string, Tensor][] {
  const { geometry: g, arithmetic } = run;
  const trace = new Trace(run);
  const filled = (name: "col" | "dcol"): [string, Tensor] => {
    const data = computeArray(arithmetic.dtype, g.rows * g.taps);
    for (let row = 0, i = 0; row < g.rows; row++)
      for (let tap = 0; tap < g.taps; tap++, i++) data[i] = trace.finalValue(name, [row, tap]);
    return [name, tensor(arithmetic.dtype, colShape(g), data)];
  };
  return [filled("col"), filled("dcol")];
}
