import { counted } from "../base/text";
import { PADDING, positionOf, sourceOf } from "../conv/columns";
import { type Axis, type Geometry, weightShape } from "../conv/geometry";
import { usesOf } from "../conv/receptive";
import type { RunTensors } from "../conv/run";
import { offsetOf, shapeText } from "../tensor/tensor";
import { numberText } from "./shapes";

/** Tensors of the last run of this very layer, and whether its text has been changed since. */
export interface LastRun {
  readonly tensors: Pick<RunTensors, "dW" | "db" | "dx">;
  readonly changed: boolean;
}

/** What an element of W does: where it stands, its uses, its gradient. One line each. */
export function weightLines(g: Geometry, index: readonly number[], run: LastRun | null): string[] {
  const [f, c, ky, kx] = index;
  const group = Math.floor(f / Math.max(1, g.groupFilters));
  const channel = group * g.groupChannels + c;
  const inside = g.batch * reached(g, g.y, ky) * reached(g, g.x, kx);
  const padded = inside === g.rows ? "" : `: ${inside} with cells of x, ${g.rows - inside} with zeros of the padding`;
  return [
    `filter ${f}, channel ${channel} of x${g.groups > 1 ? ` (${c} of group ${group})` : ""}, tap (${ky}, ${kx})`,
    `used in N · oH · oW = ${g.batch} · ${g.y.out} · ${g.x.out} = ${counted(g.rows, "product")} of out[:, ${f}]${padded}`,
    ...gradient("dW", index, run, weightShape(g), "each of these products' dout times the cell of x"),
  ];
}

/** The same of an element of b. */
export function biasLines(g: Geometry, [f]: readonly number[], run: LastRun | null): string[] {
  return [
    `added last to each of the ${counted(g.rows, "cell")} of out[:, ${f}]`,
    ...gradient("db", [f], run, [g.weightFilters], "dout over these cells"),
  ];
}

/** The same of an element of x. */
export function inputLines(g: Geometry, index: readonly number[], run: LastRun | null): string[] {
  const [, c, iy, ix] = index;
  const uses = usesOf(g, iy, ix).length;
  return [
    `channel ${c}, row ${iy}, column ${ix}`,
    `in ${counted(uses, "tap")} of windows, each used by ${counted(g.groupFilters, "filter")}: ${counted(uses * g.groupFilters, "product")}`,
    ...gradient("dx", index, run, [g.batch, g.channels, g.y.size, g.x.size], "what these windows send back"),
  ];
}

/** Output positions of one axis at which this tap does not read a plain zero of the padding. */
function reached(g: Geometry, axis: Axis, k: number): number {
  let count = 0;
  for (let o = 0; o < axis.out; o++) if (sourceOf(axis, g.paddingMode, positionOf(axis, o, k)) !== PADDING) count++;
  return count;
}

function gradient(
  name: "dW" | "db" | "dx",
  index: readonly number[],
  run: LastRun | null,
  shape: readonly number[],
  sum: string,
): string[] {
  const of = `${name}[${index.join(", ")}]`;
  const tensor = run?.tensors[name];
  // Another shape is another layer's.
  if (run === null || tensor === undefined || shapeText(tensor.shape) !== shapeText(shape))
    return [`${of} = the sum of ${sum}; known after a run`];
  const value = numberText(tensor.data[offsetOf(shape, index)]);
  return [`${of} = ${value}, the sum of ${sum}${run.changed ? "; of the last run, before the text was changed" : ""}`];
}
