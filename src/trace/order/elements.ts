import { ConvError } from "../../base/errors";
import { PADDING, positionOf, rowOf, sourceOf, tapOf } from "../../conv/columns";
import { type Geometry, biasShape, colShape, outShape, weightShape, xShape } from "../../conv/geometry";
import type { TensorName } from "../../conv/run";
import { offsetOf, shapeText } from "../../tensor/tensor";
import type { Coordinates, Place } from "./steps";
import type { Stage } from "./stages";

/** One element of one tensor. x's index lies outside x where a window looks at zero padding. */
export interface Element {
  readonly tensor: TensorName;
  readonly index: readonly number[];
  /** It is reached through padding: a plain zero, or a copy of the cell that `index` names. */
  readonly padding?: true;
}

/** The elements that a step reads and writes. */
export interface Touch {
  readonly reads: readonly Element[];
  readonly writes: readonly Element[];
}

/** `x[0, 1, 2, 3]`; a cell of zero padding is no element: `padding at [0, 1, -1, 3]`. */
export function elementText(g: Geometry, { tensor, index, padding }: Element): string {
  return `${padding === true && g.paddingMode === "zeros" ? "padding at " : tensor}[${index.join(", ")}]`;
}

/** Shapes: x, dx [N, C, H, W]; W, dW [F, C/groups, kH, kW]; b, db [F]; col, dcol [rows, taps]; out, dout [N, F, oH, oW]. */
export function shapeOf(g: Geometry, tensor: TensorName): number[] {
  return shapes[tensor](g);
}

const shapes: Readonly<Record<TensorName, (g: Geometry) => number[]>> = {
  x: xShape,
  dx: xShape,
  W: weightShape,
  dW: weightShape,
  b: biasShape,
  db: biasShape,
  col: colShape,
  dcol: colShape,
  out: outShape,
  dout: outShape,
};

/** What the step at `place` reads and writes. Nothing is written by a col2im step whose window cell is zero padding. */
export function touchOf(g: Geometry, place: Place): Touch {
  return touches[place.stage](g, place);
}

const touches: Readonly<Record<Stage, (g: Geometry, place: Place) => Touch>> = {
  im2col: (g, { at }) => ({ reads: [windowCell(g, "x", at)], writes: [inColumns(g, "col", at)] }),
  gemm: (g, { at, last }) => ({
    reads: [inColumns(g, "col", at), inWeights(g, "W", at), ...(last && g.hasBias ? [inFilters("b", at)] : [])],
    writes: [inOutput("out", at)],
  }),
  db: (_, { at }) => ({ reads: [inOutput("dout", at)], writes: [inFilters("db", at)] }),
  dW: (g, { at }) => ({ reads: [inOutput("dout", at), inColumns(g, "col", at)], writes: [inWeights(g, "dW", at)] }),
  dcol: (g, { at }) => ({ reads: [inOutput("dout", at), inWeights(g, "W", at)], writes: [inColumns(g, "dcol", at)] }),
  col2im: (g, { at }) => {
    const target = scatterTarget(g, at);
    return { reads: [inColumns(g, "dcol", at)], writes: target === null ? [] : [target] };
  },
};

export function inColumns(g: Geometry, tensor: "col" | "dcol", at: Coordinates): Element {
  return { tensor, index: [rowOf(g, at), tapOf(g, at)] };
}
export function inWeights(g: Geometry, tensor: "W" | "dW", { f, c, ky, kx }: Coordinates): Element {
  return { tensor, index: [f, c % g.groupChannels, ky, kx] };
}
export function inOutput(tensor: "out" | "dout", { n, f, oy, ox }: Coordinates): Element {
  return { tensor, index: [n, f, oy, ox] };
}
export function inFilters(tensor: "b" | "db", { f }: Coordinates): Element {
  return { tensor, index: [f] };
}

/** The cell of x or dx that tap (c, ky, kx) of window (n, oy, ox) looks at. */
export function windowCell(g: Geometry, tensor: "x" | "dx", { n, oy, ox, c, ky, kx }: Coordinates): Element {
  const y = positionOf(g.y, oy, ky);
  const x = positionOf(g.x, ox, kx);
  if (y >= 0 && y < g.y.size && x >= 0 && x < g.x.size) return { tensor, index: [n, c, y, x] };
  const iy = sourceOf(g.y, g.paddingMode, y);
  const ix = sourceOf(g.x, g.paddingMode, x);
  return { tensor, index: iy === PADDING || ix === PADDING ? [n, c, y, x] : [n, c, iy, ix], padding: true };
}

/** The cell of dx that a gradient of tap (c, ky, kx) of window (n, oy, ox) is added to; null: dropped in zero padding. */
export function scatterTarget(g: Geometry, at: Coordinates): Element | null {
  const cell = windowCell(g, "dx", at);
  return cell.padding && g.paddingMode === "zeros" ? null : cell;
}

/** The cell of its stage that makes an element of out, db, dW or dcol; for col the step that copies it. */
export function cellOf(g: Geometry, tensor: TensorName, index: readonly number[]): number {
  if (tensor === "out") return rowOf(g, { n: index[0], oy: index[2], ox: index[3] }) * g.filters + index[1];
  return offsetOf(shapeOf(g, tensor), index);
}

/** Throws ConvError `bad-value` if there is no such element: axis, size and what was asked for are in the message. */
export function checkIndex(g: Geometry, tensor: TensorName, index: readonly number[]): void {
  if (tensor === "b" && !g.hasBias) throw noElement(tensor, index, "this layer has no bias");
  const shape = shapeOf(g, tensor);
  if (index.length !== shape.length)
    throw noElement(tensor, index, `${tensor} has ${shape.length} axes: ${shapeText(shape)}`);
  for (const [axis, i] of index.entries())
    if (!Number.isSafeInteger(i) || i < 0 || i >= shape[axis])
      throw noElement(tensor, index, `axis ${axis} of ${tensor} ${shapeText(shape)} goes from 0 to ${shape[axis] - 1}`);
}

function noElement(tensor: TensorName, index: readonly number[], why: string): ConvError {
  return new ConvError({ code: "bad-value", what: `there is no ${tensor}[${index.join(", ")}]: ${why}` });
}
