import { ConvError } from "../base/errors";
import { counted } from "../base/text";
import { type Setting, inputLaidOut } from "./layerNotes";
import { type Tensor, elementCount, indexAt, offsetOf, shapeText, tensor, transpose } from "../tensor/tensor";

/** How the axes of a file become those of a layer, and what had to be assumed for it. */
export interface Axes {
  /** Of the file. */
  readonly from: readonly number[];
  /** The file's axes in the order in which they are wanted. */
  readonly order: readonly number[];
  /** What they are then taken as: axes of length 1 come or go. */
  readonly shape: readonly number[];
  readonly note?: string;
  /** What else it could have been taken as. */
  readonly instead?: readonly Setting[];
}

/** A file's tensor with the layer's axes. Copies only if the elements must move. */
export function arranged(source: Tensor, { from, order, shape }: Axes): Tensor {
  const long = order.filter((axis) => from[axis] !== 1);
  const moves = long.some((axis, i) => i > 0 && axis < long[i - 1]);
  return tensor(source.dtype, shape, moves ? transpose(source, order).data : source.data);
}

/** Where the element at `index` of the file is in the layer's tensor. */
export function arrangedIndex({ from, order, shape }: Axes, index: readonly number[]): number[] {
  const [sizes, at] = [order.map((axis) => from[axis]), order.map((axis) => index[axis])];
  return indexAt(shape, offsetOf(sizes, at));
}

/** `layout` names the axes of a file in their order, `base` the order wanted: NCHW or OIHW. Any number of common letters. */
function reordered(from: readonly number[], layout: string, base: string): Axes {
  const order = base.split("").map((letter) => layout.indexOf(letter));
  return { from, order, shape: order.map((axis) => from[axis]) };
}

/** The letters of `layout` that are among `kept`. */
function only(layout: string, kept: string): string {
  return layout
    .split("")
    .filter((letter) => kept.includes(letter))
    .join("");
}

/** One axis in brackets: a bare number would not look like a shape. */
function foundText(shape: readonly number[]): string {
  return `shape ${shape.length === 1 ? `(${shape[0]})` : shapeText(shape)}`;
}

/** x as [N, C, H, W]: two axes are one image of one channel, three a batch of one. Throws `bad-shape`. */
export function inputAxes(shape: readonly number[], layout: string): Axes {
  if (shape.length === 4) return reordered(shape, layout, "NCHW");
  const kept = { 2: "HW", 3: "CHW" }[shape.length];
  if (kept === undefined)
    throw new ConvError({
      code: "bad-shape",
      what: `input has ${counted(shape.length, "axis", "axes")}`,
      expected: `4 axes ${layout}, 3 axes ${only(layout, "CHW")} or 2 axes ${only(layout, "HW")}`,
      found: foundText(shape),
    });
  const axes = reordered(shape, only(layout, kept), kept);
  const full = [...Array.from({ length: 4 - shape.length }, () => 1), ...axes.shape];
  const reading = shape.length === 2 ? "one image of one channel" : "a batch of one";
  const note = `input ${shapeText(shape)} was taken as ${reading}: ${only(layout, kept)}, x is ${shapeText(full)}`;
  const others = ["NCHW", "NHWC"].filter((other) => only(other, kept) !== only(layout, kept));
  return { ...axes, shape: full, note, instead: others.map(inputLaidOut) };
}

/**
 * What was assumed of an x with four axes whose layout nobody stated, if it fits the layer's `channels` in the other usual one as
 * well. `shape` is the file's.
 */
export function doubtfulLayout(shape: readonly number[], channels: number): Pick<Axes, "note" | "instead"> {
  if (shape.length !== 4 || shape[1] !== channels || shape[3] !== channels) return {};
  const note = `input ${shapeText(shape)} was taken as NCHW, and would fit as NHWC, too`;
  return { note, instead: [inputLaidOut("NHWC")] };
}

/** W as [F, C/groups, kH, kW]: two axes are one filter on one channel. Three can be read in two ways, so they are refused. */
export function weightAxes(shape: readonly number[], layout: string): Axes {
  if (shape.length === 4) return reordered(shape, layout, "OIHW");
  if (shape.length === 2) {
    const axes = reordered(shape, only(layout, "HW"), "HW");
    const full = [1, 1, ...axes.shape];
    const note = `weight ${shapeText(shape)} was taken as one filter on one channel: W is ${shapeText(full)}`;
    return { ...axes, shape: full, note };
  }
  const [a, b, c] = shape;
  const readings = new Set([`[1, ${a}, ${b}, ${c}]`, `[${a}, 1, ${b}, ${c}]`]);
  throw new ConvError({
    code: "bad-shape",
    what:
      shape.length === 3 && a !== 1
        ? `weight ${shapeText(shape)} can be read in two ways: one filter on ${a} channels, or ${a} filters on one channel`
        : `weight has ${counted(shape.length, "axis", "axes")}`,
    expected: `4 axes ${layout}`,
    found: foundText(shape),
    remedy: shape.length === 3 ? `Write all four axes: ${[...readings].join(" or ")}` : undefined,
  });
}

/** b as [F]; axes of length 1 around it are taken away. */
export function biasAxes(shape: readonly number[], name: string): Axes {
  const order = shape.map((_, axis) => axis);
  if (shape.length === 1) return { from: shape, order, shape };
  const longer = shape.filter((size) => size !== 1);
  if (longer.length > 1)
    throw new ConvError({
      code: "bad-shape",
      what: `${name} has ${longer.length} axes`,
      expected: "one axis, a value for each filter",
      found: `shape ${shapeText(shape)}`,
    });
  const full = [elementCount(shape)];
  return {
    from: shape,
    order,
    shape: full,
    note: `${name} ${shapeText(shape)} was taken as ${counted(full[0], "value")}, one for each filter`,
  };
}

/**
 * A tensor whose four axes are known already (dout, out, dx, dW) as `target`. Axes of length 1 may be missing. If the file's
 * layout does not lead there but `base` itself does, it is taken so, with a note. Throws `bad-shape`.
 */
export function knownAxes(
  name: string,
  shape: readonly number[],
  layout: string,
  base: string,
  target: readonly number[],
): Axes {
  for (const order of [layout, base]) {
    const fitted = fit(shape, order, base, target);
    if (fitted === null) continue;
    if (order === layout) return fitted;
    return {
      ...fitted,
      note: `${name} ${shapeText(shape)} does not fit as ${layout}, so it was taken as ${base}`,
    };
  }
  const size = (letter: string) => target[base.indexOf(letter)];
  throw new ConvError({
    code: "bad-shape",
    what: `${name} does not fit this layer`,
    expected: `shape ${shapeText(layout.split("").map(size))} (${layout})`,
    found: foundText(shape),
  });
}

/** Axes of length 1 stand anywhere or nowhere; the others must be those of the target, in the layout's order. */
function fit(from: readonly number[], layout: string, base: string, target: readonly number[]): Axes | null {
  const wanted = base.split("").filter((_, axis) => target[axis] !== 1);
  const letters = only(layout, wanted.join(""));
  const axes = from.map((_, axis) => axis);
  const long = axes.filter((axis) => from[axis] !== 1);
  const sizes = letters.split("").map((letter) => target[base.indexOf(letter)]);
  if (from.length > 4 || long.length !== sizes.length || long.some((axis, i) => from[axis] !== sizes[i])) return null;
  const order = wanted.map((letter) => long[letters.indexOf(letter)]);
  return { from, order: [...order, ...axes.filter((axis) => from[axis] === 1)], shape: target };
}

/** In any layout, and of any shape: as they stand. */
export function axesAsTheyAre(shape: readonly number[]): Axes {
  return { from: shape, order: shape.map((_, axis) => axis), shape };
}

/** An expected result as `known` takes it; if that refuses its shape, as it stands, with axes of length 1 before it. */
export function expectedAxes(shape: readonly number[], axes: 1 | 4, known: (shape: readonly number[]) => Axes): Axes {
  try {
    return known(shape);
  } catch (error) {
    if (!(error instanceof ConvError) || error.code !== "bad-shape" || shape.length > 4) throw error;
    const full = axes === 1 ? [elementCount(shape)] : [...Array.from({ length: 4 - shape.length }, () => 1), ...shape];
    return { ...axesAsTheyAre(shape), shape: full };
  }
}
