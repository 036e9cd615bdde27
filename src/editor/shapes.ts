import { sizeText } from "../base/text";
import { type Axis, type Geometry, extentFormula, sizeFormula } from "../conv/geometry";
import type { TensorName } from "../conv/run";
import { type Stats, statsOf } from "../tensor/stats";
import { elementCount, shapeText } from "../tensor/tensor";
import { shapeOf } from "../trace/order/elements";
import { writerOf } from "../trace/order/stages";
import type { Trace } from "../trace/moment/trace";

/** How far a tensor is at a step. `given`: there before the run. */
export type Progress =
  { readonly kind: "given" | "unwritten" | "final" } | { readonly kind: "partial"; readonly fraction: number };

/** A line under a tensor: an axis and where its size comes from, or a number about the elements. */
export interface Detail {
  readonly label: string;
  readonly value: string;
  readonly why: string;
  readonly alarming: boolean;
}

/** The tensors of a run in the order of the algorithm. */
export function tensorNames(g: Geometry): TensorName[] {
  return ["x", "W", ...(g.hasBias ? ["b" as const] : []), "col", "out", "dout", "db", "dW", "dcol", "dx"];
}

export const meanings: Readonly<Record<TensorName, string>> = {
  x: "input",
  W: "weight",
  b: "bias",
  col: "the windows of x, one in each row",
  out: "output",
  dout: "gradient of the output",
  db: "gradient of the bias",
  dW: "gradient of the weight",
  dcol: "gradient of col",
  dx: "gradient of the input",
};

/** As of after `step`. */
export function progressOf({ steps }: Pick<Trace, "steps">, tensor: TensorName, step: number): Progress {
  const stage = writerOf[tensor];
  if (stage === null) return { kind: "given" };
  const { start, count } = steps.spans[stage];
  if (step >= start + count - 1) return { kind: "final" };
  return step < start ? { kind: "unwritten" } : { kind: "partial", fraction: (step - start + 1) / count };
}

/** Each axis by its name, with its derivation in this layer's own numbers. */
export function axesOf(g: Geometry, tensor: TensorName): Detail[] {
  const axis = (label: string, value: number, why: string): Detail => ({
    label,
    value: String(value),
    why,
    alarming: false,
  });
  const batch = axis("N", g.batch, "the batch");
  const filters = axis("F", g.filters, "one for each filter");
  const group = g.groups === 1 ? "" : ` / ${g.groups} groups`;
  switch (tensor) {
    case "x":
    case "dx":
      return [
        batch,
        axis("C", g.channels, "channels"),
        axis("H", g.y.size, paddedText(g.y)),
        axis("W", g.x.size, paddedText(g.x)),
      ];
    case "W":
    case "dW":
      return [
        axis("F", g.filters, "filters"),
        axis("C", g.groupChannels, g.groups === 1 ? "channels" : `${g.channels} channels${group}`),
        axis("kH", g.y.kernel, spanText(g.y)),
        axis("kW", g.x.kernel, spanText(g.x)),
      ];
    case "b":
    case "db":
      return [filters];
    case "col":
    case "dcol":
      return [
        axis("rows", g.rows, `N · oH · oW = ${g.batch} · ${g.y.out} · ${g.x.out}`),
        axis("taps", g.taps, `C · kH · kW = ${g.channels} · ${g.y.kernel} · ${g.x.kernel}`),
      ];
    case "out":
    case "dout":
      return [batch, filters, axis("H", g.y.out, sizeFormula(g.y)), axis("W", g.x.out, sizeFormula(g.x))];
  }
}

function paddedText({ size, begin, end, padded }: Axis): string {
  return begin + end === 0 ? "no padding" : `padded: ${begin} + ${size} + ${end} = ${padded}`;
}

function spanText(axis: Axis): string {
  return axis.dilation === 1 ? "kernel" : `spans ${extentFormula(axis)}`;
}

/** What the elements are after the run; null where they are not held in memory. */
export function statisticsOf({ run }: Pick<Trace, "run">, tensor: TensorName): Stats | null {
  const data = tensor === "col" || tensor === "dcol" ? null : run.tensors[tensor];
  return data === null ? null : statsOf(data);
}

export function statisticsLines(trace: Pick<Trace, "run" | "geometry">, tensor: TensorName): Detail[] {
  const stats = statisticsOf(trace, tensor);
  const line = (label: string, value: string, why = "", alarming = false): Detail => ({ label, value, why, alarming });
  const memory = memoryText(trace, tensor);
  if (stats === null) return [line("memory", "none", `${memory} if it were held: worked out where it is looked at`)];
  const { min, max, mean, std, zeros, nan, inf } = stats;
  return [
    line("memory", memory),
    line("min", numberText(min)),
    line("max", numberText(max)),
    line("mean", numberText(mean), `± ${numberText(std)}`),
    line("zeros", String(zeros)),
    line("NaN", String(nan), nan > 0 ? "not a number" : "", nan > 0),
    line("Inf", String(inf), inf > 0 ? "infinite" : "", inf > 0),
  ];
}

function memoryText({ run, geometry }: Pick<Trace, "run" | "geometry">, tensor: TensorName): string {
  const bytes = elementCount(shapeOf(geometry, tensor)) * (run.arithmetic.dtype === "float32" ? 4 : 8);
  return sizeText(bytes);
}

export function numberText(value: number | bigint | null): string {
  if (value === null) return "–";
  if (typeof value === "bigint") return value.toString().replace("-", "−");
  const text = Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : String(Number(value.toPrecision(6)));
  return text.replace(/-/g, "−");
}

/** "1×16×32×32 · 43 % written · float32" */
export function tensorText(trace: Pick<Trace, "run" | "geometry">, tensor: TensorName, progress: Progress): string {
  const parts = [shapeText(shapeOf(trace.geometry, tensor))];
  if (progress.kind === "unwritten") parts.push("not yet written");
  if (progress.kind === "partial") parts.push(`${Math.floor(progress.fraction * 100)} % written`);
  return [...parts, trace.run.arithmetic.dtype].join(" · ");
}
