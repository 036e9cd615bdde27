import type { Intermediate } from "../../conv/passes";
import { PADDING, rowOf, sourceMap, tapOf } from "../../conv/columns";
import type { TensorName } from "../../conv/run";
import { type ComputeTensor, elementCount, indexAt } from "../../tensor/tensor";
import { type Model, inputsFor } from "../model";
import type { Pace } from "../pace";
import { type Sums, directSums } from "../sums";
import type { Worst } from "../trial";
import { type Arrangement, digitsOf, fitting, sizesOf } from "./arrangement";

/** A step in between as somebody has it. */
export interface Stage {
  readonly name: Intermediate;
  readonly tensor: ComputeTensor;
  /** Unit roundoff of what it was computed in. */
  readonly unit: number;
}

type Sizes = ReturnType<typeof sizesOf>;
type Digits = Readonly<Record<string, number>>;
/** A sum, and the same one of absolute values. */
type Value = readonly [number, number];

/** A stage taken as what a model makes of it, in one arrangement. */
export interface Reading {
  readonly how: "axes" | "reshaped";
  readonly sizes: Sizes;
  readonly at: (i: number) => Value;
  /** The element of the run that it stands for; of the product, the one of out that it becomes. */
  readonly placeOf: (i: number) => Place;
  readonly fits: (pace: Pace) => Promise<boolean>;
}

/** An element of a run. */
export interface Place {
  readonly tensor: TensorName;
  readonly index: readonly number[];
}

/** Elements that nearly everything wrong fails at. */
const SAMPLE = 32;
const STRETCH = 64;

/** null where sizes do not allow it. */
export function readingOf({ name, tensor, unit }: Stage, model: Model, arrangement: Arrangement): Reading | null {
  const inputs = inputsFor(model, name === "dcol" ? "dx" : "out");
  if (inputs === null) return null;
  const sizes = sizesOf(inputs.geometry);
  const how = fitting(name, arrangement, sizes, tensor.shape);
  if (how === null || tensor.data.length === 0) return null;
  const digits = digitsOf(arrangement, sizes);
  const value = valueOf(name, inputs, model);
  const at = (i: number) => value(digits(i));
  const holds = (i: number) => {
    const [found, magnitude] = at(i);
    const wanted = tensor.data[i];
    return (
      found === wanted || (found !== found && wanted !== wanted) || Math.abs(found - wanted) <= 16 * unit * magnitude
    );
  };
  const fits = async (pace: Pace) => {
    const count = elementCount(tensor.shape);
    // The golden ratio's multiples are spread evenly, and meet all positions of all axes.
    for (let k = 0; k < SAMPLE; k++) if (!holds(Math.floor((((k * (Math.sqrt(5) - 1)) / 2) % 1) * count))) return false;
    for await (const [from, to] of pace.stretches(count, STRETCH))
      for (let i = from; i < to; i++) if (!holds(i)) return false;
    return true;
  };
  const placeOf = (i: number): Place => {
    const { n, f, y: oy, x: ox, c, k: ky, l: kx } = digits(i);
    if (name === "product") return { tensor: "out", index: [n, f, oy, ox] };
    return { tensor: name, index: [rowOf(inputs.geometry, { n, oy, ox }), tapOf(inputs.geometry, { c, ky, kx })] };
  };
  return { how, sizes, at, placeOf, fits };
}

function valueOf(name: Intermediate, inputs: Sums, model: Model): (digits: Digits) => Value {
  const { geometry: g, x, W, dout } = inputs;
  if (name === "product") {
    const { value, magnitude } = directSums(inputs, "out", model);
    return ({ n, f, y, x: ox }) => [value.at(n, f, y, ox), magnitude.at(n, f, y, ox)];
  }
  if (name === "col") {
    const [lines, columns] = [sourceMap(g.y, g.paddingMode), sourceMap(g.x, g.paddingMode)];
    return ({ n, y, x: ox, c, k, l }) => {
      const [iy, ix] = [lines[y * g.y.stride + k * g.y.dilation], columns[ox * g.x.stride + l * g.x.dilation]];
      const value = iy === PADDING || ix === PADDING ? 0 : x.at(n, c, iy, ix);
      return [value, Math.abs(value)];
    };
  }
  return ({ n, y, x: ox, c, k, l }) => {
    const group = Math.floor(c / g.groupChannels);
    let [sum, magnitude] = [0, 0];
    for (let f = group * g.groupFilters; f < (group + 1) * g.groupFilters; f++) {
      const product = dout.at(n, f, y, ox) * W.at(f, c % g.groupChannels, k, l);
      sum += product;
      magnitude += Math.abs(product);
    }
    return [sum, magnitude];
  };
}

/** Where a reading is farthest from what was given. */
export async function worstOf(
  { tensor }: Stage,
  { at, placeOf }: Reading,
  pace: Pace,
): Promise<{ error: number; worst: Worst | null; place: Place | null }> {
  let [error, worst] = [0, -1];
  for await (const [from, to] of pace.stretches(tensor.data.length, STRETCH))
    for (let i = from; i < to; i++) {
      const [found, wanted] = [at(i)[0], tensor.data[i]];
      if (found === wanted || (found !== found && wanted !== wanted)) continue;
      const here = Math.abs(found - wanted);
      if (!(here <= error)) [error, worst] = [Number.isNaN(here) ? Infinity : here, i];
    }
  if (worst < 0) return { error, worst: null, place: null };
  const { shape, data } = tensor;
  const found = { index: indexAt(shape, worst), found: at(worst)[0], expected: data[worst] };
  return { error, worst: found, place: placeOf(worst) };
}
