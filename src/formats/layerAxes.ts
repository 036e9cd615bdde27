import { ConvError } from "../base/errors";
import type { ResultName } from "../conv/passes";
import { type Geometry, outShape, weightShape, xShape } from "../conv/geometry";
import { type ConvSpec, defaultSpec } from "../conv/spec";
import { type Axes, biasAxes, inputAxes, knownAxes, weightAxes } from "./axes";
import type { LayerFile } from "./schema";

/** From a file's shape to the layer's. Throws `bad-shape`. */
export type AxesOf = (shape: readonly number[]) => Axes;

/** The settings of a layer file, those that it leaves out included. */
export function specOf({ stride, padding, paddingMode, dilation, groups }: LayerFile): ConvSpec {
  return {
    stride: stride ?? defaultSpec.stride,
    padding: padding ?? defaultSpec.padding,
    paddingMode: paddingMode ?? defaultSpec.paddingMode,
    dilation: dilation ?? defaultSpec.dilation,
    groups: groups ?? defaultSpec.groups,
  };
}

/** How the tensors that make the geometry are read. */
export function givenAxes({ layout }: LayerFile): Readonly<Record<"x" | "W" | "b", AxesOf>> {
  return {
    x: (shape) => inputAxes(shape, layout?.input ?? "NCHW"),
    W: (shape) => weightAxes(shape, layout?.weight ?? "OIHW"),
    b: (shape) => biasAxes(shape, "bias"),
  };
}

/** How the tensors are read whose shapes the geometry gives; `name` is what errors call them. */
export function resultAxes(
  { layout }: LayerFile,
  g: Geometry,
): Readonly<Record<ResultName | "dout", (name: string) => AxesOf>> {
  const input = layout?.input ?? "NCHW";
  const output = layout?.output ?? input;
  const out = (name: string) => (shape: readonly number[]) => knownAxes(name, shape, output, "NCHW", outShape(g));
  return {
    out,
    dout: out,
    dx: (name) => (shape) => knownAxes(name, shape, input, "NCHW", xShape(g)),
    dW: (name) => (shape) => knownAxes(name, shape, layout?.weight ?? "OIHW", "OIHW", weightShape(g)),
    db: (name) => (shape) => {
      const axes = biasAxes(shape, name);
      if (axes.shape[0] === g.weightFilters) return axes;
      throw new ConvError({
        code: "bad-shape",
        what: `${name} does not fit this layer`,
        expected: `${g.weightFilters} values, one for each filter`,
        found: String(axes.shape[0]),
      });
    },
  };
}
