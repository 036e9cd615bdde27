import { rowOf, tapOf } from "../../conv/columns";
import type { Intermediate } from "../../conv/passes";
import type { TensorName } from "../../conv/run";
import { type ComputeTensor, elementCount, indexAt } from "../../tensor/tensor";
import type { Pace } from "../pace";
import type { Worst } from "../trial";
import { type Arrangement, type Sizes, digitsOf, fitting, sizesOf } from "./arrangement";
import type { Making, Values } from "./making";

/** A step in between as somebody has it. */
export interface Stage {
  readonly name: Intermediate;
  readonly tensor: ComputeTensor;
  /** Unit roundoff of what it was computed in. */
  readonly unit: number;
}

/** An element of a run. */
export interface Place {
  readonly tensor: TensorName;
  readonly index: readonly number[];
}

/** How far a reading is from what was given: where it is worst, and the element of the run that this stands for. */
export interface Distance {
  readonly error: number;
  readonly worst: Worst | null;
  readonly place: Place | null;
}

/** A stage taken as what a model makes of it, in one arrangement. */
export interface Reading {
  readonly arrangement: Arrangement;
  readonly how: "axes" | "reshaped";
  readonly sizes: Sizes;
  readonly making: Making;
}

/** Elements that nearly everything wrong fails at. */
const SAMPLE = 32;
const STRETCH = 1024;

/** null where sizes do not allow it. */
export function readingOf({ name, tensor }: Stage, making: Making, arrangement: Arrangement): Reading | null {
  const sizes = sizesOf(making.geometry);
  const how = fitting(name, arrangement, sizes, tensor.shape);
  return how && { arrangement, how, sizes, making };
}

/** Whether what was given differs from this by rounding at most. */
export async function fits(stage: Stage, { arrangement, sizes, making }: Reading, pace: Pace): Promise<boolean> {
  const { data, shape } = stage.tensor;
  const digits = digitsOf(arrangement, sizes);
  const holds = (values: Values, i: number) => {
    const [found, magnitude] = values(digits(i));
    const [wanted, slack] = [data[i], 16 * stage.unit * magnitude];
    return found === wanted || (found !== found && wanted !== wanted) || Math.abs(found - wanted) <= slack;
  };
  const count = elementCount(shape);
  // The golden ratio's multiples are spread evenly, and meet all positions of all axes.
  for (let k = 0; k < Math.min(SAMPLE, count); k++)
    if (!holds(making.some, Math.floor((((k * (Math.sqrt(5) - 1)) / 2) % 1) * count))) return false;
  const all = await making.all();
  for await (const [from, to] of pace.stretches(count, STRETCH))
    for (let i = from; i < to; i++) if (!holds(all, i)) return false;
  return true;
}

export async function distanceOf({ name, tensor }: Stage, reading: Reading, pace: Pace): Promise<Distance> {
  const { shape, data } = tensor;
  const digits = digitsOf(reading.arrangement, reading.sizes);
  const all = await reading.making.all();
  let [error, worst] = [0, -1];
  for await (const [from, to] of pace.stretches(data.length, STRETCH))
    for (let i = from; i < to; i++) {
      const [found, wanted] = [all(digits(i))[0], data[i]];
      if (found === wanted || (found !== found && wanted !== wanted)) continue;
      const here = Math.abs(found - wanted);
      if (!(here <= error)) [error, worst] = [Number.isNaN(here) ? Infinity : here, i];
    }
  if (worst < 0) return { error, worst: null, place: null };
  const at = digits(worst);
  const { n, f, y: oy, x: ox, c, k: ky, l: kx } = at;
  const { geometry } = reading.making;
  // An element of the product is on the way to one of out.
  const place: Place =
    name === "product"
      ? { tensor: "out", index: [n, f, oy, ox] }
      : { tensor: name, index: [rowOf(geometry, { n, oy, ox }), tapOf(geometry, { c, ky, kx })] };
  return { error, worst: { index: indexAt(shape, worst), found: all(at)[0], expected: data[worst] }, place };
}
