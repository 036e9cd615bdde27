import type { Geometry } from "../src/conv/geometry";
import type { TensorName } from "../src/conv/run";
import { tensorNames } from "../src/protocol/names";
import { type Picture, matrixPicture, planePicture } from "../src/protocol/picture";
import { shapeOf } from "../src/trace/order/elements";
import { type Slice, sliceOf } from "../src/trace/expression/slices";

/** A part of a tensor that somebody wants to look at: on each axis some of its indices. */
export interface Cut {
  readonly tensor: TensorName;
  readonly axes: readonly Slice[];
}

/** What the text means, or what is wrong with it. */
export type Cutting =
  { readonly cut: Cut; readonly wrong?: undefined } | { readonly wrong: string; readonly cut?: undefined };

interface Pictures {
  readonly count: number;
  readonly at: (turn: number) => Picture;
}

const NUMBER = /^[+-]?\d{1,15}$/;

/** A view of a tensor in NumPy's notation: "out", "x[0, 1]", "W[:, 2, ::-1]", "x[..., 10:20]". Axes that are left out are whole. */
export function cutOf(text: string, g: Geometry): Cutting {
  const parts = /^\s*([a-z]+)\s*(?:\[([^[\]]*)\])?\s*$/i.exec(text);
  const name = parts?.[1];
  const tensor = tensorNames.find((each) => each === name) ?? tensorNames.find((each) => each === name?.toLowerCase());
  if (tensor === undefined)
    return { wrong: `a tensor (${tensorNames.join(", ")}), then its slices: out[0, :, ::2, 3:]` };
  if (tensor === "b" && !g.hasBias) return { wrong: "this layer has no bias" };
  const shape = shapeOf(g, tensor);
  const items = filledUp(parts?.[2] ?? "", shape.length);
  if (items === null) return { wrong: `${tensor} has ${shape.length} axes: ${shape.join(" × ")}` };
  const axes: Slice[] = [];
  for (const [axis, item] of items.entries()) {
    const slice = sliceAt(item, shape[axis]);
    if (slice === null) return { wrong: `an index or a slice instead of “${item}”` };
    if (slice.count === 0)
      return { wrong: `nothing is left of axis ${axis} of ${tensor}, which goes from 0 to ${shape[axis] - 1}` };
    axes.push(slice);
  }
  return { cut: { tensor, axes } };
}

/** One item for each axis; null if there are too many. */
function filledUp(list: string, axes: number): string[] | null {
  const items = list.trim() === "" ? [] : list.split(",").map((item) => item.trim());
  const dots = items.indexOf("...");
  const given = items.filter((item) => item !== "...").length;
  if (given > axes || items.length > given + 1) return null;
  const whole = Array.from({ length: axes - given }, () => ":");
  return dots < 0 ? [...items, ...whole] : items.toSpliced(dots, 1, ...whole);
}

/** null if it is neither an index nor a slice; without elements where the index does not exist. */
function sliceAt(item: string, size: number): Slice | null {
  if (NUMBER.test(item)) {
    const index = Number(item) < 0 ? Number(item) + size : Number(item);
    return { first: index, step: 1, count: index >= 0 && index < size ? 1 : 0 };
  }
  const bounds = item.split(":").map((bound) => bound.trim());
  if (bounds.length < 2 || bounds.length > 3 || !bounds.every((bound) => bound === "" || NUMBER.test(bound)))
    return null;
  const [start, stop, step] = bounds.map((bound) => (bound === "" ? undefined : Number(bound)));
  return step === 0 ? null : sliceOf(size, start, stop, step);
}

/** How many planes (or matrices) a cut has, and the one at a turn: the last two axes for each index of the others. */
export function picturesOf(g: Geometry, { tensor, axes }: Cut): Pictures {
  const shape = shapeOf(g, tensor);
  if (shape.length < 4) {
    const cols = axes[axes.length - 1];
    const rows = axes.length > 1 ? axes[0] : { first: 0, step: 1, count: 1 };
    const part = axes.every((slice, axis) => isWhole(slice, shape[axis])) ? {} : { part: { rows, cols } };
    return { count: 1, at: () => ({ ...matrixPicture(tensor), ...part }) };
  }
  const [major, minor, rows, cols] = axes;
  const part = isWhole(rows, shape[2]) && isWhole(cols, shape[3]) ? {} : { part: { rows, cols } };
  return {
    count: major.count * minor.count,
    at: (turn) => {
      const i = major.first + Math.floor(turn / minor.count) * major.step;
      return { ...planePicture(tensor, i, minor.first + (turn % minor.count) * minor.step), ...part };
    },
  };
}

function isWhole({ first, step, count }: Slice, size: number): boolean {
  return first === 0 && step === 1 && count === size;
}

/** All of a tensor, as it is looked at first: of a batch the first one. */
export function wholeOf(tensor: TensorName, g: Geometry): string {
  const axes = shapeOf(g, tensor).map(() => ":");
  if (axes.length === 4 && tensor !== "W" && tensor !== "dW") axes[0] = "0";
  return `${tensor}[${axes.join(", ")}]`;
}
