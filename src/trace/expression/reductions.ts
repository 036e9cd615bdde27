import type { ComputeData } from "../../tensor/dtype";
import { elementCount } from "../../tensor/tensor";
import { type Moment, Moments, momentOf } from "./moments";
import type { Reduction } from "./syntax";
import { type Cell, type Stored, type View, isDense, jumpCost } from "./views";

interface Tally {
  /** Takes an element; `at` is its place in C order. */
  add(value: number, at: number): void;
  /** Of at least one element. */
  result(): number | boolean;
}

/** One that comes to the same in whatever order it takes its elements. */
export interface Orderless extends Tally {
  /** Another one that has taken the same elements. */
  copy(): Orderless;
}

/** What NumPy makes of no elements; it has no extremes of them. */
const ofNothing: Readonly<Record<Reduction, Cell>> = {
  min: null,
  max: null,
  argmin: null,
  argmax: null,
  sum: 0,
  mean: NaN,
  std: NaN,
  any: false,
  all: true,
};

/**
 * One number made of a view's elements; those that are not written yet are left out, and where none is the result is null. NaN is
 * larger than all numbers and smaller than all, as in NumPy; std is the population's.
 */
export function reduced(view: View, how: Reduction): Cell {
  if (elementCount(view.shape) === 0) return ofNothing[how];
  if (view.stored !== undefined) return reducedData(sideBySide(view.shape, view.stored), how);
  const tally = tallies[how]();
  let taken = 0;
  forEach(view.shape, (index, at) => {
    const value = view.at(index);
    if (value === null) return;
    taken++;
    tally.add(Number(value), at);
  });
  return taken === 0 ? null : tally.result();
}

/** As `reduced`, of elements that lie side by side. */
function reducedData(data: ComputeData, how: Reduction): Cell {
  switch (how) {
    case "min":
      return data[leastOf(data, 1)];
    case "max":
      return data[leastOf(data, -1)];
    case "argmin":
      return leastOf(data, 1);
    case "argmax":
      return leastOf(data, -1);
    case "sum":
    case "mean":
    case "std":
      return momentOfData(data, how);
    case "any":
      return zerosOf(data) < data.length;
    case "all":
      return zerosOf(data) === 0;
  }
}

/** Where the first NaN is, or else the first of the least elements times `sign`. */
function leastOf(data: ComputeData, sign: 1 | -1): number {
  let place = 0;
  let least = sign * data[0];
  for (let at = 0; at < data.length; at++) {
    const value = sign * data[at];
    if (value >= least) continue;
    place = at;
    least = value;
    if (value !== value) break;
  }
  return place;
}

function zerosOf(data: ComputeData): number {
  let zeros = 0;
  for (let at = 0; at < data.length; at++) if (data[at] === 0) zeros++;
  return zeros;
}

function momentOfData(data: ComputeData, how: Moment): number {
  const moments = new Moments(how);
  moments.addAll(data);
  return moments.result();
}

/** How much work it is to reduce a view; what is at hand goes faster, ten times as fast where it lies side by side. */
export function workOf({ shape, cost, stored }: View): number {
  const count = elementCount(shape);
  if (stored === undefined) return Math.ceil(count * cost);
  return isDense(shape, stored) ? Math.ceil(count / 10) : Math.ceil(count / 2) + jumpCost(shape, stored);
}

/** The elements in C order: where they are, if they lie so, or copied from there. */
function sideBySide(shape: readonly number[], stored: Stored): ComputeData {
  const { data, first, steps } = stored;
  if (isDense(shape, stored)) return data.subarray(first, first + elementCount(shape));
  const copy = new Float64Array(elementCount(shape));
  const last = shape.length - 1;
  const [count, step] = [shape[last], steps[last]];
  forEach(shape.slice(0, last), (index, line) => {
    let place = first;
    for (let axis = 0; axis < last; axis++) place += index[axis] * steps[axis];
    for (let at = line * count; at < (line + 1) * count; at++, place += step) copy[at] = data[place];
  });
  return copy;
}

const orderless = {
  min: () => extreme((value, least) => value < least, valueOf),
  max: () => extreme((value, most) => value > most, valueOf),
  argmin: () => extreme((value, least) => value < least, placeOf),
  argmax: () => extreme((value, most) => value > most, placeOf),
  any: () => found((value) => value !== 0, true),
  all: () => found((value) => value === 0, false),
} as const satisfies Partial<Record<Reduction, () => Orderless>>;

export function orderlessTally(how: Exclude<Reduction, Moment>): Orderless {
  return orderless[how]();
}

/** Whether a reduction is rounded, so that it depends on the order. */
export function isMoment(how: Reduction): how is Moment {
  return Object.hasOwn(momentOf, how);
}

const tallies: Readonly<Record<Reduction, () => Tally>> = {
  ...orderless,
  sum: () => new Moments("sum"),
  mean: () => new Moments("mean"),
  std: () => new Moments("std"),
};

interface Extreme {
  readonly value: number;
  /** In C order; −1: of no elements. */
  readonly place: number;
}
const valueOf = ({ value }: Extreme) => value;
const placeOf = ({ place }: Extreme) => place;

/** The first, in C order, of the most extreme elements; NaN is more extreme than all. */
function extreme(
  isMore: (value: number, than: number) => boolean,
  result: (best: Extreme) => number,
  best: Extreme = { value: 0, place: -1 },
): Orderless {
  let { value: most, place } = best;
  return {
    add: (value, at) => {
      const isSame = value === most || (value !== value && most !== most);
      const isLess = most !== most || (value === value && !isMore(value, most));
      if (place >= 0 && (isSame ? at > place : isLess)) return;
      most = value;
      place = at;
    },
    result: () => result({ value: most, place }),
    copy: () => extreme(isMore, result, { value: most, place }),
  };
}

function found(isIt: (value: number) => boolean, then: boolean, yet = !then): Orderless {
  let now = yet;
  return {
    add: (value) => {
      if (isIt(value)) now = then;
    },
    result: () => now,
    copy: () => found(isIt, then, now),
  };
}

/** All indices of a shape in C order; the same array each time. */
function forEach(shape: readonly number[], see: (index: readonly number[], at: number) => void): void {
  const count = elementCount(shape);
  const index = shape.map(() => 0);
  for (let at = 0; at < count; at++) {
    see(index, at);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
}
