import type { TensorName } from "../../conv/run";
import type { Plane } from "../../tensor/slice";
import { offsetOf } from "../../tensor/tensor";
import { cellOf, checkIndex, shapeOf } from "../order/elements";
import { type View, elementAt, viewSize } from "./layout";
import { writerOf } from "../order/stages";
import type { Trace } from "./trace";
import { type View as NumbersView, viewOf } from "../expression/views";
import { lineAt, writtenAt } from "../order/written";

/**
 * A tensor in a layout, as of after `step` (−1: before the first), for tiles to be cut out of. null where nothing is written.
 * An element costs O(1); in flight, or of dcol, its partial sum. Throws ConvError `bad-value` for b without bias.
 */
export function planeOf(trace: Trace, view: View, step: number): Plane {
  const g = trace.geometry;
  if (view.tensor === "b") checkIndex(g, "b", [0]);
  const flat = givenPlane(trace, view);
  if (flat !== null && isDone(trace, view.tensor, step)) return flat;
  const { start } = trace.steps.spans.col2im;
  if (flat !== null && view.tensor === "dx" && step >= start) return scatterPlane(trace, view, flat, step);
  const valueOf = valuesOf(trace, view.tensor, step);
  return {
    ...viewSize(g, view),
    at: (row, col) => valueOf(elementAt(g, view, { row, col })),
  };
}

/**
 * A tensor as of after `step`: complete or given ones that are held in memory are at hand. An element of others is looked for, one of
 * dcol is a sum over filters, and one of dx in flight is one of those for each tap that meets it. Throws ConvError `bad-value` for b without bias.
 */
export function tensorView(trace: Trace, tensor: TensorName, step: number): NumbersView {
  const { geometry: g, steps, run } = trace;
  if (tensor === "b") checkIndex(g, "b", [0]);
  const stage = writerOf[tensor];
  const done = stage === null || step >= steps.spans[stage].start + steps.spans[stage].count - 1;
  const shape = shapeOf(g, tensor);
  if (done && tensor !== "col" && tensor !== "dcol") return viewOf(shape, run.tensors[tensor]!.data); // checkIndex: b is there
  const sum = g.groupFilters + 1;
  const cost = tensor === "dcol" ? sum : tensor === "dx" ? sum * g.y.kernel * g.x.kernel : 4;
  return { shape, cost, at: valuesOf(trace, tensor, step) };
}

type Values = (index: readonly number[]) => number | null;

/** Whether nothing is written to the tensor after `step`. */
function isDone({ steps }: Trace, tensor: TensorName, step: number): boolean {
  const stage = writerOf[tensor];
  return steps.total === 0 || stage === null || step >= steps.spans[stage].start + steps.spans[stage].count - 1;
}

/** col, dcol, and the last two axes of a tensor that is held in memory, which lie there row by row. null for every other view. */
function givenPlane(trace: Trace, { tensor, plane }: View): Plane | null {
  const { geometry: g, run } = trace;
  if (tensor === "col") return { rows: g.rows, cols: g.taps, at: trace.colValue };
  if (tensor === "dcol") return { rows: g.rows, cols: g.taps, at: (row, tap) => trace.dcolValue(row, tap) };
  if (plane === null) return null;
  const shape = shapeOf(g, tensor);
  const data = run.tensors[tensor]?.data;
  if (shape.length !== 4 || data === undefined) return null;
  const [, , rows, cols] = shape;
  const first = offsetOf(shape, [...plane, 0, 0]);
  return { rows, cols, at: (row, col) => data[first + row * cols + col], held: { data, first } };
}

/** Reads elements as `Trace.read` does, after working out once how far the stage that writes them has come. */
function valuesOf(trace: Trace, tensor: TensorName, step: number): Values {
  const { geometry: g, steps } = trace;
  const stage = writerOf[tensor];
  const done = isDone(trace, tensor, step);
  if (tensor === "dx" && !done) return scatterValues(trace, step);
  const final = finalValues(trace, tensor);
  if (stage === null || done) return final;
  const { start, cellSteps } = steps.spans[stage];
  const perCell = tensor === "col" ? 1 : cellSteps;
  const taken = step - start + 1;
  return (index) => {
    const first = cellOf(g, tensor, index) * perCell;
    if (taken <= first) return null;
    return taken >= first + perCell ? final(index) : trace.read({ tensor, index }, step).value;
  };
}

function finalValues(trace: Trace, tensor: TensorName): Values {
  if (tensor === "col" || tensor === "dcol") return (index) => trace.finalValue(tensor, index);
  const shape = shapeOf(trace.geometry, tensor);
  const { data } = trace.run.tensors[tensor]!; // planeOf has looked whether there is a b
  return (index) => data[offsetOf(shape, index)];
}

/** dx while its stage has not finished. */
function scatterValues(trace: Trace, step: number): Values {
  const { steps } = trace;
  if (step < steps.spans.col2im.start) return () => null;
  const final = finalValues(trace, "dx");
  return (index) => {
    const { first, last, count } = writtenAt(steps, "dx", index)!; // dx is not given
    if (count === 0) return final(index);
    if (step < first) return null;
    if (step >= last) return final(index);
    return trace.scattered(index, step);
  };
}

/** A plane of dx while its stage has not finished: `flat` where it has been through, nothing where it has not come to, and between them a few lines. */
function scatterPlane(trace: Trace, { plane }: View, flat: Plane, step: number): Plane {
  const { steps } = trace;
  const [n, c] = plane!; // a view with a flat plane has one
  const values = scatterValues(trace, step);
  const lines: ReturnType<typeof lineAt>[] = [];
  const lineOf = (row: number) => {
    const met = steps.down(row);
    return met.length === 0 ? "all" : lineAt(steps, n, met, step);
  };
  const at = (row: number, col: number) => {
    const line = (lines[row] ??= lineOf(row));
    if (line === "all" || steps.across(col).length === 0) return flat.at(row, col);
    return line === "none" ? null : values([n, c, row, col]);
  };
  return { rows: flat.rows, cols: flat.cols, at };
}
