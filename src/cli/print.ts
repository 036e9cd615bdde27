import type { Geometry } from "../conv/geometry";
import { type FlowStep, backwardFlow, forwardFlow } from "../conv/flow";
import type { Run } from "../conv/run";
import type { Comparison, Mismatch } from "../diagnose/compare";
import { statsOf } from "../tensor/stats";
import { type Tensor, shapeText } from "../tensor/tensor";

/** JSON has no NaN and no infinities, and its readers no exact integers beyond 2⁵³: they are written as strings. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === "bigint") return Number.isSafeInteger(Number(item)) ? Number(item) : String(item);
    return typeof item === "number" && !Number.isFinite(item) ? String(item) : item;
  });
}

/**
 * A number as a person reads it: six significant digits, without zeros at the end, with a power of ten where it is small;
 * integers in full; a real minus sign left to typesetters.
 */
export function numberText(value: number | bigint | null): string {
  if (value === null) return "–";
  if (typeof value === "bigint") return String(value);
  if (!Number.isFinite(value) || Number.isInteger(value)) return Object.is(value, -0) ? "-0" : String(value);
  const text = Math.abs(value) < 1e-4 ? value.toExponential(5) : value.toPrecision(6);
  return text.replace(/\.?0*(?=e|$)/, (zeros) => (text.includes(".") ? "" : zeros));
}

/** Columns padded to their widest cell: the first to the left, the others to the right. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}

export function flowText(g: Geometry): string {
  const line = (steps: readonly FlowStep[]) =>
    steps.map(({ label, shape }) => `${label} ${shapeText(shape)}`).join(" → ");
  return `${line(forwardFlow(g))}\n${line(backwardFlow(g))}`;
}

/** The tensors of a run in the order of the algorithm, those that exist. */
export function tensorsOf(run: Run): [string, Tensor][] {
  return Object.entries(run.tensors).filter((entry): entry is [string, Tensor] => entry[1] !== null);
}

export function geometryJson(g: Geometry): object {
  return {
    outputSize: [g.y.out, g.x.out],
    padding: [
      [g.y.begin, g.y.end],
      [g.x.begin, g.x.end],
    ],
  };
}

export function tensorJson(tensor: Tensor): object {
  const { min, max, mean, std, zeros, nan, inf } = statsOf(tensor);
  return { shape: tensor.shape, dtype: tensor.dtype, min, max, mean, std, zeros, nan, inf };
}

export function statisticsText(tensors: readonly (readonly [string, Tensor])[]): string {
  const head = ["tensor", "shape", "dtype", "min", "max", "mean", "std", "zeros", "NaN", "Inf"];
  const rows = tensors.map(([name, tensor]) => {
    const { min, max, mean, std, zeros, nan, inf } = statsOf(tensor);
    return [name, shapeText(tensor.shape), tensor.dtype, ...[min, max, mean, std, zeros, nan, inf].map(numberText)];
  });
  return tableText([head, ...rows]);
}

export function comparisonText(name: string, comparison: Comparison, roundingOnly = false): string {
  if (!comparison.sameShape)
    return `${name}: different shapes: ${shapeText(comparison.actualShape)}, expected ${shapeText(comparison.expectedShape)}`;
  const { equal, elements, mismatches, maxError, meanError, maxRelativeError, rtol, atol, first, worst } = comparison;
  const verdict = equal ? (roundingOnly ? "differs by rounding only" : "equal") : `${mismatches} of ${elements} differ`;
  const lines = [
    `${name}: ${verdict} (rtol ${numberText(rtol)}, atol ${numberText(atol)}); largest error ${numberText(maxError)}, mean ${numberText(meanError)}, ` +
      `largest relative ${numberText(maxRelativeError)}`,
  ];
  const place = (label: string, { index, actual, expected, error }: Mismatch) =>
    `  ${label} [${index.join(", ")}]: ${numberText(actual)}, expected ${numberText(expected)}, error ${numberText(error)}`;
  if (first) lines.push(place("first", first));
  if (worst) lines.push(place("worst", worst));
  return lines.join("\n");
}
