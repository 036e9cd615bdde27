import { rowOf, tapOf } from "../../conv/columns";
import { type Intermediate, tensorOf } from "../../conv/passes";
import type { TensorName } from "../../conv/run";
import { type ComputeTensor, elementCount, indexAt } from "../../tensor/tensor";
import type { Pace } from "../pace";
import { type Gap, type Worst, gapOf } from "../trial";
import { type Arrangement, type Sizes, digitsOf, fitting, sizesOf } from "./arrangement";
import type { Making, Value, Values } from "./making";

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
export interface Distance extends Gap {
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
/** Of which so many are looked at in one turn. */
export const STRETCH = 1024;

/** null where sizes do not allow it. */
export function readingOf({ name, tensor }: Stage, making: Making, arrangement: Arrangement): Reading | null {
  const sizes = sizesOf(making.geometry);
  const how = fitting(name, arrangement, sizes, tensor.shape);
  return how && { arrangement, how, sizes, making };
}

/** Whether what was given differs from this by rounding at most. */
export async function fits(stage: Stage, { arrangement, sizes, making }: Reading, pace: Pace): Promise<boolean> {
  const digits = digitsOf(arrangement, sizes);
  const holds = (values: Values, i: number) => gapAt(stage, values(digits(i)), i).residual <= 1;
  const count = elementCount(stage.tensor.shape);
  // The golden ratio's multiples are spread evenly, and meet all positions of all axes.
  for (let k = 0; k < Math.min(SAMPLE, count); k++)
    if (!holds(making.some, Math.floor((((k * (Math.sqrt(5) - 1)) / 2) % 1) * count))) return false;
  const all = await making.all();
  for await (const [from, to] of pace.stretches(count, STRETCH))
    for (let i = from; i < to; i++) if (!holds(all, i)) return false;
  return true;
}

export async function distanceOf(stage: Stage, reading: Reading, pace: Pace): Promise<Distance> {
  const { shape, data } = stage.tensor;
  const digits = digitsOf(reading.arrangement, reading.sizes);
  const all = await reading.making.all();
  let [error, residual, bound, worst] = [0, 0, 0, -1];
  for await (const [from, to] of pace.stretches(data.length, STRETCH))
    for (let i = from; i < to; i++) {
      const gap = gapAt(stage, all(digits(i)), i);
      if (gap.error > error) [error, worst] = [gap.error, i];
      residual = Math.max(residual, gap.residual);
      bound = Math.max(bound, gap.bound);
    }
  if (worst < 0) return { error, residual, bound, worst: null, place: null };
  const at = digits(worst);
  const { n, f, y: oy, x: ox, c, k: ky, l: kx } = at;
  const { geometry } = reading.making;
  // An element of the product is on the way to one of out.
  const tensor = tensorOf(stage.name);
  const index = tensor === "out" ? [n, f, oy, ox] : [rowOf(geometry, { n, oy, ox }), tapOf(geometry, { c, ky, kx })];
  const found = all(at)[0];
  return {
    ...{ error, residual, bound, place: { tensor, index } },
    worst: { index: indexAt(shape, worst), found, expected: data[worst] },
  };
}

/** 16·u·Σ|x·w| bounds what rounding does to a sum: see rounding.ts. */
function gapAt({ tensor, unit }: Stage, [found, magnitude]: Value, i: number): Gap {
  return gapOf(found, tensor.data[i], 16 * unit * magnitude);
}
