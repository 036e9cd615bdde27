import type { Geometry } from "../src/conv/geometry";
import { rowAt } from "../src/conv/columns";
import type { TensorName } from "../src/conv/run";
import { type Picture, elementIn } from "../src/protocol/picture";
import type { Element } from "../src/trace/elements";

/** Names of the axes, as indices are called everywhere. */
export const axisNames: Readonly<Record<TensorName, readonly string[]>> = {
  x: ["n", "c", "iy", "ix"],
  dx: ["n", "c", "iy", "ix"],
  W: ["f", "c", "ky", "kx"],
  dW: ["f", "c", "ky", "kx"],
  b: ["f"],
  db: ["f"],
  col: ["row", "tap"],
  dcol: ["row", "tap"],
  out: ["n", "f", "oy", "ox"],
  dout: ["n", "f", "oy", "ox"],
};

/** `x[n 0, c 1, iy 11, ix 17]` */
export function elementName({ tensor, index }: Element): string {
  return `${tensor}[${index.map((i, axis) => `${axisNames[tensor][axis]} ${i}`).join(", ")}]`;
}

/** Without the names of the axes, for where there is little room: `x[0, 1, 11, 17]`. */
export function shortElementName({ tensor, index }: Element): string {
  return `${tensor}[${index.join(", ")}]`;
}

/** What a cell of a picture is called. */
export function cellName(g: Geometry, picture: Picture, row: number, col: number): string {
  return elementName({ tensor: picture.tensor, index: elementIn(g, picture, { row, col }) });
}

export function rowText(g: Geometry, row: number): string {
  const { n, oy, ox } = rowAt(g, row);
  return `n ${n}, oy ${oy}, ox ${ox}`;
}
