import { ConvError } from "../base/errors";
import { counted } from "../base/text";
import { type Setting, inputLaidOut } from "./layerNotes";
import { type Tensor, elementCount, shapeText, tensor, transpose } from "../tensor/tensor";

/** A tensor brought to four axes, and what had to be assumed for it. */
export interface Axes {
  readonly tensor: Tensor;
  readonly note?: string;
  /** What else it could have been taken as. */
  readonly instead?: readonly Setting[];
}

/** `layout` names the axes of a file in their order, `base` the order wanted: NCHW or OIHW. Any number of common letters. */
function reorder(source: Tensor, layout: string, base: string): Tensor {
  if (layout === base) return source;
  return transpose(
    source,
    base.split("").map((letter) => layout.indexOf(letter)),
  );
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

function reshaped(source: Tensor, shape: readonly number[]): Tensor {
  return tensor(source.dtype, shape, source.data);
}

/** x as [N, C, H, W]: two axes are one image of one channel, three a batch of one. Throws `bad-shape`. */
export function inputAxes(source: Tensor, layout: string): Axes {
  const { shape } = source;
  if (shape.length === 4) return { tensor: reorder(source, layout, "NCHW") };
  const kept = { 2: "HW", 3: "CHW" }[shape.length];
  if (kept === undefined)
    throw new ConvError({
      code: "bad-shape",
      what: `input has ${counted(shape.length, "axis", "axes")}`,
      expected: `4 axes ${layout}, 3 axes ${only(layout, "CHW")} or 2 axes ${only(layout, "HW")}`,
      found: foundText(shape),
    });
  const ordered = reorder(source, only(layout, kept), kept);
  const full = [...Array.from({ length: 4 - shape.length }, () => 1), ...ordered.shape];
  const reading = shape.length === 2 ? "one image of one channel" : "a batch of one";
  const note = `input ${shapeText(shape)} was taken as ${reading}: ${only(layout, kept)}, x is ${shapeText(full)}`;
  const others = ["NCHW", "NHWC"].filter((other) => only(other, kept) !== only(layout, kept));
  return { tensor: reshaped(ordered, full), note, instead: others.map(inputLaidOut) };
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
export function weightAxes(source: Tensor, layout: string): Axes {
  const { shape } = source;
  if (shape.length === 4) return { tensor: reorder(source, layout, "OIHW") };
  if (shape.length === 2) {
    const ordered = reorder(source, only(layout, "HW"), "HW");
    const full = [1, 1, ...ordered.shape];
    const note = `weight ${shapeText(shape)} was taken as one filter on one channel: W is ${shapeText(full)}`;
    return { tensor: reshaped(ordered, full), note };
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
export function biasAxes(source: Tensor, name: string): Axes {
  const { shape } = source;
  if (shape.length === 1) return { tensor: source };
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
    tensor: reshaped(source, full),
    note: `${name} ${shapeText(shape)} was taken as ${counted(full[0], "value")}, one for each filter`,
  };
}

/**
 * A tensor whose four axes are known already (dout, out, dx, dW) as `target`. Axes of length 1 may be missing. If the file's
 * layout does not lead there but `base` itself does, it is taken so, with a note. Throws `bad-shape`.
 */
export function knownAxes(name: string, source: Tensor, layout: string, base: string, target: readonly number[]): Axes {
  for (const order of [layout, base]) {
    const fitted = fit(source, order, base, target);
    if (fitted === null) continue;
    if (order === layout) return { tensor: fitted };
    return {
      tensor: fitted,
      note: `${name} ${shapeText(source.shape)} does not fit as ${layout}, so it was taken as ${base}`,
    };
  }
  const size = (letter: string) => target[base.indexOf(letter)];
  throw new ConvError({
    code: "bad-shape",
    what: `${name} does not fit this layer`,
    expected: `shape ${shapeText(layout.split("").map(size))} (${layout})`,
    found: foundText(source.shape),
  });
}

/** Axes of length 1 stand anywhere or nowhere; the others must be those of the target, in the layout's order. */
function fit(source: Tensor, layout: string, base: string, target: readonly number[]): Tensor | null {
  const long = base.split("").filter((_, axis) => target[axis] !== 1);
  const order = only(layout, long.join(""));
  const sizes = order.split("").map((letter) => target[base.indexOf(letter)]);
  const found = source.shape.filter((size) => size !== 1);
  if (source.shape.length > 4 || found.length !== sizes.length || found.some((size, i) => size !== sizes[i]))
    return null;
  return reshaped(reorder(reshaped(source, found), order, long.join("")), target);
}
