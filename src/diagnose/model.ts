import { ConvError } from "../base/errors";
import type { ResultName } from "../conv/passes";
import { type Geometry, geometryOf, outShape } from "../conv/geometry";
import type { Run, RunInputs } from "../conv/run";
import type { PaddingMode, Pair, Sides } from "../conv/spec";
import { type Field, type FieldMap, type Shape4, constantField, fieldOf, mapped, materialise } from "./field";
import type { CoarseType } from "./grid";
import type { Pace } from "./pace";
import { type Scatter, type Sums, directSums } from "./sums";

export interface Settings {
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly padding: Sides;
  readonly mode: PaddingMode;
  readonly groups: number;
}

export type Gradient = Exclude<ResultName, "out">;

/** A change of a result, on its values and in the same way on the sums of absolute values that bound their rounding. */
export type Finish = (field: Field, kind: "value" | "magnitude") => Field;

/** A layer as hypotheses change it: what goes in, how it is laid, and what becomes of the results. */
export interface Model {
  readonly x: Field;
  readonly W: Field;
  /** What is added to out: [1, F, 1, 1], or any other shape that NumPy would broadcast; null: nothing. */
  readonly b: Field | null;
  /** null: ones, as large as out, whatever its size. */
  readonly dout: Field | null;
  readonly settings: Settings;
  /** What each gradient makes of dout before it uses it. */
  readonly start: Readonly<Record<Gradient, readonly FieldMap[]>>;
  readonly finish: Readonly<Record<ResultName, readonly Finish[]>>;
  readonly scatter: Scatter;
  /** Results are rounded to one of 16 bits; or something on the way to float32. */
  readonly coarse: CoarseType | null;
  /** Zero padding is left out of the sums instead of being multiplied: 0 · ∞ is then nothing, not NaN. */
  readonly skipsPadding: boolean;
}

/** What a model makes of one tensor, and the same sums on absolute values. */
export interface Prediction {
  readonly value: Field;
  readonly magnitude: Field;
}

export async function modelOf({ geometry: g, tensors: { x, W, b, dout } }: Run, pace: Pace): Promise<Model> {
  return {
    x: fieldOf(x),
    W: fieldOf(W),
    b: b && fieldOf(b),
    dout: (await pace.every(dout.data, (value) => value === 1)) ? null : fieldOf(dout),
    settings: {
      stride: [g.y.stride, g.x.stride],
      dilation: [g.y.dilation, g.x.dilation],
      padding: [
        [g.y.begin, g.y.end],
        [g.x.begin, g.x.end],
      ],
      mode: g.paddingMode,
      groups: g.groups,
    },
    start: { dx: [], dW: [], db: [] },
    finish: { out: [], dx: [], dW: [], db: [] },
    scatter: "add",
    coarse: null,
    skipsPadding: false,
  };
}

/** The model's geometry, or null where it is no layer at all. */
export function geometryIn({ x, W, settings }: Model): Geometry | null {
  const { mode, ...spec } = settings;
  try {
    return geometryOf(x.shape, W.shape, null, { ...spec, paddingMode: mode });
  } catch (error) {
    if (error instanceof ConvError && error.code === "bad-geometry") return null;
    throw error;
  }
}

/** Runs a layer in full: the engine, injected. */
export type Compute = (inputs: RunInputs, signal?: AbortSignal) => Promise<Run>;

/** Cells of one result, each worked out by itself when it is asked for; null where the model has no such result. */
export function predictCells(model: Model, name: ResultName): Prediction | null {
  const inputs = inputsFor(model, name);
  return inputs && finished(model, name, directSums(inputs, name, model));
}

/** Whole results of one model, by the engine, in float64. Those that start from the same dout share a run. */
export class Predictor {
  readonly #made: { start: readonly FieldMap[]; runs: Promise<[Run, Run]> }[] = [];

  constructor(
    readonly model: Model,
    readonly compute: Compute,
    readonly pace: Pace,
  ) {}

  async predict(name: ResultName): Promise<Prediction | null> {
    const { model } = this;
    const inputs = inputsFor(model, name);
    if (inputs === null) return null;
    // What the engine cannot be asked for.
    if ((name === "dx" && model.scatter !== "add") || (name === "out" && model.skipsPadding))
      return finished(model, name, directSums(inputs, name, model));
    const start = startOf(model, name);
    let found = this.#made.find(
      (other) => other.start.length === start.length && other.start.every((map, i) => map === start[i]),
    );
    if (found === undefined) this.#made.push((found = { start, runs: this.#run(inputs) }));
    const [value, magnitude] = (await found.runs).map((run) => fieldOf(run.tensors[name]));
    return finished(model, name, { value, magnitude });
  }

  async #run({ geometry, x, W, dout }: Sums): Promise<[Run, Run]> {
    const run = async (change: FieldMap) => {
      const made = (field: Field) => materialise(change(field), "float64", this.pace);
      return this.compute(
        { geometry, b: null, x: await made(x), W: await made(W), dout: await made(dout) },
        this.pace.signal,
      );
    };
    return [await run((field) => field), await run(mapped(Math.abs))];
  }
}

/** Out takes part in the run of whichever gradients are asked for. */
function startOf({ start }: Model, name: ResultName): readonly FieldMap[] {
  return name === "out" ? start.dx : start[name];
}

export function inputsFor(model: Model, name: ResultName): Sums | null {
  const geometry = geometryIn(model);
  if (geometry === null) return null;
  const [batch, filters, height, width] = outShape(geometry);
  const shape: Shape4 = [batch, filters, height, width];
  const fits = model.dout === null || sameShape(model.dout.shape, shape);
  if (!fits && name !== "out") return null;
  const given = fits && model.dout !== null ? model.dout : constantField(shape, 1);
  const dout = startOf(model, name).reduce((field, change) => change(field), given);
  if (sameShape(dout.shape, shape)) return { geometry, x: model.x, W: model.W, dout };
  return name === "out" ? { geometry, x: model.x, W: model.W, dout: given } : null;
}

function finished(model: Model, name: ResultName, { value, magnitude }: Prediction): Prediction {
  const finish = (field: Field, kind: "value" | "magnitude") => {
    const biased = name === "out" && model.b !== null ? withBias(field, model.b, kind) : field;
    return model.finish[name].reduce((result, change) => change(result, kind), biased);
  };
  return { value: finish(value, "value"), magnitude: finish(magnitude, "magnitude") };
}

function withBias(field: Field, b: Field, kind: "value" | "magnitude"): Field {
  const [batch, filters, height, width] = b.shape;
  const size = kind === "magnitude" ? Math.abs : (value: number) => value;
  return {
    shape: field.shape,
    at: (n, f, oy, ox) =>
      field.at(n, f, oy, ox) +
      size(b.at(batch === 1 ? 0 : n, filters === 1 ? 0 : f, height === 1 ? 0 : oy, width === 1 ? 0 : ox)),
  };
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
