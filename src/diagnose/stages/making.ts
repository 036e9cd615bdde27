import { PADDING, sourceMap, tapAt } from "../../conv/columns";
import type { Intermediate } from "../../conv/passes";
import { type Geometry, geometryOf } from "../../conv/geometry";
import { defaultSpec } from "../../conv/spec";
import { type Field, type FieldMap, fieldOf, mapped, materialise } from "../field";
import { type Compute, type Model, Predictor, inputsFor } from "../model";
import type { Pace } from "../pace";
import { type Sums, directSums } from "../sums";
import type { Digits } from "./arrangement";

/** A sum, and the same one of absolute values. */
export type Value = readonly [number, number];
export type Values = (digits: Digits) => Value;

/** A step in between as a model makes it. */
export interface Making {
  readonly geometry: Geometry;
  /** Each by itself, for a few. */
  readonly some: Values;
  /** For all of them: sums are left to the engine, in float64. */
  readonly all: () => Promise<Values>;
}

/** null: the model makes no such thing. */
export function makingOf(name: Intermediate, model: Model, compute: Compute, pace: Pace): Making | null {
  const inputs = inputsFor(model, name === "dcol" ? "dx" : "out");
  if (inputs === null) return null;
  const { geometry } = inputs;
  if (name === "col") {
    const some = colOf(inputs);
    return { geometry, some, all: () => Promise.resolve(some) };
  }
  const [some, whole] =
    name === "product"
      ? [productIn(directSums(inputs, "out", model)), () => productOf(model, compute, pace)]
      : [dcolOf(inputs), () => wholeDcolOf(inputs, compute, pace)];
  let made: Promise<Values> | undefined;
  return { geometry, some, all: () => (made ??= whole()) };
}

function colOf({ geometry: g, x }: Sums): Values {
  const [lines, columns] = [sourceMap(g.y, g.paddingMode), sourceMap(g.x, g.paddingMode)];
  return ({ n, y, x: ox, c, k, l }) => {
    const [iy, ix] = [lines[y * g.y.stride + k * g.y.dilation], columns[ox * g.x.stride + l * g.x.dilation]];
    const value = iy === PADDING || ix === PADDING ? 0 : x.at(n, c, iy, ix);
    return [value, Math.abs(value)];
  };
}

function productIn({ value, magnitude }: { readonly value: Field; readonly magnitude: Field }): Values {
  return ({ n, f, y, x }) => [value.at(n, f, y, x), magnitude.at(n, f, y, x)];
}

/** It is out before bias, and before whatever else is done to it. */
async function productOf(model: Model, compute: Compute, pace: Pace): Promise<Values> {
  const bare: Model = { ...model, b: null, finish: { ...model.finish, out: [] } };
  const made = await new Predictor(bare, compute, pace).predict("out");
  return productIn(made!); // the model has inputs for it, as `makingOf` has seen
}

function dcolOf({ geometry: g, W, dout }: Sums): Values {
  return ({ n, y, x, c, k, l }) => {
    const group = Math.floor(c / g.groupChannels);
    let [sum, magnitude] = [0, 0];
    for (let f = group * g.groupFilters; f < (group + 1) * g.groupFilters; f++) {
      const product = dout.at(n, f, y, x) * W.at(f, c % g.groupChannels, k, l);
      sum += product;
      magnitude += Math.abs(product);
    }
    return [sum, magnitude];
  };
}

/** dout · W is a layer of its own: a kernel of 1×1 from dout's filters to the taps, which fall into the same groups. */
async function wholeDcolOf({ geometry: g, W, dout }: Sums, compute: Compute, pace: Pace): Promise<Values> {
  const taps: Field = {
    shape: [g.taps, g.groupFilters, 1, 1],
    at: (tap, f) => {
      const { c, ky, kx } = tapAt(g, tap);
      return W.at(Math.floor(c / g.groupChannels) * g.groupFilters + f, c % g.groupChannels, ky, kx);
    },
  };
  const geometry = geometryOf(dout.shape, taps.shape, null, { ...defaultSpec, groups: g.groups });
  const run = async (change: FieldMap) => {
    const [x, weight] = [
      await materialise(change(dout), "float64", pace),
      await materialise(change(taps), "float64", pace),
    ];
    const made = await compute({ geometry, x, W: weight, b: null, dout: null }, pace.signal);
    return fieldOf(made.tensors.out);
  };
  const [value, magnitude] = [await run((field) => field), await run(mapped(Math.abs))];
  return ({ n, y, x, c, k, l }) => {
    const tap = (c * g.y.kernel + k) * g.x.kernel + l;
    return [value.at(n, tap, y, x), magnitude.at(n, tap, y, x)];
  };
}
