import type { DebugProtocol as P } from "@vscode/debugprotocol";
import type { TensorName } from "../conv/run";
import type { ComputeDtype } from "../tensor/dtype";
import { numberText, roughly } from "../tensor/numbers";
import { type Stats, statsOf } from "../tensor/stats";
import { type ComputeTensor, elementCount, indexAt, shapeText } from "../tensor/tensor";
import { shapeOf } from "../trace/order/elements";
import { type Oddity, firstOdd } from "../trace/search/firsts";
import { writerOf } from "../trace/order/stages";
import type { Trace, Valued } from "../trace/moment/trace";
import { type Container, type Part, type Present, namedOnly } from "./container";

export const tensorNames = Object.keys(writerOf) as TensorName[]; // the keys of a literal

/** The tensors that a layer has. */
export function tensorsOf({ geometry }: Trace): TensorName[] {
  return tensorNames.filter((name) => name !== "b" || geometry.hasBias);
}

/** `out[0, 2, 11, 17]`; the tensor's name alone where nothing is indexed. */
export function partText({ tensor, prefix }: Part): string {
  return prefix.length === 0 ? tensor : `${tensor}[${prefix.join(", ")}]`;
}

/** Whether a tensor is given before the run, and so can be edited. */
export function isGiven(tensor: TensorName): boolean {
  return writerOf[tensor] === null;
}

/** Elements of a tensor that are looked at for its one line without being asked. */
const MOST_SUMMED = 2 ** 20;

/** A tensor: shape, dtype and what is in it so far; its axes are its children. */
export function tensorVariable(now: Present, tensor: TensorName): P.Variable {
  const { trace } = now;
  const shape = shapeOf(trace.geometry, tensor);
  const stored = storedOf(trace, tensor);
  const done = progressOf(trace, tensor, now.step);
  const large = stored !== null && stored.data.length > MOST_SUMMED;
  const summary =
    done < 1 ? written(done) : stored === null || large ? "" : `, ${statisticsText(statisticsOf(stored), stored)}`;
  const container = axis(now, { tensor, prefix: [] });
  const onDemand = done < 1 ? null : isUnheld(tensor) ? firsts(now, tensor) : large ? statistics(now, stored) : null;
  const lazy = onDemand === null ? container : { ...container, named: () => [onDemand] };
  return {
    name: tensor,
    value: `${shapeText(shape)} ${trace.run.arithmetic.dtype}${summary}`,
    type: "tensor",
    evaluateName: tensor,
    variablesReference: now.containers.of(lazy),
    indexedVariables: shape[0],
    namedVariables: lazy === container ? 0 : 1,
    memoryReference: tensor,
    presentationHint: { kind: "data", attributes: isGiven(tensor) ? [] : ["readOnly"] },
  };
}

/** A part of a tensor as of the present step: one element, or an axis with children. */
export function partVariable(now: Present, part: Part, name: string): P.Variable {
  const { trace } = now;
  const { tensor, prefix } = part;
  const shape = shapeOf(trace.geometry, tensor);
  const rest = shape.slice(prefix.length);
  if (rest.length === 0) return elementVariable(now, part, name);
  return {
    name,
    value: rest.length === 1 ? preview(now, part, rest[0]) : shapeText(rest),
    type: "tensor",
    evaluateName: partText(part),
    variablesReference: now.containers.of(axis(now, part)),
    indexedVariables: rest[0],
  };
}

function elementVariable(now: Present, { tensor, prefix }: Part, name: string): P.Variable {
  const { trace, step } = now;
  return {
    name,
    value: valueText(trace.read({ tensor, index: prefix }, step), trace.run.arithmetic.dtype),
    type: trace.run.arithmetic.dtype,
    evaluateName: partText({ tensor, prefix }),
    variablesReference: 0,
    memoryReference: tensor,
    presentationHint: { kind: "data", attributes: isGiven(tensor) ? [] : ["readOnly"] },
  };
}

export function valueText({ state, value }: Valued, dtype: ComputeDtype): string {
  if (value === null) return "not yet written";
  return numberText(value, dtype) + (state === "partial" ? " (so far)" : "");
}

/** The next axis of a part. */
function axis(now: Present, { tensor, prefix }: Part): Container {
  const length = shapeOf(now.trace.geometry, tensor)[prefix.length];
  const inner = (i: number): Part => ({ tensor, prefix: [...prefix, i] });
  return {
    named: () => [],
    length,
    at: (i) => partVariable(now, inner(i), `[${i}]`),
    part: (name) => {
      const i = Number(/^\[(\d+)\]$/.exec(name)?.[1] ?? NaN);
      return i < length ? inner(i) : null;
    },
  };
}

const SHOWN = 8;

function preview({ trace, step }: Present, { tensor, prefix }: Part, length: number): string {
  const values = Array.from({ length: Math.min(length, SHOWN) }, (_, i) => {
    const { value } = trace.read({ tensor, index: [...prefix, i] }, step);
    return value === null ? "–" : numberText(value, trace.run.arithmetic.dtype);
  });
  return `[${values.join(", ")}${length > SHOWN ? ", …" : ""}]`;
}

/** How much of a tensor its stage has written as of a step: 0 … 1. */
export function progressOf({ steps, total }: Trace, tensor: TensorName, step: number): number {
  const stage = writerOf[tensor];
  if (stage === null || total === 0) return 1;
  const { start, count } = steps.spans[stage];
  return Math.max(0, Math.min(1, (step - start + 1) / count));
}

function written(done: number): string {
  return done === 0 ? ", not yet written" : `, ${Math.min(99, Math.floor(done * 100))} % done`;
}

/** Nothing is known as a whole of what is not held anywhere. */
function isUnheld(tensor: TensorName): tensor is "col" | "dcol" {
  return tensor === "col" || tensor === "dcol";
}

export function storedOf({ run }: Trace, tensor: TensorName): ComputeTensor | null {
  return isUnheld(tensor) ? null : run.tensors[tensor];
}

const known = new WeakMap<ComputeTensor["data"], Stats>();

function statisticsOf(tensor: ComputeTensor): Stats {
  let stats = known.get(tensor.data);
  if (stats === undefined) known.set(tensor.data, (stats = statsOf(tensor)));
  return stats;
}

function statisticsText(
  { min, max, mean, nan, inf, firstNan, firstInf }: Stats,
  { shape, data }: ComputeTensor,
): string {
  if (data.length === 0) return "no elements";
  const place = (at: number) => `[${indexAt(shape, at).join(", ")}]`;
  return [
    ...(min === null ? ["nothing finite"] : [`${roughly(min)} … ${roughly(max)}, mean ${roughly(mean)}`]),
    ...(nan > 0 ? [`${nan} NaN, first at ${place(firstNan)}`] : []),
    ...(inf > 0 ? [`${inf} infinite, first at ${place(firstInf)}`] : []),
  ].join(", ");
}

/** The statistics of a large tensor, worked out on demand. */
function statistics(now: Present, stored: ComputeTensor): P.Variable {
  return lazily(now, "statistics", `of ${elementCount(stored.shape)} elements`, () =>
    statisticsText(statisticsOf(stored), stored),
  );
}

/** Milliseconds that are given to each search of an answer. */
const PATIENCE_MS = 15;

/** Where the first zero, NaN and infinity are in a tensor that is not held. */
function firsts(now: Present, tensor: "col" | "dcol"): P.Variable {
  const { trace } = now;
  const shape = shapeOf(trace.geometry, tensor);
  const place = (oddity: Oddity): string => {
    const search = firstOdd(trace, tensor, oddity);
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
      const { done, value } = search.next();
      if (done) return value < 0 ? "none" : `[${indexAt(shape, value).join(", ")}]`;
    }
    return "not found at once";
  };
  const text = () => `zero ${place("zero")}, NaN ${place("nan")}, infinity ${place("infinity")}`;
  return lazily(now, "first ones", "of zeros, NaN and infinities", text);
}

/** A line that clients put in place of its own when they are asked to. */
function lazily({ containers }: Present, name: string, value: string, text: () => string): P.Variable {
  return {
    name,
    value,
    variablesReference: containers.of(namedOnly(() => [{ name, value: text(), variablesReference: 0 }])),
    presentationHint: { lazy: true },
  };
}
