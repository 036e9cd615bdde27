import type { Geometry } from "../src/conv/geometry";
import { rowAt } from "../src/conv/columns";
import type { TensorName } from "../src/conv/run";
import { type Picture, elementIn } from "../src/protocol/picture";
import type { Element } from "../src/trace/order/elements";

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
  const name = elementName({ tensor: picture.tensor, index: elementIn(g, picture, { row, col }) });
  return picture.change === true ? `Δ ${name}` : name;
}

/** What a row and a column of a picture are called: "iy 3", "tap 13", "f 2". */
export function lineNames(g: Geometry, picture: Picture): readonly [(row: number) => string, (col: number) => string] {
  const { tensor, plane, transposed } = picture;
  const [down, across] = plane === null ? matrixAxes[tensor] : axisNames[tensor].slice(2);
  const along = (axis: 0 | 1, name: string) => (at: number) => {
    if (plane === null && picture.part === undefined) return `${name} ${at}`;
    const index = elementIn(g, picture, axis === 0 ? { row: at, col: 0 } : { row: 0, col: at });
    return `${name} ${index[index.length - 2 + axis] ?? at}`;
  };
  return transposed ? [along(0, across), along(1, down)] : [along(0, down), along(1, across)];
}
/** Of tensors laid out as matrices: W as Wᵀ, as the product reads it. */
const matrixAxes: Readonly<Record<TensorName, readonly [string, string]>> = {
  x: ["line", "ix"],
  dx: ["line", "ix"],
  col: ["row", "tap"],
  dcol: ["row", "tap"],
  W: ["tap", "f"],
  dW: ["tap", "f"],
  out: ["row", "f"],
  dout: ["row", "f"],
  b: ["sum", "f"],
  db: ["sum", "f"],
};

export function rowText(g: Geometry, row: number): string {
  const { n, oy, ox } = rowAt(g, row);
  return `n ${n}, oy ${oy}, ox ${ox}`;
}
