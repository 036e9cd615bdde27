import type { ComputeData } from "../../tensor/dtype";
import { elementCount, indexAt, shapeText } from "../../tensor/tensor";
import { bad } from "./check";
import { Radix } from "../order/radix";
import type { Slice } from "./slices";

/** null: nothing is written there yet. */
export type Cell = number | boolean | null;

/** Numbers on axes, as of one moment. Each is worked out when it is asked for; nothing is held. */
export interface View {
  readonly shape: readonly number[];
  /** The index is not checked, and not kept. */
  readonly at: (index: readonly number[]) => Cell;
  /** What one element costs to work out: 1 for one that is looked up, next to the last one. */
  readonly cost: number;
  /** Where the elements are, if they are at hand. */
  readonly stored?: Stored;
}

/** Element [i, j, …] lies at first + i·steps[0] + j·steps[1] + … */
export interface Stored {
  readonly data: ComputeData;
  readonly first: number;
  readonly steps: readonly number[];
}

/** Elements in C order. */
export function viewOf(shape: readonly number[], data: ComputeData): View {
  return storedView(shape, { data, first: 0, steps: new Radix(shape).spans });
}

/** Elements between two that lie on different lines of the processor's memory. */
const APART = 16;

/** What it costs to go through all elements in C order beyond looking them up: where the next one lies far from the last, memory is waited for. */
export function jumpCost(shape: readonly number[], stored: Stored): number {
  if (isDense(shape, stored)) return 0;
  const last = shape.length - 1;
  return JUMP * elementCount(Math.abs(stored.steps[last]) < APART ? shape.slice(0, last) : shape);
}

/** Whether the elements lie side by side in C order. */
export function isDense(shape: readonly number[], { steps }: Stored): boolean {
  return new Radix(shape).spans.every((span, axis) => shape[axis] === 1 || steps[axis] === span);
}

/** What a jump costs, in elements that are looked up: some tenths of a microsecond in a large tensor. */
const JUMP = 8;

function storedView(shape: readonly number[], stored: Stored): View {
  const { data, first, steps } = stored;
  const cost = 1 + jumpCost(shape, stored) / Math.max(1, elementCount(shape));
  const at = (index: readonly number[]) => {
    let place = first;
    for (let axis = 0; axis < steps.length; axis++) place += index[axis] * steps[axis];
    return data[place];
  };
  return { shape, at, cost, stored };
}

/** A part of a view: one index or slice for each of the first axes. */
export function partOfView(view: View, subscripts: readonly (number | Slice)[]): View {
  const all = [...subscripts, ...view.shape.slice(subscripts.length).map((count) => ({ first: 0, step: 1, count }))];
  const kept = all.flatMap((subscript, axis) => (typeof subscript === "number" ? [] : [{ ...subscript, axis }]));
  const inner = all.map((subscript) => (typeof subscript === "number" ? subscript : 0));
  const shape = kept.map(({ count }) => count);
  if (view.stored !== undefined) {
    const { data, first, steps } = view.stored;
    const from = all.map((subscript) => (typeof subscript === "number" ? subscript : subscript.first));
    return storedView(shape, {
      data,
      first: from.reduce((place, index, axis) => place + index * steps[axis], first),
      steps: kept.map(({ step, axis }) => step * steps[axis]),
    });
  }
  return {
    shape,
    cost: view.cost,
    at: (index) => {
      for (let i = 0; i < kept.length; i++) inner[kept[i].axis] = kept[i].first + index[i] * kept[i].step;
      return view.at(inner);
    },
  };
}

/** What it costs to take one or two elements and make one of them. */
const COMBINING = 3;

/** A function of each element. */
export function mapped({ shape, cost, at }: View, compute: (value: Cell) => Cell): View {
  return { shape, cost: COMBINING + cost, at: (index) => compute(at(index)) };
}

/**
 * Two views, or a view and a number, element by element; shapes are broadcast as in NumPy. `column`: where the expression is. Throws
 * ConvError `bad-expression` for shapes that do not go together.
 */
export function paired(a: Cell | View, b: Cell | View, column: number, combine: (a: Cell, b: Cell) => Cell): View {
  const views = [a, b].filter(isView);
  const axes = Math.max(...views.map(({ shape }) => shape.length));
  const shape = Array.from({ length: axes }, (_, axis) => {
    const sizes = views.map((view) => view.shape[axis - axes + view.shape.length] ?? 1);
    const size = sizes.find((one) => one !== 1) ?? 1;
    if (sizes.every((one) => one === 1 || one === size)) return size;
    const shapes = views.map((view) => shapeText(view.shape)).join(" and ");
    throw bad(column, `shapes ${shapes} do not go together`);
  });
  const [first, second] = [a, b].map((value) => (isView(value) ? broadcast(value, axes) : () => value));
  return {
    shape,
    cost: COMBINING + views.reduce((cost, view) => cost + view.cost, 0),
    at: (index) => combine(first(index), second(index)),
  };
}

export function isView(value: Cell | View | string): value is View {
  return typeof value === "object" && value !== null;
}

/** Reads a view with the index of a result that has `axes` axes: those of length 1 stand still. */
function broadcast({ shape, at }: View, axes: number): (index: readonly number[]) => Cell {
  const skipped = axes - shape.length;
  const inner = shape.map(() => 0);
  return (index) => {
    for (let axis = 0; axis < shape.length; axis++) if (shape[axis] !== 1) inner[axis] = index[axis + skipped];
    return at(inner);
  };
}

/** A view's own shape, as numbers on one axis. */
export function shapeView({ shape }: View): View {
  return { shape: [shape.length], cost: 1, at: ([axis]) => shape[axis] };
}

/** The first elements in C order. */
export function firstOf({ shape, at }: View, most: number): Cell[] {
  const count = Math.min(most, elementCount(shape));
  return Array.from({ length: count }, (_, i) => at(indexAt(shape, i)));
}
